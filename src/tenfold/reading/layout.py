"""Rows in reading order, and numbers in a row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tenfold.framing.percentile import median
from tenfold.reading.detections import Box

SAME_ROW = 0.4  # of the lower box's height: boxes that overlap by so much are in one row
GAP_RATIO = 2.0  # of the row's median gap: a wider gap separates two numbers
GAP_HEIGHT = 0.8  # of a digit's height: a narrower gap separates nothing
LONE_GAP_HEIGHT = 2.0  # the same for a row with a single gap, which has nothing to compare with


def rows_of(boxes: Sequence[Box]) -> list[list[int]]:
    """The indices of the boxes, row by row from top to bottom, each row from left to right.

    A box is compared with its left neighbour, so a row may rise or sag.
    """
    rows: list[list[int]] = []
    for index in sorted(range(len(boxes)), key=lambda i: boxes[i][0]):
        overlaps = [_overlap(boxes[row[-1]], boxes[index]) for row in rows]
        best = int(np.argmax(overlaps)) if overlaps else 0
        if overlaps and overlaps[best] >= SAME_ROW:
            rows[best].append(index)
        else:
            rows.append([index])
    return sorted(rows, key=lambda row: _middle(boxes, row))


def _overlap(a: Box, b: Box) -> float:
    shared = min(a[3], b[3]) - max(a[1], b[1])
    return shared / max(1, min(a[3] - a[1], b[3] - b[1]))


def _middle(boxes: Sequence[Box], row: Sequence[int]) -> float:
    return float(np.mean([(boxes[i][1] + boxes[i][3]) / 2 for i in row]))


def numbers_of(rows: Sequence[Sequence[Box]]) -> list[list[int]]:
    """The positions in each row at which a number starts; the first one is 0."""
    gaps = [_gaps(row) for row in rows]
    usual = [median(row) if row else 0.0 for row in gaps]
    # a row with a single gap says nothing about which gaps are usual
    elsewhere = max(
        (gap for row, gap in zip(gaps, usual, strict=True) if len(row) > 1), default=0.0
    )
    starts = []
    for row, inside, gap in zip(rows, gaps, usual, strict=True):
        height = median([box[3] - box[1] for box in row]) if row else 0.0
        limit = max(GAP_RATIO * gap, GAP_HEIGHT * height)
        if len(inside) < 2:
            limit = max(LONE_GAP_HEIGHT * height, GAP_RATIO * elsewhere)
        starts.append([0, *(i + 1 for i, wide in enumerate(inside) if wide > limit)])
    return starts


def _gaps(row: Sequence[Box]) -> list[float]:
    return [float(max(0, b[0] - a[2])) for a, b in pairwise(row)]
