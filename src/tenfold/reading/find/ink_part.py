"""One component of the ink, and rules that say from its shape and place what it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MINOR = 0.4  # of a digit's height: a lower component is a flag, a bar, a dot or a dash
FRAME_SIDE, FRAME_FILL = 0.6, 0.15  # of the picture's sides, at least; of its box, at most
FRAMES_FROM = 100  # pixels; smaller pictures show no sheet with edges
FRAMED = 0.08  # of a frame's height is what it holds, at least
REST = 4.0  # times its width is how long a piece of ruling at the edge is, at least
REST_PIXELS, REST_THIN = 3, 0.012  # pixels, and of the shorter side: no box of a stroke is thinner


@dataclass(frozen=True)
class InkPart:
    """One component of the ink: label, box and area, in pixels of the working picture."""

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
        """The longer side of the box."""
        return max(self.width, self.height)

    @property
    def middle(self) -> float:
        """The column halfway between left and right."""
        return (self.left + self.right) / 2


def touches_edge(part: InkPart, width: int, height: int) -> bool:
    """Whether a component touches the edge of the picture."""
    return part.left == 0 or part.top == 0 or part.right == width or part.bottom == height


def is_ruling_rest(part: InkPart, width: int, height: int) -> bool:
    """Whether a component was left of a ruled line: a long thin end at the picture's edge, or a
    piece that is straighter and thinner than a pen draws by hand."""
    thin, long = sorted((part.width, part.height))
    if thin <= max(REST_PIXELS, REST_THIN * min(width, height)):
        return True
    return long > REST * thin and touches_edge(part, width, height)


def is_paper_edge(part: InkPart, width: int, height: int) -> bool:
    """Whether a component is the edge of the paper or of a shadow: long, thin, or at the border."""
    if part.width > 6 * part.height and part.width > 0.3 * width:
        return True
    if not touches_edge(part, width, height):
        return False
    return part.height > 10 * part.width and part.height > 0.5 * height


def is_frame(part: InkPart, parts: list[InkPart], width: int, height: int) -> bool:
    """Whether a component is a thin line around other ink, such as the edge of a sheet or a box."""
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


def is_background(part: InkPart, digit_height: float, candidates: int) -> bool:
    """Whether a component at the border is no digit: too large, too small, or filled."""
    if candidates <= 1:  # it is the only one, and may be a digit that the picture cuts off
        return False
    filled = part.area > 0.75 * part.width * part.height and part.width > 0.5 * digit_height
    return filled or part.height > 1.7 * digit_height or part.height < 0.6 * digit_height


def digit_height_of(parts: list[InkPart], width: int, height: int) -> float:
    """The median height, weighted by the square of the extent, so that dust has no influence.

    In a large picture, components that touch the edge are left out, because they may be anything.
    A small picture has been cut out around its digits, so they count.
    """
    inside = [part for part in parts if not touches_edge(part, width, height)]
    large = min(width, height) >= FRAMES_FROM
    if large and inside and max(p.extent for p in inside) >= 0.3 * max(p.extent for p in parts):
        parts = inside
    parts = [part for part in parts if part.width <= 3 * part.height] or parts
    parts = sorted(parts, key=lambda part: part.height)
    weight = np.cumsum([float(part.extent) ** 2 for part in parts])
    return float(parts[int(np.searchsorted(weight, weight[-1] / 2))].height)


def fits_digits(part: InkPart, digit_height: float) -> bool:
    """Whether a component is neither far too high for a digit nor a line."""
    return part.height <= 2.2 * digit_height and not (
        part.width > 2.5 * digit_height and part.height < MINOR * digit_height
    )


def is_main(part: InkPart, digit_height: float) -> bool:
    """Whether a component is high enough to be a digit by itself."""
    return part.height >= MINOR * digit_height
