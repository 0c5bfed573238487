"""Segmentation: the likeliest way to divide a cluster into digits, and texts of a number.

Clusters are cut into more pieces than there are digits; the best path through them is found by
dynamic programming over the probabilities of the classifier.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tenfold.classifier import Outputs
from tenfold.reading.detections import CUT, Box, Cluster, Detections, Span

PROBABILITY_MIN = 1e-4  # of a span: a lower one would outweigh all other spans
DIGIT_MIN = 0.5  # of is_digit: below, a tile shows no digit
# log priors of a distance between base lines, in heights of both boxes together, and of an overlap,
# in widths of the narrower box; the first 0.2 and 0.3 cost nothing
BASE_LINE, BASE_LINE_FREE = 6.0, 0.2
OVERLAP, OVERLAP_FREE = 2.0, 0.3
STRINGS_MAX = 20_000  # readings of a number that are tried against an expectation
STRINGS_WORK = 20_000_000  # the same times the square of its digits, which a reading costs


class SegmentationPath(NamedTuple):
    """Spans that explain the first parts of a cluster, and how likely they are together."""

    score: float  # log probability, with priors
    spans: tuple[Span, ...]


def spans_of(found: Detections, outputs: Outputs) -> list[list[Span]]:
    """The likeliest digits of a picture, row by row, from left to right."""
    best_probability = outputs.probabilities.max(axis=1, initial=0) * outputs.is_digit
    logs = np.log(np.maximum(PROBABILITY_MIN, best_probability.astype(np.float64))).tolist()
    best = [[_best_path(cluster, outputs, logs) for cluster in row] for row in found.rows]
    if found.whole is not None:
        parts = sum(cluster.parts for row in found.rows for cluster in row)
        apart = sum(path.score for row in best for path in row)
        apart += sum(
            _pair_prior(a.spans[-1].box, b.spans[0].box) for row in best for a, b in pairwise(row)
        )
        if parts * logs[found.whole.tile] + found.whole.prior > apart:
            return [[found.whole]]
    rows = [[span for path in row for span in path.spans] for row in best]
    return [sorted(row, key=lambda span: span.box[0] + span.box[2]) for row in rows]


def _best_path(cluster: Cluster, outputs: Outputs, logs: Sequence[float]) -> SegmentationPath:
    """The likeliest path, except that some cuts are undone: those with a piece that is no digit (a
    piece of a blot may look like a 1), with 1s alone, or with three or more of 1s and 7s (the
    strokes of an M, a W or an m)."""
    best = _likeliest_path(cluster, logs)
    if not any(CUT in span.notes for span in best.spans):
        return best
    tiles = [span.tile for span in best.spans]
    whole = [s for s in cluster.spans if s.last - s.first + 1 == cluster.parts]
    non_digits = outputs.is_digit[tiles] < DIGIT_MIN
    likeliest = set(outputs.probabilities[tiles].argmax(axis=1))
    strokes = likeliest <= {1, 7} and (len(tiles) > 2 or likeliest == {1})
    return (
        SegmentationPath(best.score, (whole[0],))
        if whole and (non_digits.any() or strokes)
        else best
    )


def _likeliest_path(cluster: Cluster, logs: Sequence[float]) -> SegmentationPath:
    """The path of the highest score; `logs` are the log probabilities of the tiles.

    A span counts once for each part that it explains, so that the number of spans has no influence.
    """
    best: list[list[SegmentationPath]] = [
        [SegmentationPath(0.0, ())]
    ]  # up to each part, the best by each last span
    for end in range(1, cluster.parts + 1):
        ending = [span for span in cluster.spans if span.last + 1 == end and best[span.first]]
        best.append(
            [
                max((_extended(path, span, logs) for path in best[span.first]), key=_score)
                for span in ending
            ]
        )
    return max(best[cluster.parts], key=_score)  # some spans reach the end


def _extended(path: SegmentationPath, span: Span, logs: Sequence[float]) -> SegmentationPath:
    gain = (span.last - span.first + 1) * logs[span.tile] + span.prior
    if path.spans and CUT not in span.notes:  # a seam may cut askew
        gain += _pair_prior(path.spans[-1].box, span.box)
    return SegmentationPath(path.score + gain, (*path.spans, span))


def _score(path: SegmentationPath) -> float:
    return path.score


def _pair_prior(a: Box, b: Box) -> float:
    """The log prior of two boxes as neighbouring digits. Digits of a number stand on one line, next
    to each other; the halves of an open 4 do not."""
    base_distance = abs(a[3] - b[3]) / (max(a[3], b[3]) - min(a[1], b[1]))
    overlap = (min(a[2], b[2]) - max(a[0], b[0])) / max(1, min(a[2] - a[0], b[2] - b[0]))
    cost = BASE_LINE * max(0.0, base_distance - BASE_LINE_FREE)
    cost += OVERLAP * max(0.0, overlap - OVERLAP_FREE)
    return -cost


def strings_of(probabilities: npt.NDArray[np.float32]) -> Iterator[tuple[str, float]]:
    """The texts of a number and their joint probabilities, the likeliest first.

    `probabilities` float32 [n, 10] are those of its digits, taken as independent.
    """
    order = np.argsort(-probabilities, axis=1, kind="stable")
    logs = np.log(np.maximum(np.take_along_axis(probabilities, order, axis=1), 1e-12))
    logs = logs.astype(np.float64)
    start = (0,) * len(order)
    heap = [(-float(logs[:, 0].sum()), start, 0)]
    for _ in range(min(STRINGS_MAX, 1 + STRINGS_WORK // max(1, len(order)) ** 2)):
        if not heap:
            return
        cost, ranks, changed = heapq.heappop(heap)
        text = "".join(str(order[i, rank]) for i, rank in enumerate(ranks))
        yield text, math.exp(-cost)
        for i in range(changed, len(ranks)):
            if ranks[i] + 1 < order.shape[1]:
                step = float(logs[i, ranks[i]] - logs[i, ranks[i] + 1])
                heapq.heappush(heap, (cost + step, (*ranks[:i], ranks[i] + 1, *ranks[i + 1 :]), i))


def joint(probabilities: Sequence[float]) -> float:
    """The probability that all independent events occur."""
    return math.prod(probabilities)
