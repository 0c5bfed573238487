"""Sheets of cards: the tiles of single rows, each with its caption below."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from tenfold.checks.contact_sheet import (
    FAINT_TEXT,
    GROUND,
    HEADING,
    MARGIN,
    MESSAGE_CHARACTERS,
    PLAIN,
    TEXT,
    WIDTH,
    caption,
    font,
    text_strip,
    tile,
    write_strips,
)
from tenfold.digits import SIDE, Images

CARD_SIDE = 4 * SIDE  # pixels; large enough to see a stroke
CARD_STEP = CARD_SIDE + 34  # leaves room for `looks like 9 (99.9 %)` between two cards
CARD_COLUMNS = (WIDTH - MARGIN) // CARD_STEP
CAPTION_CHARACTERS = 22  # of 11 pixels' size fit under a card
LINE = 16  # from one line below a tile to the next


@dataclass(frozen=True, eq=False)
class Card:
    """A tile uint8 [28, 28], its place in the data, its caption, and its number in a list."""

    image: Images
    place: str
    lines: tuple[str, ...]
    number: int | None = None


@dataclass(frozen=True, eq=False)
class Section:
    """A heading, a remark below it, and cards in their order."""

    heading: str
    remark: str
    cards: Sequence[Card]


def write_cards(path: Path, sections: Sequence[Section]) -> None:
    """Write the sections, from top to bottom, as one PNG. Raises OutputError."""
    strips = []
    for section in sections:
        strips.append(text_strip(section.heading, HEADING))
        strips += [text_strip(line, PLAIN) for line in _wrapped(section.remark)]
        strips += [
            _strip(section.cards[i : i + CARD_COLUMNS])
            for i in range(0, len(section.cards), CARD_COLUMNS)
        ]
    write_strips(path, strips)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, MESSAGE_CHARACTERS)


def _strip(cards: Sequence[Card]) -> Image.Image:
    lines = max(len(card.lines) for card in cards)
    strip = Image.new("L", (WIDTH, CARD_SIDE + 40 + lines * LINE), GROUND)
    draw = ImageDraw.Draw(strip)
    for i, card in enumerate(cards):
        left = MARGIN + i * CARD_STEP
        strip.paste(tile(card.image, CARD_SIDE), (left, 8))
        below = 8 + CARD_SIDE + 4
        number = "" if card.number is None else f"{card.number}.  "
        where = number + caption(card.place, CAPTION_CHARACTERS - len(number))
        draw.text((left, below), where, FAINT_TEXT, font(11))
        for j, line in enumerate(card.lines):
            draw.text((left, below + LINE * (j + 1) - 1), line, TEXT, font(13))
    return strip
