"""Digits in continental shapes, which MNIST's American writers seldom used: ones with a long flag
or a foot, crossed sevens, closed and open fours, nines and sixes with a straight stem, zeros
whose stroke ends inside. Plain sevens are drawn too: otherwise a network would learn that each
drawn seven has a bar, and that one without it is a one."""

from __future__ import annotations

import torch
from torch import Tensor

from tenfold.training.tiles.pen import Figure, hand_drawn, pen_radii, segment_table, stroke

SHAPES: tuple[tuple[int, Figure], ...] = (
    (
        0,
        [
            (0.5, 0.4),
            (0.7, 0.1),
            (0.4, 0),
            (0, 0.55),
            (0.3, 1),
            (0.8, 0.75),
            (0.85, 0.3),
            (0.7, 0.1),
        ],
    ),
    (1, [(0.05, 0.35), (0.55, 0), (0.55, 1)]),
    (1, [(0.1, 0.55), (0.6, 0), (0.6, 1)]),
    (1, [(0.25, 0.2), (0.55, 0), (0.5, 1)]),
    (1, [(0.15, 0.3), (0.5, 0), (0.5, 1), None, (0.1, 1), (0.9, 1)]),
    (1, [(0.3, 0.2), (0.5, 0), (0.5, 1), None, (0.2, 1), (0.8, 1)]),
    (4, [(0.75, 0.6), (0, 0.65), (0.65, 0), (0.65, 1)]),
    (4, [(0.55, 0), (0.05, 0.6), (0.95, 0.6), None, (0.65, 0.3), (0.6, 1)]),
    (4, [(0.1, 0), (0.05, 0.5), (0.9, 0.5), None, (0.75, 0), (0.7, 1)]),
    (4, [(0.6, 1), (0.65, 0), (0.1, 0.45), (0.3, 0.6), (0.9, 0.6)]),
    (4, [(0.85, 0), (0, 0.38), (0.85, 0.38), None, (0.85, 0), (0.85, 1)]),
    (7, [(0, 0.05), (0.9, 0), (0.5, 1)]),
    (7, [(0, 0.2), (0.8, 0), (0.55, 1)]),
    (7, [(0.05, 0.2), (0.1, 0), (0.85, 0), (0.65, 0.4), (0.5, 1)]),
    (7, [(0.05, 0), (0.9, 0), (0.4, 1), None, (0.3, 0.5), (0.85, 0.5)]),
    (7, [(0.05, 0.12), (0.1, 0), (0.9, 0), (0.45, 1), None, (0.35, 0.5), (0.85, 0.45)]),
    (7, [(0.1, 0.1), (0.85, 0), (0.5, 0.5), (0.35, 1), None, (0.25, 0.55), (0.8, 0.5)]),
    (9, [(0.8, 0.1), (0.4, 0), (0.1, 0.25), (0.35, 0.5), (0.75, 0.35), (0.8, 0.1), (0.75, 1)]),
    (9, [(0.85, 0.05), (0.35, 0), (0.1, 0.1), (0.35, 0.25), (0.85, 0.05), (0.6, 0.5), (0.5, 1)]),
    (6, [(0.7, 0), (0.3, 0.4), (0.15, 0.75), (0.4, 1), (0.75, 0.8), (0.6, 0.55), (0.2, 0.7)]),
)
_LABELS = torch.tensor([digit for digit, _ in SHAPES])
_TABLE = segment_table(figure for _, figure in SHAPES)


def european_digits(like: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Tiles float [n, 1, 28, 28] of drawn digits, as many as `like`, and their labels int64 [n]."""
    chosen = torch.randint(0, len(_TABLE), (len(like),), generator=generator)
    lines = hand_drawn(_TABLE[chosen], generator)
    tiles = stroke(lines, pen_radii(like, 0.7, 1.8, generator), generator)
    return tiles.to(like), _LABELS[chosen].to(like.device)
