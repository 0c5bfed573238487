"""Detections as a message (a JSON header and bytes) from one process to another, and back.

A pickle would let a process that a hostile picture has taken over run code in this one.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from tenfold.digits import CLASSES, SIDE
from tenfold.isolation.messages import Message
from tenfold.reading.detections import (
    Box,
    Cell,
    Cluster,
    Detections,
    FoundCharacter,
    FoundString,
    PlaceInGrid,
    Span,
    Variant,
)
from tenfold.reading.strings.symbols import SYMBOLS

JSON_FIELDS = ("width", "height", "file", "reason", "error", "page", "pages", "turn")


def message_of(found: Detections) -> Message:
    """The message of detections: its pixels are the bytes, the rest is the header."""
    header = {name: getattr(found, name) for name in JSON_FIELDS}
    header |= {
        "notes": found.notes,
        "tiles": len(found.tiles),
        "rows": [[[c.parts, [_values_of(s) for s in c.spans]] for c in row] for row in found.rows],
        "whole": None if found.whole is None else _values_of(found.whole),
        "stages": [[name, pixels.shape] for name, pixels in found.stages],
        "strings": None if found.strings is None else [_values_of_string(s) for s in found.strings],
        "cells": [[*cell.place, cell.box, cell.is_empty] for cell in found.cells],
        "preview": len(found.preview),
        "picture": None if found.picture is None else found.picture.shape,
    }
    pictures = [found.tiles, *(pixels for _, pixels in found.stages)]
    pictures += [] if found.picture is None else [found.picture]
    parts = [np.ascontiguousarray(pixels).tobytes() for pixels in pictures]
    return header, b"".join([*parts, found.preview])


def detections_of(header: dict[str, Any], body: bytes) -> Detections:
    """The detections of a message. Raises ValueError, KeyError or TypeError for a malformed one."""
    shapes = [(header["tiles"], SIDE, SIDE), *(shape for _, shape in header["stages"])]
    shapes += [header["picture"]] if header["picture"] else []
    pictures, offset = [], 0
    for shape in shapes:
        size = math.prod(shape)
        pictures.append(np.frombuffer(body, np.uint8, size, offset).reshape(shape))
        offset += size
    picture = pictures.pop() if header["picture"] else None
    tiles, *stages = pictures
    rows = tuple(
        tuple(
            Cluster(parts, tuple(_span(span, len(tiles)) for span in spans)) for parts, spans in row
        )
        for row in header["rows"]
    )
    return Detections(
        tiles,
        rows,
        notes=tuple(header["notes"]),
        stages=tuple(zip([name for name, _ in header["stages"]], stages, strict=True)),
        whole=None if header["whole"] is None else _span(header["whole"], len(tiles)),
        strings=_strings(header["strings"], len(tiles)),
        picture=picture,
        preview=body[offset : offset + header["preview"]],
        cells=tuple(map(_cell, header["cells"])),
        **{name: header[name] for name in JSON_FIELDS},
    )


def _values_of(span: Span) -> list[Any]:
    values = [getattr(span, field.name) for field in dataclasses.fields(Span)]
    return [float(value) if isinstance(value, float) else value for value in values]


def _span(values: list[Any], tiles: int) -> Span:
    first, last, tile, box, prior, notes = values
    if not 0 <= tile < tiles:
        raise ValueError(f"tile {tile} of {tiles}")
    return Span(first, last, tile, tuple(box), prior, tuple(notes))


def _values_of_string(string: FoundString) -> list[Any]:
    variants = [
        [
            [[c.symbol, c.box, c.tile, c.notes] for c in variant.characters],
            variant.probability,
            variant.digits.tolist(),
            variant.alone,
        ]
        for variant in string.variants
    ]
    return [string.row, variants, string.notes, string.score, string.other]


def _strings(values: list[Any] | None, tiles: int) -> tuple[FoundString, ...] | None:
    if values is None:
        return None
    return tuple(
        FoundString(
            int(row),
            tuple(_variant(v, tiles) for v in variants),
            tuple(map(str, notes)),
            float(score),
            float(other),
        )
        for row, variants, notes, score, other in values
    )


def _variant(values: list[Any], tiles: int) -> Variant:
    listed, probability, shares, alone = values
    characters = tuple(_character(character, tiles) for character in listed)
    count = sum(character.symbol.isdecimal() for character in characters)
    digits = np.array(shares, np.float64).reshape(count, CLASSES)
    if not (np.isfinite(digits).all() and digits.min(initial=0) >= 0 and 0 <= probability <= 1):
        raise ValueError("shares of digits that are none")
    if not 0 <= alone <= 1:
        raise ValueError(f"a probability of {alone!r:.20}")
    return Variant(characters, float(probability), digits, float(alone))


def _character(values: list[Any], tiles: int) -> FoundCharacter:
    symbol, box, tile, notes = values
    if symbol not in SYMBOLS[1:] or not (tile is None or 0 <= tile < tiles):
        raise ValueError(f"a character {symbol!r:.20} with tile {tile!r:.20}")
    return FoundCharacter(symbol, _box(box), tile, tuple(map(str, notes)))


def _cell(values: list[Any]) -> Cell:
    grid, row, column, box, is_empty = values
    return Cell(PlaceInGrid(int(grid), int(row), int(column)), _box(box), bool(is_empty))


def _box(values: list[Any]) -> Box:
    left, top, right, bottom = map(int, values)
    return left, top, right, bottom
