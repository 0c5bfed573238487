"""Which of the ways to part a cluster into digits is the likeliest, and what a number may say."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tenfold.classifier import Outputs
from tenfold.reading.found import CUT, Box, Cluster, Found, Span

SURE_MIN = 1e-4  # no span is judged worse than this: one bad piece must not outweigh all others
DIGIT_MIN = 0.5  # of is_digit: below, a tile shows no digit
UNEVEN, UNEVEN_FREE = 6.0, 0.2  # log prior for feet so far apart, in heights of both together
ASTRIDE, ASTRIDE_FREE = 2.0, 0.3  # the same for lying over one another, in widths of the narrower
STRINGS_MAX = 20_000  # readings of a number that are tried against an expectation
STRINGS_WORK = 20_000_000  # and fewer of a number of more than 31 digits: each costs its square


class Path(NamedTuple):
    score: float  # log
    spans: tuple[Span, ...]


def spans_of(found: Found, outputs: Outputs) -> list[list[Span]]:
    """The likeliest digits of a picture, row by row, from left to right."""
    sure = outputs.probabilities.max(axis=1, initial=0) * outputs.is_digit
    logs = np.log(np.maximum(SURE_MIN, sure.astype(np.float64))).tolist()
    best = [[_best_path(cluster, outputs, logs) for cluster in row] for row in found.rows]
    if found.whole is not None:
        parts = sum(cluster.parts for row in found.rows for cluster in row)
        apart = sum(path.score for row in best for path in row)
        apart += sum(
            _neighbours(a.spans[-1].box, b.spans[0].box) for row in best for a, b in pairwise(row)
        )
        if parts * logs[found.whole.tile] + found.whole.prior > apart:
            return [[found.whole]]
    rows = [[span for path in row for span in path.spans] for row in best]
    return [sorted(row, key=lambda span: span.box[0] + span.box[2]) for row in rows]


def _best_path(cluster: Cluster, outputs: Outputs, logs: Sequence[float]) -> Path:
    """The best way, but no digit is cut out of what else is none (a piece of a blot may look like
    a 1), nor are 1s alone, or three of 1s and 7s: such are the strokes of an M, a W and an m."""
    best = _likeliest_path(cluster, logs)
    if not any(CUT in span.notes for span in best.spans):
        return best
    tiles = [span.tile for span in best.spans]
    whole = [s for s in cluster.spans if s.last - s.first + 1 == cluster.parts]
    none = outputs.is_digit[tiles] < DIGIT_MIN
    likeliest = set(outputs.probabilities[tiles].argmax(axis=1))
    strokes = likeliest <= {1, 7} and (len(tiles) > 2 or likeliest == {1})
    return Path(best.score, (whole[0],)) if whole and (none.any() or strokes) else best


def _likeliest_path(cluster: Cluster, logs: Sequence[float]) -> Path:
    """`logs`: of each tile, how surely it shows a digit. A span counts once for each part that it
    explains, so that three bad pieces do not win over one good digit, nor the reverse."""
    best: list[list[Path]] = [[Path(0.0, ())]]  # up to each part, the best by each last span
    for end in range(1, cluster.parts + 1):
        ending = [span for span in cluster.spans if span.last + 1 == end and best[span.first]]
        best.append(
            [
                max((_followed(path, span, logs) for path in best[span.first]), key=_score)
                for span in ending
            ]
        )
    return max(best[cluster.parts], key=_score)  # some spans reach the end


def _followed(path: Path, span: Span, logs: Sequence[float]) -> Path:
    gain = (span.last - span.first + 1) * logs[span.tile] + span.prior
    if path.spans and CUT not in span.notes:  # a seam may cut askew
        gain += _neighbours(path.spans[-1].box, span.box)
    return Path(path.score + gain, (*path.spans, span))


def _score(path: Path) -> float:
    return path.score


def _neighbours(a: Box, b: Box) -> float:
    """The log prior of two boxes as digits side by side. Digits of a number stand on one line, next
    to each other; the halves of an open 4 do neither."""
    uneven = abs(a[3] - b[3]) / (max(a[3], b[3]) - min(a[1], b[1]))
    astride = (min(a[2], b[2]) - max(a[0], b[0])) / max(1, min(a[2] - a[0], b[2] - b[0]))
    cost = UNEVEN * max(0.0, uneven - UNEVEN_FREE) + ASTRIDE * max(0.0, astride - ASTRIDE_FREE)
    return -cost


def strings_of(probabilities: npt.NDArray[np.float32]) -> Iterator[tuple[str, float]]:
    """What a number may say, float32 [n, 10] taken as independent: (text, joint probability), the
    likeliest first."""
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
    return math.prod(probabilities)
