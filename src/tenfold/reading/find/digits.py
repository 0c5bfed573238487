"""find_digits: ink to clusters of parts, and each span of parts that may be a digit to a tile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from tenfold.framing.frame import Tile, frame_ink
from tenfold.framing.ink import Ink, ink_of, stroke_of
from tenfold.framing.picture import Picture
from tenfold.reading.find.cut import cut_mask, work_of_cutting
from tenfold.reading.find.parts import Part, Parts, parts_of
from tenfold.reading.found import AT_EDGE, CUT, JOINED, NO_TILES, Cluster, Found, Span
from tenfold.reading.layout import rows_of

MAIN_MAX = 300  # parts; more is a page of text
TILES_MAX = 1500  # once there are so many, nothing more is cut
CANDIDATES_MAX = 2000  # tiles; MAIN_MAX parts alone and joined, twice each, and some cuts
PIXELS_MAX = 100_000_000  # in candidates; of 5,162 real pictures, the most has 9 in 1 megapixel
JOIN_GAP = 0.2  # of a digit's height: main parts so near may be one broken digit
JOIN_OVERLAP = 0.25  # of the narrower one's width
JOIN_HEIGHT, JOIN_WIDTH = 1.35, 1.25  # of a digit's height: no single digit is larger
CUT_WIDTH = 0.95  # of the height: a wider part may be several digits
SOLID = 0.75  # of its box is filled by a blot or a hole, not by digits that touch
SPAN_MAX = 3  # parts that may be pieces of one digit
PIECES_MAX = 5  # pieces of a cut part that may be one digit
WHOLE_PARTS, WHOLE_WIDTH = 12, 1.3  # pieces, and of the height: a broken digit has no more
LOW = 0.6  # of a digit's height: lower is rather a piece of a digit than a digit
PRIOR_WHOLE, PRIOR_LOW = -0.7, -0.5
PRIOR_LOOSE = 1.0  # for the whole, a digit's height of ink that no other way explains
WIDE, PRIOR_WIDE = 1.2, -2.8  # of its height: hardly any digit is wider; for each height more
PRIOR_JOINED, PRIOR_CUT, PRIOR_DROPPED = -0.4, -1.2, -0.25


def find_digits(picture: Picture, *, file: str = "", stages: bool = False) -> Found:
    """Everything in a picture that may be a digit, in rows in reading order."""
    ink = ink_of(picture, stages=stages)
    found = Found(
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
    framer = _Framer(ink, parts.labels, picture.width / ink.levels.shape[1])
    groups = _groups(parts)
    try:
        clusters = [_cluster(group, parts, framer) for group in groups]
        whole = _whole(parts, framer, _loose(groups, parts))
    except TooMuchWork as problem:
        return replace(found, reason="too_much_text", notes=(*found.notes, str(problem)))
    rows = rows_of([_box_of(cluster) for cluster in clusters])
    ordered = tuple(tuple(clusters[index] for index in row) for row in rows)
    return replace(found, tiles=np.stack(framer.tiles), rows=ordered, whole=whole)


def _whole(parts: Parts, framer: _Framer, loose: float) -> Span | None:
    """All the ink as one digit: a pen that skipped leaves pieces that are far from each other."""
    pieces = [*parts.main, *parts.minor, *parts.specks]
    if not 1 < len(pieces) <= WHOLE_PARTS:
        return None
    mask, corner = framer.mask(pieces)
    if mask.shape[1] > WHOLE_WIDTH * mask.shape[0] or mask.shape[0] > 4 * parts.digit_height:
        return None
    prior = PRIOR_WHOLE + PRIOR_LOOSE * loose
    return framer.span(0, 0, mask, corner, prior, (JOINED,))


def _loose(groups: Sequence[Sequence[Part]], parts: Parts) -> float:
    """How much ink no digit takes as its flag or bar: extents together, in digits' heights."""
    taken = {part.label for group in groups for part in parts.minor_near(group)}
    loose = sum(part.extent for part in parts.minor if part.label not in taken)
    return loose / parts.digit_height


def _box_of(cluster: Cluster) -> tuple[int, int, int, int]:
    left, top, right, bottom = zip(*(span.box for span in cluster.spans), strict=True)
    return min(left), min(top), max(right), max(bottom)


class TooMuchWork(Exception):
    """More candidates, or larger ones, than digits make; the text says how many."""


@dataclass
class _Framer:
    """Turns sets of components, or masks, into tiles and collects them; and counts what that
    costs. Its methods raise TooMuchWork."""

    ink: Ink
    labels: npt.NDArray[np.int32]
    scale: float  # pixels of the whole picture for one of the working picture
    tiles: list[Tile] = field(default_factory=list)
    pixels: int = 0

    def spend(self, pixels: int) -> None:
        """Count pixels that are about to be looked at."""
        self.pixels += pixels
        if self.pixels > PIXELS_MAX:
            millions = PIXELS_MAX // 1_000_000
            raise TooMuchWork(f"given up: more than {millions} million pixels in candidates")

    def mask(self, parts: Sequence[Part]) -> tuple[npt.NDArray[np.uint8], tuple[int, int]]:
        """The pixels of some parts, within their common box; and that box's left and top."""
        left, top = min(p.left for p in parts), min(p.top for p in parts)
        right, bottom = max(p.right for p in parts), max(p.bottom for p in parts)
        self.spend((right - left) * (bottom - top))
        window = self.labels[top:bottom, left:right]
        inside = np.isin(window, [part.label for part in parts])
        return inside.astype(np.uint8), (left, top)

    def span(
        self,
        first: int,
        last: int,
        mask: npt.NDArray[np.uint8],
        corner: tuple[int, int],
        prior: float = 0.0,
        notes: tuple[str, ...] = (),
    ) -> Span:
        """Frame the pixels of `mask`, whose left top lies at `corner`."""
        self.spend(mask.size)
        if len(self.tiles) == CANDIDATES_MAX:
            raise TooMuchWork(f"given up: more than {CANDIDATES_MAX:,} candidates")
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        mask = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        left, top = corner[0] + int(columns[0]), corner[1] + int(rows[0])
        bottom, right = top + mask.shape[0], left + mask.shape[1]
        padded, levels = _with_margin(self.ink.levels, mask, left, top)
        stroke, factor = stroke_of(levels, padded)
        if factor != 1.0:
            notes += (f"{'thickened' if factor > 1 else 'thinned'} {factor:.1f}x",)
        height, width = self.ink.levels.shape
        if not self.ink.plain and (left == 0 or top == 0 or right == width or bottom == height):
            notes += (AT_EDGE,)
        self.tiles.append(frame_ink(stroke))
        box = tuple(round(value * self.scale) for value in (left, top, right, bottom))
        return Span(first, last, len(self.tiles) - 1, box, prior, notes)  # type: ignore[arg-type]


def _with_margin(
    levels: npt.NDArray[np.float32],
    mask: npt.NDArray[np.uint8],
    left: int,
    top: int,
    margin: int = 2,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """The mask with a margin, and the levels under it: strokes fade out beyond their mask."""
    height, width = mask.shape
    padded = np.zeros((height + 2 * margin, width + 2 * margin), np.uint8)
    padded[margin:-margin, margin:-margin] = mask
    under = np.zeros(padded.shape, np.float32)
    y0, x0 = max(0, top - margin), max(0, left - margin)
    source = levels[y0 : top + height + margin, x0 : left + width + margin]
    y, x = y0 - (top - margin), x0 - (left - margin)
    under[y : y + source.shape[0], x : x + source.shape[1]] = source
    return padded, under


def _groups(parts: Parts) -> list[list[Part]]:
    """Main parts, those that may be pieces of one digit together."""
    main = sorted(parts.main, key=lambda part: part.left)
    owner = list(range(len(main)))

    def root(index: int) -> int:
        while owner[index] != index:
            index = owner[index]
        return index

    for i, part in enumerate(main):
        for j in range(i + 1, len(main)):
            if main[j].left > part.right + JOIN_GAP * parts.digit_height:
                break
            if _may_join(part, main[j], parts.digit_height):
                owner[root(j)] = root(i)
    groups: dict[int, list[Part]] = {}
    for i, part in enumerate(main):
        groups.setdefault(root(i), []).append(part)
    return [sorted(group, key=lambda part: part.middle) for group in groups.values()]


def _may_join(a: Part, b: Part, digit_height: float) -> bool:
    """Whether two parts may be pieces of one digit: near, overlapping, and small together."""
    height = max(a.bottom, b.bottom) - min(a.top, b.top)
    width = max(a.right, b.right) - min(a.left, b.left)
    if height > JOIN_HEIGHT * digit_height or width > JOIN_WIDTH * digit_height:
        return False
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    if across >= JOIN_OVERLAP * min(a.width, b.width):
        return -down <= 2 * JOIN_GAP * digit_height
    broken = min(a.height, b.height) < 0.75 * digit_height
    return broken and -across <= JOIN_GAP * digit_height and down > 0


def _cluster(group: Sequence[Part], parts: Parts, framer: _Framer) -> Cluster:
    """Every way to read a group: parts alone, joined, with and without flags, and cut."""
    wide = group[0].width > CUT_WIDTH * group[0].height
    if len(group) == 1 and wide and len(framer.tiles) < TILES_MAX:
        return _cut_cluster(group[0], parts, framer)
    spans = []
    for first in range(len(group)):
        for last in range(first, min(first + SPAN_MAX, len(group))):
            spans += _spans(first, last, group[first : last + 1], parts, framer)
    return Cluster(len(group), tuple(spans))


def _spans(
    first: int, last: int, chosen: Sequence[Part], parts: Parts, framer: _Framer
) -> list[Span]:
    """The parts as one digit, with and without flags; nothing where that would be too wide."""
    width = max(p.right for p in chosen) - min(p.left for p in chosen)
    if last > first and width > JOIN_WIDTH * parts.digit_height:
        return []
    height = max(p.bottom for p in chosen) - min(p.top for p in chosen)
    low = height < LOW * parts.digit_height
    prior = PRIOR_JOINED * (last - first) + PRIOR_LOW * low
    notes = (JOINED,) if last > first else ()
    return _with_and_without(first, last, chosen, parts, framer, prior, notes)


def _with_and_without(
    first: int,
    last: int,
    chosen: Sequence[Part],
    parts: Parts,
    framer: _Framer,
    prior: float,
    notes: tuple[str, ...] = (),
) -> list[Span]:
    """The parts as one digit; twice, where a flag or bar may or may not belong to it."""
    spans = []
    if minor := parts.minor_near(chosen):
        mask, corner = framer.mask([*chosen, *minor])
        spans.append(framer.span(first, last, mask, corner, prior, (JOINED,)))
        prior += PRIOR_DROPPED
    mask, corner = framer.mask(chosen)
    return [*spans, framer.span(first, last, mask, corner, prior, notes)]


def _cut_cluster(part: Part, parts: Parts, framer: _Framer) -> Cluster:
    """A wide part as it is, and cut."""
    mask, corner = framer.mask([part])
    pieces = [mask] if mask.mean() > SOLID else _cut(mask, framer)
    wide = part.width / part.height
    prior = PRIOR_WIDE * max(0.0, wide - WIDE)
    spans = _with_and_without(0, len(pieces) - 1, [part], parts, framer, prior)
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
            span = framer.span(first, last, together, where, PRIOR_CUT, (CUT,))
            if span.box[2] - span.box[0] <= JOIN_WIDTH * parts.digit_height * framer.scale:
                spans.append(span)
    return Cluster(len(pieces), tuple(spans))


def _cut(mask: npt.NDArray[np.uint8], framer: _Framer) -> list[npt.NDArray[np.uint8]]:
    framer.spend(work_of_cutting(mask))
    return cut_mask(mask)
