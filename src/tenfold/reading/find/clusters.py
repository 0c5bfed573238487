"""All ways to read a group of components as digits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tenfold.reading.detections import CUT, JOINED, Cluster, Span
from tenfold.reading.find.candidates import Candidates
from tenfold.reading.find.cut import cut_mask, work_of_cutting
from tenfold.reading.find.grouping import JOIN_WIDTH
from tenfold.reading.find.ink_part import InkPart
from tenfold.reading.find.parts import InkParts

TILES_MAX = 1500  # with so many tiles, no further part is cut
CUT_WIDTH = 0.95  # of the height: a wider part may be several digits
SOLID = 0.75  # of its box; a fuller part is a blot or a filled loop, not digits that touch
SPAN_MAX = 3  # parts that may be pieces of one digit
PIECES_MAX = 5  # pieces of a cut part that may be one digit
LOW = 0.6  # of a digit's height: a lower span is more likely a piece of a digit
PRIOR_LOW = -0.5
WIDE, PRIOR_WIDE = (
    1.2,
    -2.8,
)  # of its height: hardly any digit is wider; the prior for each height more
PRIOR_JOINED, PRIOR_CUT, PRIOR_DROPPED = -0.4, -1.2, -0.25


def cluster_of(group: Sequence[InkPart], parts: InkParts, candidates: Candidates) -> Cluster:
    """All ways to read a group of parts: alone, joined, with and without minor parts, and cut."""
    wide = group[0].width > CUT_WIDTH * group[0].height
    if len(group) == 1 and wide and len(candidates.tiles) < TILES_MAX:
        return _cut_cluster(group[0], parts, candidates)
    spans = []
    for first in range(len(group)):
        for last in range(first, min(first + SPAN_MAX, len(group))):
            spans += _spans(first, last, group[first : last + 1], parts, candidates)
    return Cluster(len(group), tuple(spans))


def _spans(
    first: int, last: int, chosen: Sequence[InkPart], parts: InkParts, candidates: Candidates
) -> list[Span]:
    """The parts as one digit, with and without minor parts; empty where that is too wide."""
    width = max(p.right for p in chosen) - min(p.left for p in chosen)
    if last > first and width > JOIN_WIDTH * parts.digit_height:
        return []
    height = max(p.bottom for p in chosen) - min(p.top for p in chosen)
    low = height < LOW * parts.digit_height
    prior = PRIOR_JOINED * (last - first) + PRIOR_LOW * low
    notes = (JOINED,) if last > first else ()
    return _with_and_without(first, last, chosen, parts, candidates, prior, notes)


def _with_and_without(
    first: int,
    last: int,
    chosen: Sequence[InkPart],
    parts: InkParts,
    candidates: Candidates,
    prior: float,
    notes: tuple[str, ...] = (),
) -> list[Span]:
    """The parts as one digit; where minor parts are near, once with them and once without."""
    spans = []
    if minor := parts.minor_near(chosen):
        mask, corner = candidates.mask_of([*chosen, *minor])
        spans.append(candidates.add(first, last, mask, corner, prior, (JOINED,)))
        prior += PRIOR_DROPPED
    mask, corner = candidates.mask_of(chosen)
    return [*spans, candidates.add(first, last, mask, corner, prior, notes)]


def _cut_cluster(part: InkPart, parts: InkParts, candidates: Candidates) -> Cluster:
    """All ways to read a wide part: as it is, and cut at seams."""
    mask, corner = candidates.mask_of([part])
    pieces = [mask] if mask.mean() > SOLID else _cut(mask, candidates)
    wide = part.width / part.height
    prior = PRIOR_WIDE * max(0.0, wide - WIDE)
    spans = _with_and_without(0, len(pieces) - 1, [part], parts, candidates, prior)
    ranges = [np.flatnonzero(piece.any(axis=0))[[0, -1]] for piece in pieces]
    for first in range(len(pieces)):
        for last in range(first, min(first + PIECES_MAX, len(pieces))):
            if last - first == len(pieces) - 1:
                continue
            chosen = slice(first, last + 1)
            left, right = (int(end) for end in (np.min(ranges[chosen]), np.max(ranges[chosen])))
            window = [piece[:, left : right + 1] for piece in pieces[chosen]]
            together = np.max(np.stack(window), axis=0)
            where = (corner[0] + left, corner[1])
            span = candidates.add(first, last, together, where, PRIOR_CUT, (CUT,))
            if span.box[2] - span.box[0] <= JOIN_WIDTH * parts.digit_height * candidates.scale:
                spans.append(span)
    return Cluster(len(pieces), tuple(spans))


def _cut(mask: npt.NDArray[np.uint8], candidates: Candidates) -> list[npt.NDArray[np.uint8]]:
    candidates.count_pixels(work_of_cutting(mask))
    return cut_mask(mask)
