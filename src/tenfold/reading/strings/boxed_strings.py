"""Strings of boxes for one digit each: those of neighbouring boxes are one number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from tenfold.reading.detections import FoundString, PlaceInGrid, Variant

VARIANTS_MAX = 4  # of a number
VARIANT_MIN = 0.01  # of the likeliest one's probability

BoxedString = tuple[FoundString, PlaceInGrid | None]  # and the box that it fills


def joined_in_boxes(strings: Sequence[BoxedString]) -> list[FoundString]:
    """The strings in order, those of neighbouring boxes as one."""
    numbers: list[list[BoxedString]] = []
    for string, box in strings:
        before = numbers[-1][-1][1] if numbers else None
        if box is not None and before is not None and _follows(box, before):
            numbers[-1].append((string, box))
        else:
            numbers.append([(string, box)])
    return [_one([string for string, _ in number]) for number in numbers]


def _follows(box: PlaceInGrid, before: PlaceInGrid) -> bool:
    return box[:2] == before[:2] and box.column == before.column + 1


def _one(strings: Sequence[FoundString]) -> FoundString:
    """Strings side by side as one: its variants are the likeliest combinations of theirs."""
    if len(strings) == 1:
        return strings[0]
    variants: list[Variant] = [Variant((), 1.0, np.zeros((0, 10)))]
    for string in strings:
        pairs = [_beside(a, b) for a, b in product(variants, string.variants)]
        pairs.sort(key=lambda variant: -variant.probability)
        least = VARIANT_MIN * pairs[0].probability
        variants = [v for v in pairs[:VARIANTS_MAX] if v.probability >= least]
    return FoundString(
        strings[0].row,
        tuple(variants),
        tuple(dict.fromkeys(note for string in strings for note in string.notes)),
        float(np.mean([string.score for string in strings])),
        float(np.mean([string.other for string in strings])),
    )


def _beside(left: Variant, right: Variant) -> Variant:
    return Variant(
        (*left.characters, *right.characters),
        left.probability * right.probability,
        np.concatenate([left.digits, right.digits]),
    )
