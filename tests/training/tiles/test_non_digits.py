"""Tiles that show no digit."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.training.tiles.non_digits import FIGURES, non_digits  # noqa: E402
from tiny_training import seeded, tiles  # noqa: E402


def test_non_digits_are_of_many_kinds_and_within_the_range() -> None:
    shown = non_digits(tiles(400), seeded())
    assert shown.shape == (400, 1, 28, 28)
    assert shown.min() >= 0
    assert shown.max() <= 1
    ink = shown.sum(dim=(1, 2, 3))
    assert (ink < 20).any()  # blanks
    assert (ink > 200).any()  # blots
    inked = [tile.numpy().tobytes() for tile in shown if tile.any()]  # blanks are alike
    assert len(set(inked)) == len(inked) > 300


def test_no_figure_is_a_single_upright_stroke() -> None:
    """That would be a one."""
    for name, figure in FIGURES.items():
        corners = [corner for corner in figure if corner is not None]
        assert len({x for x, _ in corners}) > 1 or name == "two dots"
