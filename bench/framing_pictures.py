"""Draws the pictures of docs/framing.md: python bench/framing_pictures.py docs/framing

Digits of strokes, written on synthetic paper, read with the model that ships. All follows from
seeds. Needs the `photo` extra.
"""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

if not __package__:  # run by its path: the package `bench` is beside it
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.fixtures.camera import taken
from bench.fixtures.paper import paper, rule
from bench.fixtures.strokes import phone_photo, shadow, touching, write
from bench.fixtures.written_numbers import boxes, marked, table, upside_down
from bench.reading.usual_framing import resized
from tenfold.framing import open_picture
from tenfold.reading.explanation import (
    CELL,
    EMPTY,
    GROUND,
    MARK,
    NO_DIGIT,
    SURE,
    TEXT,
    UNSURE,
    explanation_of,
)
from tenfold.reading.pictures import read

SIDE, GAP, CAPTION = 140, 10, 20  # pixels of the comparison's cells
WIDTH = 860  # pixels
GREYS = [(round(level),) * 3 for level in np.linspace(0, 255, 28)]
PALETTE = [
    *GREYS,
    GROUND,
    SURE,
    UNSURE,
    NO_DIGIT,
    MARK,
    CELL,
    EMPTY,
]  # few, so that the files stay small


def one_digit(kind: str) -> bytes:
    """Make a picture of one digit with one thing that tutorials stumble on; see KINDS."""
    random = np.random.default_rng(3)
    sheet = paper(random, 240, 240)
    if kind == "off-centre":
        write(sheet, "5", 22, 20, 70)
    elif kind == "pencil":
        write(sheet, "3", 70, 45, 140, pen="pencil", colour=(90, 90, 95))
    elif kind == "marker":
        write(sheet, "8", 70, 45, 140, pen="marker", colour=(20, 20, 24))
    elif kind == "chalk":
        write(sheet, "6", 70, 45, 140, pen="pen", colour=(20, 20, 24))
        sheet = 275 - sheet
    elif kind == "shadow":
        write(sheet, "9", 75, 45, 140)
        shadow(sheet)
    elif kind == "wide frame":
        sheet = paper(random, 150, 400)
        write(sheet, "4", 150, 20, 105)
    elif kind == "squared":
        rule(random, sheet, rows=40, columns=40, strength=0.9)
        write(sheet, "2", 75, 45, 140)
    return taken(random, sheet, noise=0.6, quality=92)


KINDS = ("off-centre", "wide frame", "pencil", "marker", "chalk", "shadow", "squared")


def comparison() -> Image.Image:
    """Draw for each kind the picture, the picture made 28 x 28, and the tile that tenfold makes."""
    rows = ("the picture", "resized, inverted", "tenfold's tile")
    left = 130
    size = (left + len(KINDS) * (SIDE + GAP), CAPTION + 3 * (SIDE + GAP) + CAPTION)
    page = Image.new("RGB", size, GROUND)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    for i, row in enumerate(rows):
        draw.text((GAP, CAPTION + i * (SIDE + GAP) + SIDE // 2), row, TEXT, font)
    for column, kind in enumerate(KINDS):
        content = one_digit(kind)
        (reading,) = read([content])
        x = left + column * (SIDE + GAP)
        draw.text((x, 3), kind, TEXT, font)
        whole = Image.open(io.BytesIO(content))
        whole.thumbnail((SIDE, SIDE))
        page.paste(whole, (x, CAPTION + (SIDE - whole.height) // 2))
        tiles = [resized(open_picture(content, kind)), reading[0].tile]
        for line, tile in enumerate(tiles, 1):
            image = Image.fromarray(tile).resize((SIDE, SIDE), Image.Resampling.NEAREST)
            page.paste(image, (x, CAPTION + line * (SIDE + GAP)))
        said = f"{reading.text}  {reading[0].probability:.1%}  {', '.join(reading[0].notes)}"
        draw.text((x, size[1] - CAPTION), said, TEXT, ImageFont.load_default(11))
    return page


def main(folder: str) -> None:
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in (
        ("photo", phone_photo()),
        ("touching", touching()),
        ("boxes", boxes()),
        ("table", table()),
        ("marked", marked()),
        ("upside-down", upside_down()),
    ):
        (reading,) = read([content], stages=True)
        save(explanation_of(replace(reading, file=f"{name}.jpg")), out / f"{name}.png")
    save(comparison(), out / "comparison.png")


def save(image: Image.Image, path: Path) -> None:
    """Save the picture with few colours, small enough for a repository."""
    image.thumbnail((WIDTH, WIDTH), Image.Resampling.BOX)
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for colour in PALETTE for value in colour])
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python bench/framing_pictures.py FOLDER")
    main(sys.argv[1])
