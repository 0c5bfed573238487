"""Components of the ink, sorted into digits, their flags and bars, and dust."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.ink import Ink, stroke_width
from tenfold.framing.ink.components import Components, components_of
from tenfold.reading.find.ink_part import (
    InkPart,
    digit_height_of,
    fits_digits,
    is_background,
    is_frame,
    is_main,
    is_paper_edge,
    is_ruling_rest,
    touches_edge,
)

SPECK = 0.12  # of a digit's height: smaller ink is dust
BRIDGE = 0.35  # of a stroke's width on either side: a smaller gap is a break in a stroke
NEAR_FLAG = 0.3  # of a digit's height: a flag or bar may lie so far from its digit
NEAR_DOT = 0.1  # the same for what is hardly larger than dust
DOT = 0.22  # of a digit's height
DISC_MAX = 32  # pixels: laying it on each takes 0.2 s at most
DISC_ROUND = 0.35  # pixels: with it, discs of both makes differ by 0.4 % of their pixels
MESH_FROM = 60  # pixels: the extent of the smallest grid
MESH_HOLES, MESH_OPEN = 3, 0.5  # holes at least, and the share of its box that they have together
MESH_ALIKE = 0.2  # of the largest hole: smaller ones are loops
PARTS_MAX = 4000  # components; a page of text has more

ComponentLabels = npt.NDArray[np.int32]  # [height, width], 0 is paper


@dataclass(frozen=True, eq=False)
class InkParts:
    """The components of a picture's ink, by size.

    `main` parts may be digits by themselves. `minor` parts belong to a digit, or to none. `specks`
    are dust, unless a digit is in many pieces. `digit_height` is the height of most digits, in
    pixels of the working picture. `too_many`: there were more than PARTS_MAX, and none is kept.
    """

    labels: ComponentLabels
    main: tuple[InkPart, ...] = ()
    minor: tuple[InkPart, ...] = ()
    specks: tuple[InkPart, ...] = ()
    digit_height: float = 0.0
    too_many: bool = False

    @cached_property
    def minor_boxes(self) -> npt.NDArray[np.int64]:
        """Left, top, right and bottom of the minor parts, int64 [4, n]."""
        boxes = [(part.left, part.top, part.right, part.bottom) for part in self.minor]
        return np.array(boxes, np.int64).reshape(-1, 4).T

    def minor_near(self, chosen: Sequence[InkPart]) -> list[InkPart]:
        """The minor parts that lie near enough to any of `chosen` to belong to it."""
        left, top, right, bottom = self.minor_boxes
        extent = np.maximum(right - left, bottom - top)
        near = np.where(extent < DOT * self.digit_height, NEAR_DOT, NEAR_FLAG) * self.digit_height
        found = np.zeros(len(extent), bool)
        for part in chosen:
            across = np.maximum(left, part.left) - np.minimum(right, part.right)
            down = np.maximum(top, part.top) - np.minimum(bottom, part.bottom)
            found |= np.hypot(np.maximum(across, 0), np.maximum(down, 0)) <= near
        return [self.minor[i] for i in np.flatnonzero(found)]


def parts_of(ink: Ink) -> InkParts:
    """The components of the ink that may belong to digits."""
    stroke = stroke_width(ink.mask * np.uint8(255))
    components = _bridged(ink.mask, stroke)
    if len(components.stats) > PARTS_MAX:
        return InkParts(components.labels, too_many=True)
    labels, parts = _components_without_bridges(components, ink.mask, stroke)
    height, width = labels.shape
    if ink.ruled:
        parts = [part for part in parts if not is_ruling_rest(part, width, height)]
    parts = [part for part in parts if not _is_mesh(part, labels)]
    parts, digits = _without_frames(parts, width, height)
    if not digits:
        return InkParts(labels)
    digit_height = digit_height_of(digits, width, height)
    parts = [part for part in parts if fits_digits(part, digit_height)]
    parts = _without_background(parts, digit_height, len(digits), width, height)
    return _sorted_by_size(labels, parts, digit_height)


def _is_mesh(part: InkPart, labels: ComponentLabels) -> bool:
    """Whether a component is the lines of a grid: no digit has so many holes, nor so wide ones."""
    if part.extent < MESH_FROM or part.area > MESH_OPEN * part.width * part.height:
        return False
    inside = labels[part.top : part.bottom, part.left : part.right] == part.label
    contours, tree = cv2.findContours(
        inside.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE
    )
    holes = [
        cv2.contourArea(outline)
        for outline, (_, _, _, parent) in zip(contours, tree[0], strict=True)
        if parent >= 0
    ]
    alike = [hole for hole in holes if hole >= MESH_ALIKE * max(holes)]
    return len(alike) >= MESH_HOLES and sum(alike) >= MESH_OPEN * part.width * part.height


def _without_frames(
    parts: Sequence[InkPart], width: int, height: int
) -> tuple[list[InkPart], list[InkPart]]:
    """All components but frames; and of these the ones that are no edge of paper, or all of them
    where every one is an edge."""
    inner = [part for part in parts if not is_paper_edge(part, width, height)]
    frames = {part for part in inner if is_frame(part, inner, width, height)}
    kept = [part for part in parts if part not in frames]
    return kept, [part for part in inner if part not in frames] or kept


def _without_background(
    parts: Sequence[InkPart], digit_height: float, candidates: int, width: int, height: int
) -> list[InkPart]:
    """All components but those at the picture's edge that are no digits."""
    return [
        part
        for part in parts
        if not touches_edge(part, width, height)
        or not is_background(part, digit_height, candidates)
    ]


def _sorted_by_size(
    labels: ComponentLabels, parts: Sequence[InkPart], digit_height: float
) -> InkParts:
    main = [part for part in parts if is_main(part, digit_height)]
    small = [part for part in parts if not is_main(part, digit_height)]
    minor = [part for part in small if part.extent >= SPECK * digit_height]
    specks = [part for part in small if part.extent < SPECK * digit_height]
    return InkParts(labels, tuple(main), tuple(minor), tuple(specks), digit_height)


def _bridged(mask: npt.NDArray[np.uint8], stroke: float) -> Components:
    """Components of a mask; a gap smaller than a break in a stroke joins its two sides."""
    return components_of(dilated(mask, int(BRIDGE * stroke)))


def dilated(mask: npt.NDArray[np.uint8], radius: int) -> npt.NDArray[np.uint8]:
    """A mask uint8 [height, width], dilated by a disc of `radius` pixels.

    Dilation with a large disc takes minutes on a large blot. From DISC_MAX on, the distance to the
    mask decides instead: its time does not grow with the radius, and its result differs at the
    disc's edge alone.
    """
    if radius == 0 or not mask.any():
        return mask
    if radius <= DISC_MAX:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        return cv2.dilate(mask, disc)
    distance = cv2.distanceTransform(1 - mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    near: npt.NDArray[np.uint8] = (distance <= radius + DISC_ROUND).astype(np.uint8)
    return near


def _components_without_bridges(
    components: Components, mask: npt.NDArray[np.uint8], stroke: float
) -> tuple[ComponentLabels, list[InkPart]]:
    """The labels of the mask's pixels, and its components with the boxes that they had before the
    dilation."""
    radius = int(BRIDGE * stroke)
    labels, stats = components
    labels = labels * mask
    parts = []
    for label, (left, top, width, height, area) in enumerate(stats[1:].tolist(), 1):
        right, bottom = left + width, top + height
        parts.append(
            InkPart(
                label,  # the disc grew the box, except at the picture's edge
                left + radius * (left > 0),
                top + radius * (top > 0),
                right - radius * (right < mask.shape[1]),
                bottom - radius * (bottom < mask.shape[0]),
                area,
            )
        )
    return labels, parts
