"""Tiles that show no digit, drawn at random: letters, signs, scribbles, blots, texture, blanks, and
two digits at once. A network has to see such tiles before it can answer `not_a_digit`.

Letters that can be read as a digit (O, I, l, S, Z, B, b, q, g, ...) are left out.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from tenfold.digits import SIDE
from tenfold.training.tiles.pen import Figure, hand_drawn, pen_radii, segment_table, stroke

NO_DIGIT = -1  # label of a tile that shows no digit
CORNERS = 12  # of a scribble

_BOWL: Figure = [(0.85, 0.3), (0.5, 0.15), (0.1, 0.35), (0.05, 0.7), (0.4, 1), (0.85, 0.7)]

FIGURES: dict[str, Figure] = {
    "C": [(0.9, 0.15), (0.5, 0), (0.1, 0.2), (0, 0.5), (0.1, 0.8), (0.5, 1), (0.9, 0.85)],
    "D": [(0, 0), (0, 1), None, (-0.1, 0), (0.5, 0), (0.9, 0.25), (0.9, 0.75), (0.5, 1), (-0.1, 1)],
    "J": [(0.3, 0), (1, 0), None, (0.7, 0), (0.7, 0.8), (0.4, 1), (0.1, 0.85), (0, 0.65)],
    "L": [(0, 0), (0, 1), (0.9, 1)],
    "U": [(0, 0), (0, 0.7), (0.2, 1), (0.8, 1), (1, 0.7), (1, 0)],
    "V": [(0, 0), (0.5, 1), (1, 0)],
    "Y": [(0, 0), (0.5, 0.5), (1, 0), None, (0.5, 0.5), (0.5, 1)],
    "a": [*_BOWL, None, (0.85, 0.25), (0.85, 0.85), (1, 1)],
    "printed a": [
        *[(0.1, 0.2), (0.3, 0), (0.7, 0), (0.9, 0.25), (0.9, 1), None, (0.9, 0.45), (0.3, 0.5)],
        *[(0.05, 0.75), (0.3, 1), (0.6, 0.95), (0.9, 0.7)],
    ],
    "c": [(0.9, 0.35), (0.5, 0.2), (0.1, 0.4), (0.1, 0.8), (0.5, 1), (0.9, 0.9)],
    "d": [*_BOWL, None, (0.85, -0.3), (0.85, 1)],
    "f": [(0.9, 0.1), (0.6, 0), (0.4, 0.2), (0.4, 1), None, (0, 0.4), (0.8, 0.4)],
    "j": [(0.6, 0.2), (0.6, 0.9), (0.3, 1.1), (0, 0.95), None, (0.6, -0.05), (0.62, 0)],
    "p": [(0, 0), (0, 1.2), None, (0, 0.1), (0.5, 0), (0.9, 0.2), (0.9, 0.5), (0.5, 0.7), (0, 0.6)],
    "t": [(0.4, 0), (0.4, 0.9), (0.6, 1), (0.85, 0.9), None, (0, 0.3), (0.85, 0.3)],
    "u": [(0, 0), (0, 0.7), (0.3, 1), (0.7, 0.9), (0.9, 0.6), None, (0.9, 0), (0.9, 0.9), (1, 1)],
    "x": [(0, 0), (0.3, 0.2), (0.7, 0.8), (1, 1), None, (1, 0), (0, 1)],
    "Ae": [
        (0, 1),
        (0.5, 0),
        (0.5, 1),
        (1, 1),
        None,
        (0.5, 0),
        (1, 0),
        None,
        (0.2, 0.6),
        (0.9, 0.5),
    ],
    "an": [
        *[(0.45, 0.4), (0.2, 0.3), (0, 0.6), (0.15, 1), (0.4, 0.8), (0.45, 0.3), (0.5, 1)],
        *[(0.55, 0.45), (0.7, 0.3), (0.9, 0.4), (0.95, 1)],
    ],
    "it": [
        *[(0.15, 0.4), (0.15, 1), None, (0.15, 0.1), (0.17, 0.12), None, (0.65, 0), (0.65, 1)],
        *[(0.9, 0.9), None, (0.4, 0.35), (0.95, 0.35)],
    ],
    "loops": [
        *[(0, 1), (0.3, 0.3), (0.15, 0.1), (0.1, 0.8), (0.4, 1), (0.65, 0.3), (0.5, 0.1)],
        *[(0.45, 0.8), (0.8, 1), (1, 0.6)],
    ],
    "ampersand": [
        *[(1, 1), (0.25, 0.3), (0.4, 0), (0.65, 0.2), (0.1, 0.65), (0.2, 1), (0.6, 0.95)],
        *[(0.95, 0.5)],
    ],
    "euro": [
        *[(0.95, 0.15), (0.6, 0), (0.25, 0.3), (0.25, 0.7), (0.6, 1), (0.95, 0.85), None],
        *[(0, 0.4), (0.7, 0.4), None, (0, 0.6), (0.65, 0.6)],
    ],
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


_TABLE = segment_table(FIGURES.values())


def non_digits(digits: Tensor, generator: torch.Generator) -> Tensor:
    """Tiles float [n, 1, 28, 28] in 0..1 without a digit, as many as `digits`.

    Tiles of two digits at once are made of `digits`, of the same shape and range.
    """
    n = len(digits)
    makers = (
        _figures,
        _figures,
        _figures,
        _figures,
        _scribbles,
        _blots,
        _texture,
        _pairs,
        _pairs,
        _blank,
    )
    maker = torch.randint(0, len(makers), (n,), generator=generator)
    tiles = torch.zeros_like(digits)
    for number, make in enumerate(makers):
        chosen = maker == number
        if chosen.any():
            tiles[chosen] = make(digits[chosen], generator)
    return tiles


def _figures(digits: Tensor, generator: torch.Generator) -> Tensor:
    """Letters and signs."""
    chosen = torch.randint(0, len(_TABLE), (len(digits),), generator=generator)
    return stroke(
        hand_drawn(_TABLE[chosen], generator), pen_radii(digits, 0.9, 2.2, generator), generator
    )


def _scribbles(digits: Tensor, generator: torch.Generator) -> Tensor:
    """A pen that runs to and fro, in zigzags or, every other batch, in bows."""
    points = torch.rand(len(digits), CORNERS + 1, 2, generator=generator) - 0.5
    if torch.rand(1, generator=generator) < 0.5:
        for _ in range(2):
            points = _rounded(points)
    lines = torch.cat([points[:, :-1], points[:, 1:]], dim=2)
    return stroke(lines, pen_radii(digits, 0.6, 2.0, generator), generator)


def _rounded(points: Tensor) -> Tensor:
    """A polyline [n, k, 2] with its corners cut (Chaikin 1974), 2 k - 2 points."""
    start, end = points[:, :-1], points[:, 1:]
    cut = torch.stack([0.75 * start + 0.25 * end, 0.25 * start + 0.75 * end], dim=2)
    return cut.flatten(1, 2)


def _blots(digits: Tensor, generator: torch.Generator) -> Tensor:
    """Filled shapes without a stroke."""
    n = len(digits)
    corners = (torch.rand(n, 4, 2, generator=generator) - 0.5) * 0.7
    lines = torch.cat([corners[:, :-1], corners[:, 1:]], dim=2)
    return stroke(lines, pen_radii(digits, 3.5, 7.5, generator), generator)


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
