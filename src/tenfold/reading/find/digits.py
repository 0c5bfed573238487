"""From a picture to clusters of components, with a tile for each set that may be one digit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tenfold.framing.ink import ink_of
from tenfold.framing.picture import Picture
from tenfold.reading.detections import JOINED, NO_TILES, Box, Cluster, Detections, Span
from tenfold.reading.find.candidates import Candidates, TooMuchWork
from tenfold.reading.find.clusters import cluster_of
from tenfold.reading.find.grouping import groups_of
from tenfold.reading.find.ink_part import InkPart
from tenfold.reading.find.parts import InkParts, parts_of
from tenfold.reading.layout import rows_of

MAIN_MAX = 300  # parts; more is a page of text
WHOLE_PARTS, WHOLE_WIDTH = 12, 1.3  # pieces, and of the height: a broken digit has no more
PRIOR_WHOLE = -0.7
PRIOR_LOOSE = 1.0  # for the whole, a digit's height of ink that no other way explains


def find_digits(picture: Picture, *, file: str = "", stages: bool = False) -> Detections:
    """All ink of a picture that may be a digit, in rows in reading order."""
    ink = ink_of(picture, stages=stages)
    found = Detections(
        NO_TILES,
        (),
        picture.width,
        picture.height,
        file,
        notes=picture.notes + ink.notes,
        stages=ink.stages,
    )
    if not ink.mask.any():
        return replace(found, reason="blank")
    parts = parts_of(ink)
    if parts.too_many or len(parts.main) > MAIN_MAX:
        return replace(found, reason="too_much_text")
    if not parts.main:
        return replace(found, reason="no_digits")
    candidates = Candidates(ink, parts.labels, picture.width / ink.levels.shape[1])
    groups = groups_of(parts)
    try:
        clusters = [cluster_of(group, parts, candidates) for group in groups]
        whole = _whole(parts, candidates, _loose_ink(groups, parts))
    except TooMuchWork as problem:
        return replace(found, reason="too_much_text", notes=(*found.notes, str(problem)))
    rows = rows_of([_box_of(cluster) for cluster in clusters])
    ordered = tuple(tuple(clusters[index] for index in row) for row in rows)
    return replace(found, tiles=np.stack(candidates.tiles), rows=ordered, whole=whole)


def _whole(parts: InkParts, candidates: Candidates, loose: float) -> Span | None:
    """All the ink as one digit: a pen that skipped leaves pieces far from each other."""
    pieces = [*parts.main, *parts.minor, *parts.specks]
    if not 1 < len(pieces) <= WHOLE_PARTS:
        return None
    mask, corner = candidates.mask_of(pieces)
    if mask.shape[1] > WHOLE_WIDTH * mask.shape[0] or mask.shape[0] > 4 * parts.digit_height:
        return None
    prior = PRIOR_WHOLE + PRIOR_LOOSE * loose
    return candidates.add(0, 0, mask, corner, prior, (JOINED,))


def _loose_ink(groups: Sequence[Sequence[InkPart]], parts: InkParts) -> float:
    """The extents of the minor parts that are near no digit, summed, in digits' heights."""
    near = {part.label for group in groups for part in parts.minor_near(group)}
    loose = sum(part.extent for part in parts.minor if part.label not in near)
    return loose / parts.digit_height


def _box_of(cluster: Cluster) -> Box:
    left, top, right, bottom = zip(*(span.box for span in cluster.spans), strict=True)
    return min(left), min(top), max(right), max(bottom)
