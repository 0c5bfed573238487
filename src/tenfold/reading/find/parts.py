"""Components of the ink, and which of them are parts of digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.ink import Ink, stroke_width
from tenfold.framing.ink.components import Components, components_of

SPECK = 0.12  # of a digit's height: smaller ink is dust
MINOR = 0.4  # of a digit's height: lower ink is a flag, a bar, a dot or a dash, no digit by itself
BRIDGE = 0.35  # of a stroke's width on either side: a smaller gap is a break in a stroke
NEAR_FLAG = 0.3  # of a digit's height: a flag or bar may lie so far from its digit
NEAR_DOT = 0.1  # the same for what is hardly larger than dust
DOT = 0.22  # of a digit's height
FRAME_SIDE, FRAME_FILL = 0.6, 0.15  # of the picture's sides, at least; of its box, at most
FRAMES_FROM = 100  # pixels; smaller pictures show no sheet with edges
FRAMED = 0.08  # of a frame's height is what it holds, at least
REST = 4.0  # times its width is how long a piece of ruling at the edge is, at least
REST_PIXELS, REST_THIN = 3, 0.012  # pixels, and of the shorter side: no box of a stroke is thinner
DISC_MAX = 32  # pixels: laying it on each takes 0.2 s at most
DISC_ROUND = 0.35  # pixels: with it, discs of both makes differ by 0.4 % of their pixels
PARTS_MAX = 4000  # components; a page of text has more

Labels = npt.NDArray[np.int32]  # [height, width], 0 is paper


@dataclass(frozen=True)
class Part:
    """One component: its label, its box in pixels of the working picture, its count of pixels."""

    label: int
    left: int
    top: int
    right: int
    bottom: int
    area: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def extent(self) -> int:
        return max(self.width, self.height)

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, eq=False)
class Parts:
    """`main` parts may be digits by themselves; `minor` ones belong to one, or to none; `specks`
    are dust, unless a digit is broken to bits.
    `digit_height` in pixels is what most digits of the picture have."""

    labels: Labels
    main: tuple[Part, ...]
    minor: tuple[Part, ...]
    specks: tuple[Part, ...]
    digit_height: float
    too_many: bool = False

    @cached_property
    def minor_boxes(self) -> npt.NDArray[np.int64]:
        """int64 [4, n]: left, top, right, bottom of the minor ones."""
        boxes = [(part.left, part.top, part.right, part.bottom) for part in self.minor]
        return np.array(boxes, np.int64).reshape(-1, 4).T

    def minor_near(self, chosen: Sequence[Part]) -> list[Part]:
        """The flags, bars and dots that lie near enough to some parts to be theirs."""
        left, top, right, bottom = self.minor_boxes
        extent = np.maximum(right - left, bottom - top)
        near = np.where(extent < DOT * self.digit_height, NEAR_DOT, NEAR_FLAG) * self.digit_height
        found = np.zeros(len(extent), bool)
        for part in chosen:
            across = np.maximum(left, part.left) - np.minimum(right, part.right)
            down = np.maximum(top, part.top) - np.minimum(bottom, part.bottom)
            found |= np.hypot(np.maximum(across, 0), np.maximum(down, 0)) <= near
        return [self.minor[i] for i in np.flatnonzero(found)]


def parts_of(ink: Ink) -> Parts:
    """The components of the ink that may belong to digits."""
    stroke = stroke_width(ink.mask * np.uint8(255))
    components = _bridged(ink.mask, stroke)
    if len(components.stats) > PARTS_MAX:
        return Parts(components.labels, (), (), (), 0.0, too_many=True)
    labels, everything = _parts(components, ink.mask, stroke)
    height, width = labels.shape
    everything = [part for part in everything if not (ink.ruled and _is_rest(part, width, height))]
    shaped = [part for part in everything if not _is_edge(part, width, height)]
    frames = {part for part in shaped if _is_frame(part, shaped, width, height)}
    everything = [part for part in everything if part not in frames]
    shaped = [part for part in shaped if part not in frames] or everything
    if not shaped:
        return Parts(labels, (), (), (), 0.0)
    digit_height = _digit_height(shaped, width, height)
    kept = [
        part
        for part in everything
        if _fits(part, digit_height)
        and not (_touches(part, width, height) and _is_ground(part, digit_height, len(shaped)))
    ]
    main = [part for part in kept if _is_main(part, digit_height)]
    small = [part for part in kept if not _is_main(part, digit_height)]
    minor = [part for part in small if part.extent >= SPECK * digit_height]
    specks = [part for part in small if part.extent < SPECK * digit_height]
    return Parts(labels, tuple(main), tuple(minor), tuple(specks), digit_height)


def _bridged(mask: npt.NDArray[np.uint8], stroke: float) -> Components:
    """Components, those parted by less than a break in a stroke taken together."""
    return components_of(dilated(mask, int(BRIDGE * stroke)))


def dilated(mask: npt.NDArray[np.uint8], radius: int) -> npt.NDArray[np.uint8]:
    """A mask grown by a disc. A small one is laid on each pixel; a large one, which would take
    minutes on a large blot, is all that lies within its distance: that takes no longer than another
    and differs at the disc's edge."""
    if radius == 0 or not mask.any():
        return mask
    if radius <= DISC_MAX:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        return cv2.dilate(mask, disc)
    distance = cv2.distanceTransform(1 - mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    near: npt.NDArray[np.uint8] = (distance <= radius + DISC_ROUND).astype(np.uint8)
    return near


def _parts(
    components: Components, mask: npt.NDArray[np.uint8], stroke: float
) -> tuple[Labels, list[Part]]:
    """The labels of the mask's own pixels, and the parts without what the bridges added."""
    radius = int(BRIDGE * stroke)
    labels, stats = components
    labels = labels * mask
    parts = []
    for label, (left, top, width, height, area) in enumerate(stats[1:].tolist(), 1):
        right, bottom = left + width, top + height
        parts.append(
            Part(
                label,  # the disc grew the box, except at the picture's edge
                left + radius * (left > 0),
                top + radius * (top > 0),
                right - radius * (right < mask.shape[1]),
                bottom - radius * (bottom < mask.shape[0]),
                area,
            )
        )
    return labels, parts


def _touches(part: Part, width: int, height: int) -> bool:
    return part.left == 0 or part.top == 0 or part.right == width or part.bottom == height


def _is_rest(part: Part, width: int, height: int) -> bool:
    """What was left of a line of ruling: its long thin end at the picture's edge, or a piece as
    straight and thin as no pen draws by hand."""
    thin, long = sorted((part.width, part.height))
    if thin <= max(REST_PIXELS, REST_THIN * min(width, height)):
        return True
    return long > REST * thin and _touches(part, width, height)


def _is_edge(part: Part, width: int, height: int) -> bool:
    """A long thin thing, or a wide dark one at the border: the edge of the paper, of a shadow."""
    if part.width > 6 * part.height and part.width > 0.3 * width:
        return True
    if not _touches(part, width, height):
        return False
    return part.height > 10 * part.width and part.height > 0.5 * height


def _is_frame(part: Part, parts: list[Part], width: int, height: int) -> bool:
    """A thin line round much of the picture and round other ink: the edge of a sheet, a box."""
    large = part.width > FRAME_SIDE * width and part.height > FRAME_SIDE * height
    if not large or min(width, height) < FRAMES_FROM:
        return False
    return part.area < FRAME_FILL * part.width * part.height and any(
        part.left < other.left
        and part.right > other.right
        and part.top < other.top
        and part.bottom > other.bottom
        and other.height > FRAMED * part.height
        for other in parts
    )


def _is_ground(part: Part, digit_height: float, others: int) -> bool:
    """Something at the border that is no digit: too large, too small, or a filled blot."""
    if others <= 1:
        return False
    filled = part.area > 0.75 * part.width * part.height and part.width > 0.5 * digit_height
    return filled or part.height > 1.7 * digit_height or part.height < 0.6 * digit_height


def _digit_height(parts: list[Part], width: int, height: int) -> float:
    """The median of heights, each weighing as much as its extent squared: dust has no say. What
    touches a large picture's edge may be anything; a small one is cut out around its digits."""
    inside = [part for part in parts if not _touches(part, width, height)]
    large = min(width, height) >= FRAMES_FROM
    if large and inside and max(p.extent for p in inside) >= 0.3 * max(p.extent for p in parts):
        parts = inside
    parts = [part for part in parts if part.width <= 3 * part.height] or parts
    parts = sorted(parts, key=lambda part: part.height)
    weight = np.cumsum([float(part.extent) ** 2 for part in parts])
    return float(parts[int(np.searchsorted(weight, weight[-1] / 2))].height)


def _fits(part: Part, digit_height: float) -> bool:
    """Neither far too high nor a line."""
    return part.height <= 2.2 * digit_height and not (
        part.width > 2.5 * digit_height and part.height < MINOR * digit_height
    )


def _is_main(part: Part, digit_height: float) -> bool:
    return part.height >= MINOR * digit_height
