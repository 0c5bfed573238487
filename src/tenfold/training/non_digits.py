"""Tiles that show no digit, drawn at random: letters, signs, scribbles, blots, texture, blanks, and
two digits at once. What a network has to be shown before it can say `not_a_digit`.

Figures are polylines in a unit square, with jittered corners as a hand would draw them; those that
can be read as a digit (O, I, l, S, Z, B, b, q, g, ...) are left out.
"""

from __future__ import annotations

import itertools
import math

import torch
from torch import Tensor
from torch.nn import functional

from tenfold.digits import SIDE

CORNERS = 12  # most corners of a figure
SPREAD = 20  # figures fill a box of so many pixels, like framed ink

# Corners (x, y), y downwards; None lifts the pen.
FIGURES: dict[str, list[tuple[float, float] | None]] = {
    "A": [(0, 1), (0.5, 0), (1, 1), None, (0.2, 0.6), (0.8, 0.6)],
    "E": [(1, 0), (0, 0), (0, 1), (1, 1), None, (0, 0.5), (0.8, 0.5)],
    "F": [(1, 0), (0, 0), (0, 1), None, (0, 0.5), (0.8, 0.5)],
    "H": [(0, 0), (0, 1), None, (1, 0), (1, 1), None, (0, 0.5), (1, 0.5)],
    "K": [(0, 0), (0, 1), None, (1, 0), (0, 0.5), (1, 1)],
    "M": [(0, 1), (0, 0), (0.5, 0.7), (1, 0), (1, 1)],
    "N": [(0, 1), (0, 0), (1, 1), (1, 0)],
    "P": [(0, 1), (0, 0), (0.7, 0), (1, 0.25), (0.7, 0.5), (0, 0.5)],
    "R": [(0, 1), (0, 0), (0.7, 0), (1, 0.25), (0.7, 0.5), (0, 0.5), None, (0.4, 0.5), (1, 1)],
    "T": [(0, 0), (1, 0), None, (0.5, 0), (0.5, 1)],
    "W": [(0, 0), (0.25, 1), (0.5, 0.3), (0.75, 1), (1, 0)],
    "X": [(0, 0), (1, 1), None, (1, 0), (0, 1)],
    "e": [(0, 0.5), (1, 0.5), (0.9, 0.15), (0.5, 0), (0.1, 0.2), (0, 0.6), (0.3, 1), (1, 0.9)],
    "h": [(0, 0), (0, 1), None, (0, 0.6), (0.5, 0.4), (0.9, 0.6), (0.9, 1)],
    "k": [(0, 0), (0, 1), None, (0.8, 0.35), (0, 0.65), (0.8, 1)],
    "m": [
        (0, 1),
        (0, 0.1),
        (0.25, 0),
        (0.5, 0.2),
        (0.5, 1),
        (0.5, 0.2),
        (0.75, 0),
        (1, 0.2),
        (1, 1),
    ],
    "n": [(0, 1), (0, 0), (0, 0.3), (0.5, 0), (0.9, 0.2), (1, 1)],
    "r": [(0, 0), (0, 1), None, (0, 0.4), (0.4, 0.05), (0.9, 0.1)],
    "w": [(0, 0), (0.2, 1), (0.5, 0.4), (0.8, 1), (1, 0)],
    "pi": [(0, 0.1), (1, 0), None, (0.3, 0.1), (0.2, 1), None, (0.7, 0.1), (0.8, 1)],
    "plus": [(0.5, 0), (0.5, 1), None, (0, 0.5), (1, 0.5)],
    "equals": [(0, 0.3), (1, 0.3), None, (0, 0.7), (1, 0.7)],
    "dash": [(0, 0.5), (1, 0.5)],
    "hash": [
        *[(0.3, 0), (0.25, 1), None, (0.75, 0), (0.7, 1), None],
        *[(0, 0.35), (1, 0.3), None, (0, 0.7), (1, 0.65)],
    ],
    "star": [
        *[(0.5, 0), (0.5, 1), None, (0, 0.25), (1, 0.75), None, (1, 0.25), (0, 0.75)],
    ],
    "tick": [(0, 0.6), (0.3, 1), (1, 0)],
    "arrow": [(0, 0.5), (1, 0.5), None, (0.65, 0.2), (1, 0.5), (0.65, 0.8)],
    "box": [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)],
    "triangle": [(0.5, 0), (1, 1), (0, 1), (0.5, 0)],
    "crossed box": [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0), (1, 1), None, (1, 0), (0, 1)],
    "heart": [(0.5, 1), (0, 0.4), (0.2, 0), (0.5, 0.3), (0.8, 0), (1, 0.4), (0.5, 1)],
    "zigzag": [(0, 0.2), (0.2, 0.8), (0.4, 0.2), (0.6, 0.8), (0.8, 0.2), (1, 0.8)],
    "two dots": [(0.5, 0.2), (0.5, 0.22), None, (0.5, 0.8), (0.5, 0.82)],
    "question": [
        (0.1, 0.2),
        (0.5, 0),
        (0.9, 0.25),
        (0.5, 0.5),
        (0.5, 0.7),
        None,
        (0.5, 0.95),
        (0.5, 1),
    ],
    "percent": [
        (1, 0),
        (0, 1),
        None,
        (0.1, 0.1),
        (0.3, 0.1),
        (0.1, 0.3),
        None,
        (0.8, 0.8),
        (0.95, 0.95),
    ],
}


def _segments(figure: list[tuple[float, float] | None]) -> list[list[float]]:
    """[[x0, y0, x1, y1], ...] of a figure."""
    return [[*a, *b] for a, b in itertools.pairwise(figure) if a is not None and b is not None]


_LISTED = [_segments(figure) for figure in FIGURES.values()]
_MOST = max(CORNERS, *(len(segments) for segments in _LISTED))
# Short figures repeat their last segment, which draws it twice and changes nothing.
_TABLE = torch.tensor([s + [s[-1]] * (_MOST - len(s)) for s in _LISTED])  # [figures, segments, 4]


def non_digits(digits: Tensor, generator: torch.Generator) -> Tensor:
    """As many tiles that show no digit as `digits` (float [n, 1, 28, 28] in 0..1) are; pairs of
    digits are made of these."""
    n = len(digits)
    makers = (_figures, _figures, _scribbles, _blots, _texture, _pairs, _pairs, _blank)
    which = torch.randint(0, len(makers), (n,), generator=generator)
    tiles = torch.zeros_like(digits)
    for number, make in enumerate(makers):
        chosen = which == number
        if chosen.any():
            tiles[chosen] = make(digits[chosen], generator)
    return tiles


def _figures(digits: Tensor, generator: torch.Generator) -> Tensor:
    """Letters and signs, with hand-like corners."""
    n = len(digits)
    which = torch.randint(0, len(_TABLE), (n,), generator=generator)
    lines = _TABLE[which] - 0.5  # [n, segments, 4]
    # corners that are one in the figure move as one: the jitter is a smooth field over the square
    wave = torch.randn(n, 1, 4, generator=generator) * 3
    phase = torch.rand(n, 1, 4, generator=generator) * 2 * math.pi
    swapped = lines[:, :, [1, 0, 3, 2]]
    lines = lines + 0.07 * torch.sin(
        wave[:, :, [0, 1, 0, 1]] * swapped * 2 + phase[:, :, [0, 1, 0, 1]]
    )
    return _drawn(lines, 0.9 + 1.3 * torch.rand(n, 1, 1, generator=generator), generator).to(digits)


def _scribbles(digits: Tensor, generator: torch.Generator) -> Tensor:
    """A pen that runs to and fro."""
    n = len(digits)
    corners = torch.rand(n, CORNERS + 1, 2, generator=generator) - 0.5
    lines = torch.cat([corners[:, :-1], corners[:, 1:]], dim=2)
    return _drawn(lines, 0.6 + torch.rand(n, 1, 1, generator=generator), generator).to(digits)


def _blots(digits: Tensor, generator: torch.Generator) -> Tensor:
    """Filled shapes without a stroke."""
    n = len(digits)
    corners = (torch.rand(n, 4, 2, generator=generator) - 0.5) * 0.7
    lines = torch.cat([corners[:, :-1], corners[:, 1:]], dim=2)
    return _drawn(lines, 3.5 + 4 * torch.rand(n, 1, 1, generator=generator), generator).to(digits)


def _texture(digits: Tensor, generator: torch.Generator) -> Tensor:
    """Cloth, wood, leaves: noise of some grain, thresholded more or less hard."""
    n, side = len(digits), int(torch.randint(4, 15, (1,), generator=generator))
    field = torch.rand(n, 1, side, side, generator=generator)
    field = functional.interpolate(field, (SIDE, SIDE), mode="bicubic", align_corners=True)
    hardness = 1 + 9 * torch.rand(n, 1, 1, 1, generator=generator)
    level = 0.4 + 0.4 * torch.rand(n, 1, 1, 1, generator=generator)
    return ((field - level) * hardness).clamp(0, 1).to(digits)


def _pairs(digits: Tensor, generator: torch.Generator) -> Tensor:
    """Two digits side by side, or one above the other, in the place of one."""
    others = digits[torch.randperm(len(digits), generator=generator)]
    # 16 of the 28 columns each: the middle of the digit, where its ink is
    both = torch.cat([digits[:, :, :, 5:23], others[:, :, :, 5:23]], dim=3)
    small = functional.interpolate(both, (20, 24), mode="area")
    tile = functional.pad(small, (2, 2, 4, 4))
    return torch.rot90(tile, 1, (2, 3)) if torch.rand(1, generator=generator) < 0.2 else tile


def _blank(digits: Tensor, generator: torch.Generator) -> Tensor:
    """Nothing, or the faint rest of something."""
    level = torch.rand(len(digits), 1, 1, 1, generator=generator) * 0.3
    points = torch.rand(len(digits), 1, 5, 5, generator=generator)
    field = functional.interpolate(points, (SIDE, SIDE), mode="bilinear", align_corners=True)
    return (field * level - 0.05).clamp(0, 1).to(digits)


def _drawn(lines: Tensor, radius: Tensor, generator: torch.Generator) -> Tensor:
    """float [n, 1, 28, 28]: segments [n, s, 4] in -0.5..0.5 stroked with `radius` [n, 1, 1] pixels,
    the figure turned, stretched and about `SPREAD` pixels large."""
    n = len(lines)
    draws = torch.rand(n, 3, generator=generator)
    angle = (draws[:, 0] - 0.5) * 0.6
    size = SPREAD * torch.stack([0.6 + 0.4 * draws[:, 1], 0.8 + 0.2 * draws[:, 2]], dim=1)
    cosine, sine = torch.cos(angle), torch.sin(angle)
    turn = torch.stack([torch.stack([cosine, -sine], 1), torch.stack([sine, cosine], 1)], 1)
    points = lines.view(n, -1, 2) * size[:, None]
    points = torch.einsum("nij,npj->npi", turn, points) + (SIDE - 1) / 2
    start, end = points.view(n, -1, 2, 2).unbind(dim=2)  # [n, s, 2] each
    axis = torch.arange(SIDE, dtype=torch.float32)
    pixels = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), dim=2).view(1, -1, 1, 2)
    along = (end - start)[:, None]  # [n, 1, s, 2]
    to_pixel = pixels - start[:, None]  # [n, 784, s, 2]
    share = (to_pixel * along).sum(3) / (along * along).sum(3).clamp(min=1e-6)
    distance = (to_pixel - share.clamp(0, 1)[..., None] * along).norm(dim=3)  # [n, 784, s]
    ink = (radius + 0.5 - distance.amin(dim=2, keepdim=True)).clamp(0, 1)
    return ink.view(n, 1, SIDE, SIDE)
