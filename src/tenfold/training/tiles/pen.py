"""Figures drawn with a pen by an unsteady hand: polylines to tiles, whole batches at once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import torch
from torch import Tensor

from tenfold.digits import INK_BOX, SIDE

# Corners (x, y) in a unit square, y downwards; None lifts the pen.
Figure = list[tuple[float, float] | None]


def segment_table(figures: Iterable[Figure]) -> Tensor:
    """float [figures, segments, 4]: (x0, y0, x1, y1) of each segment, relative to the middle.

    Short figures repeat their last segment, which draws it twice and changes nothing.
    """
    listed = [
        [[*a, *b] for a, b in itertools.pairwise(figure) if a is not None and b is not None]
        for figure in figures
    ]
    most = max(len(segments) for segments in listed)
    table = [segments + [segments[-1]] * (most - len(segments)) for segments in listed]
    return torch.tensor(table, dtype=torch.float32) - 0.5


def hand_drawn(lines: Tensor, generator: torch.Generator) -> Tensor:
    """Segments [n, s, 4] with their corners moved by a smooth field, as an unsteady hand would.

    Corners that meet in the figure still meet.
    """
    n = len(lines)
    wave = torch.randn(n, 1, 2, generator=generator).repeat(1, 1, 2) * 6
    phase = torch.rand(n, 1, 2, generator=generator).repeat(1, 1, 2) * 2 * math.pi
    across = lines[:, :, [1, 0, 3, 2]]  # x moves with y, and y with x
    return lines + 0.07 * torch.sin(wave * across + phase)


def pen_radii(like: Tensor, low: float, high: float, generator: torch.Generator) -> Tensor:
    """Half widths of a pen in pixels, float [n, 1, 1], uniform in `low`..`high`."""
    return low + (high - low) * torch.rand(len(like), 1, 1, generator=generator)


def stroke(lines: Tensor, radius: Tensor, generator: torch.Generator) -> Tensor:
    """Tiles float [n, 1, 28, 28] of segments [n, s, 4] in -0.5..0.5, drawn with a round pen.

    `radius` [n, 1, 1] is the pen's, in pixels. Each figure is turned by up to 17 degrees,
    stretched, and about `INK_BOX` pixels large.
    """
    n = len(lines)
    draws = torch.rand(n, 3, generator=generator)
    angle = (draws[:, 0] - 0.5) * 0.6
    size = INK_BOX * torch.stack([0.6 + 0.4 * draws[:, 1], 0.8 + 0.2 * draws[:, 2]], dim=1)
    cosine, sine = torch.cos(angle), torch.sin(angle)
    turn = torch.stack([torch.stack([cosine, -sine], 1), torch.stack([sine, cosine], 1)], 1)
    points = lines.reshape(n, -1, 2) * size[:, None]
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
