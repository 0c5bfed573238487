"""The strings of a picture: rows are located, cut as strips, read, and their digits cut as tiles.

It runs where pictures are opened, in a process that can be killed, with one thread.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

import tenfold.framing.ink  # noqa: F401  # raises MissingExtraError where OpenCV is missing
from tenfold.classifier import WEIGHTS
from tenfold.classifier.locator import Locator
from tenfold.classifier.strips import StripReader
from tenfold.classifier.upright import Upright
from tenfold.errors import ModelError
from tenfold.framing.frame import Tile
from tenfold.framing.picture import Picture
from tenfold.framing.strip import Strip
from tenfold.model_folder.string_folder import open_string_model
from tenfold.reading.detections import (
    AT_EDGE,
    Box,
    Cell,
    Detections,
    FoundCharacter,
    FoundString,
    Variant,
)
from tenfold.reading.locate.found_strips import FoundStrip, FoundStrips
from tenfold.reading.locate.locate import find_strips
from tenfold.reading.locate.whole_strip import whole_strip
from tenfold.reading.strings.boxed_strings import BoxedString, joined_in_boxes
from tenfold.reading.strings.character_tiles import StripInk, ink_around, tile_of_character
from tenfold.reading.strings.characters import BoxInStrip, StringInStrip, VariantInStrip, strings_in
from tenfold.reading.strings.decoding import LogProbabilities, likeliest_strings
from tenfold.reading.strings.symbols import MARKS, SYMBOLS
from tenfold.reading.strings.views import other_views_of

SHIPPED = WEIGHTS / "strings"
COLUMNS_MAX = 48 * 1024  # of all strips of a picture: bounds the work
VIEWED_MAX = 512  # columns of a strip of which other views are read
STAGES_MAX = 12  # strips that a sheet shows
CHARACTERS_MAX = 1000  # with a tile
INVERTED = "inverted"  # the note of `framing.ink` on dark ink
SAME_BOX = 2.0  # pixels of a strip: boxes of two variants so near each other share a tile
BEAM_OF_ODDS = 4  # prefixes: only the likeliest string counts
EDGE = 1.5  # pixels of a strip: a digit so near the cut edge of the picture is cut off


class StringReader:
    """Finds and reads the strings of pictures; without state, and safe to call from threads."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Raises ModelError."""
        model = open_string_model(path)
        if model.facts.symbols != "".join(SYMBOLS):
            raise ModelError(
                f"{model.path}: reads the symbols {model.facts.symbols[:40]!a}, expected "
                f"{''.join(SYMBOLS)!a}",
                hint="use a string reader of this version of tenfold",
            )
        self._read = StripReader(model)
        self._locate = None if model.locator is None else Locator(model)
        self._upright = None if model.upright is None else Upright(model)

    def locate(
        self,
        picture: Picture,
        found: Detections,
        *,
        turn: int | None = None,
        height_max: float = np.inf,
    ) -> FoundStrips:
        """The strips of the picture, which is turned by as many degrees as `turn` says; None: where
        it clearly lies on its side or upside down. `height_max`: of digits, in pixels."""
        if self._locate is None:
            return whole_strip(picture.grey, ink_is_dark=INVERTED in found.notes)
        return find_strips(
            picture.grey,
            self._locate,
            turn=turn,
            upright_odds=None if self._upright is None else self._upright_odds,
            height_max=height_max,
        )

    def _upright_odds(self, strips: Sequence[Strip], by_sign: bool) -> float:
        """The log odds that strips stand. Where they may decide, the reader is heard too: how much
        likelier the strips are to be read as they are than turned by 180 degrees."""
        assert self._upright is not None
        odds = self._upright(strips)
        if odds > 0 and not by_sign:
            return odds
        return odds + self._likelihood(strips) - self._likelihood([s[::-1, ::-1] for s in strips])

    def _likelihood(self, strips: Sequence[Strip]) -> float:
        """The log probability of what strips most likely say."""
        outputs = self._read([np.ascontiguousarray(strip) for strip in strips])
        return sum(
            likeliest_strings(o.log_probabilities, BEAM_OF_ODDS)[0].log_probability for o in outputs
        )

    def __call__(self, picture: Picture, found: Detections, located: FoundStrips) -> Detections:
        """`found`, of the picture as it was turned, with the strings of `located`, and the tiles of
        their digits."""
        strips, notes = _bounded(located)
        cutter = _Cutter(picture, list(found.tiles))
        strings: list[BoxedString] = []
        for strip, outputs in zip(strips, self._read([s.pixels for s in strips]), strict=True):
            if cutter.characters > CHARACTERS_MAX:
                notes = (*notes, f"more than {CHARACTERS_MAX:,} digits: the first are read")
                break
            other_views = functools.cache(functools.partial(self._other_views, strip.pixels))
            read = strings_in(outputs, strip.pitch, other_views)
            strings += [(string, strip.box) for string in cutter.strings(strip, read)]
        tiles = np.stack(cutter.tiles) if cutter.tiles else found.tiles
        shown = strips[:STAGES_MAX] if found.stages else []
        stages = [(f"strip {at}", strip.pixels) for at, strip in enumerate(shown, 1)]
        return replace(
            found,
            tiles=tiles,
            strings=tuple(joined_in_boxes(strings)),
            notes=(*found.notes, *notes),
            stages=(*found.stages, *stages),
            cells=_scaled(located.cells, cutter.scale),
        )

    def _other_views(self, strip: Strip) -> list[LogProbabilities]:
        """What the reader says of the strip's other views; of a long one, which costs time, it is
        not asked."""
        if strip.shape[1] > VIEWED_MAX:
            return []
        return [outputs.log_probabilities for outputs in self._read(other_views_of(strip))]


@functools.cache
def string_reader(path: str) -> StringReader | None:
    """The string reader of a folder, opened once; None where there is no such folder."""
    return StringReader(path) if os.path.isdir(path) else None


def _bounded(located: FoundStrips) -> tuple[list[FoundStrip], tuple[str, ...]]:
    """The strips that are read, and the notes on them."""
    strips: list[FoundStrip] = []
    columns = 0
    for strip in located.strips:
        columns += strip.pixels.shape[1]
        if columns > COLUMNS_MAX:
            return strips, (*located.notes, "too much writing: the first rows are read")
        strips.append(strip)
    return strips, located.notes


class _Cutter:
    """Cuts the tiles of characters out of one picture, and collects them."""

    def __init__(self, picture: Picture, tiles: list[Tile]) -> None:
        self._picture, self.tiles = picture, tiles
        self.scale = picture.width / picture.pixels.shape[1]
        self.characters = 0

    def strings(self, strip: FoundStrip, strings: Sequence[StringInStrip]) -> list[FoundString]:
        """The strings of a strip, with their places in the picture."""
        boxes = [c.box for variants in strings for v in variants for c in v.characters]
        if not boxes:
            return []
        around = ink_around(self._picture, strip, boxes)
        return [self._string(strip, around, variants) for variants in strings]

    def _string(self, strip: FoundStrip, around: StripInk, variants: StringInStrip) -> FoundString:
        known: list[tuple[BoxInStrip, int, tuple[str, ...]]] = []
        found = tuple(self._variant(strip, around, variant, known) for variant in variants)
        return FoundString(strip.row, found, score=strip.score, other=strip.other)

    def _variant(
        self,
        strip: FoundStrip,
        around: StripInk,
        variant: VariantInStrip,
        known: list[tuple[BoxInStrip, int, tuple[str, ...]]],
    ) -> Variant:
        characters = []
        for character in variant.characters:
            box = self._place(strip, character.box)
            if character.symbol in MARKS:
                characters.append(FoundCharacter(character.symbol, box))
                continue
            tile, notes = self._tile(strip, around, character.box, known)
            characters.append(FoundCharacter(character.symbol, box, tile, notes))
        return Variant(tuple(characters), variant.probability, variant.digits, variant.alone)

    def _tile(
        self,
        strip: FoundStrip,
        around: StripInk,
        box: BoxInStrip,
        known: list[tuple[BoxInStrip, int, tuple[str, ...]]],
    ) -> tuple[int, tuple[str, ...]]:
        """The row of a character's tile, cut now or for another variant; and its notes."""
        for other, tile, notes in known:
            if max(abs(a - b) for a, b in zip(box, other, strict=True)) <= SAME_BOX:
                return tile, notes
        pixels, notes = tile_of_character(around, strip, box)
        if _is_cut_off(strip, box):
            notes = (*notes, AT_EDGE)
        self.tiles.append(pixels)
        self.characters += 1
        known.append((box, len(self.tiles) - 1, notes))
        return len(self.tiles) - 1, notes

    def _place(self, strip: FoundStrip, box: BoxInStrip) -> Box:
        """A box of the strip in pixels of the whole picture, within it."""
        height, width = self._picture.height, self._picture.width
        left, top, right, bottom = (
            round(value * self.scale) for value in strip.box_in_picture(*box)
        )
        left, top = min(max(0, left), width - 1), min(max(0, top), height - 1)
        return left, top, max(left + 1, min(width, right)), max(top + 1, min(height, bottom))


def _is_cut_off(strip: FoundStrip, box: BoxInStrip) -> bool:
    """Whether a character touches the side of the strip at which the picture ends."""
    left, right = strip.cut_off
    return (left and box[0] < EDGE) or (right and box[2] > strip.pixels.shape[1] - EDGE)


def _scaled(cells: Sequence[Cell], scale: float) -> tuple[Cell, ...]:
    """Cells in pixels of the whole picture."""

    def scaled(cell: Cell) -> Cell:
        left, top, right, bottom = (round(value * scale) for value in cell.box)
        return replace(cell, box=(left, top, right, bottom))

    return tuple(map(scaled, cells))
