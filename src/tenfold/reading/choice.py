"""Which of the ways to part a cluster into digits is the likeliest, and what a number may say."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tenfold.classifier import Outputs
from tenfold.reading.found import CUT, Cluster, Found, Span

SURE_MIN = 1e-4  # no span is judged worse than this: one bad piece must not outweigh all others
DIGIT_MIN = 0.5  # of is_digit: below, a tile shows no digit
STRINGS_MAX = 20_000  # readings of a number that are tried against an expectation


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
        if parts * logs[found.whole.tile] + found.whole.prior > apart:
            return [[found.whole]]
    rows = [[span for path in row for span in path.spans] for row in best]
    return [sorted(row, key=lambda span: span.box[0] + span.box[2]) for row in rows]


def _best_path(cluster: Cluster, outputs: Outputs, logs: Sequence[float]) -> Path:
    """The best way, but no digit is cut out of what else is none: a piece of a blot may look like
    a 1."""
    best = _likeliest_path(cluster, logs)
    if len(best.spans) > 1 and any(outputs.is_digit[s.tile] < DIGIT_MIN for s in best.spans):
        whole = [s for s in cluster.spans if s.last - s.first + 1 == cluster.parts]
        if whole and any(CUT in span.notes for span in best.spans):
            return Path(best.score, (whole[0],))
    return best


def _likeliest_path(cluster: Cluster, logs: Sequence[float]) -> Path:
    """`logs`: of each tile, how surely it shows a digit. A span counts once for each part that it
    explains, so that three bad pieces do not win over one good digit, nor the reverse."""
    best: list[Path | None] = [Path(0.0, ())]  # up to each part; None where no span ends
    for end in range(1, cluster.parts + 1):
        reached = []
        for span in cluster.spans:
            before = best[span.first] if span.last + 1 == end else None
            if before is not None:
                gain = (span.last - span.first + 1) * logs[span.tile] + span.prior
                reached.append(Path(before.score + gain, (*before.spans, span)))
        best.append(max(reached, key=lambda path: path.score, default=None))
    whole = best[cluster.parts]
    assert whole is not None  # some spans reach the end
    return whole


def strings_of(probabilities: npt.NDArray[np.float32]) -> Iterator[tuple[str, float]]:
    """What a number may say, float32 [n, 10] taken as independent: (text, joint probability), the
    likeliest first."""
    order = np.argsort(-probabilities, axis=1, kind="stable")
    logs = np.log(np.maximum(np.take_along_axis(probabilities, order, axis=1), 1e-12))
    logs = logs.astype(np.float64)
    start = (0,) * len(order)
    heap = [(-float(logs[:, 0].sum()), start, 0)]
    for _ in range(STRINGS_MAX):
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
