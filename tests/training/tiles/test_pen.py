"""Figures drawn with a pen."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.training.tiles.pen import (  # noqa: E402
    Figure,
    hand_drawn,
    pen_radii,
    segment_table,
    stroke,
)
from tiny_training import seeded  # noqa: E402

CROSS: Figure = [(0, 0.5), (1, 0.5), None, (0.5, 0), (0.5, 1)]
CORNER: Figure = [(0, 0), (1, 0), (1, 1)]
BAR: Figure = [(0.5, 0), (0.5, 1)]


def test_a_lifted_pen_draws_nothing_and_short_figures_are_filled_up() -> None:
    table = segment_table([CROSS, BAR])
    assert table.shape == (2, 2, 4)
    assert table[0].tolist() == [[-0.5, 0, 0.5, 0], [0, -0.5, 0, 0.5]]
    assert table[1, 0].tolist() == table[1, 1].tolist() == [0, -0.5, 0, 0.5]


def test_corners_that_meet_still_meet() -> None:
    lines = segment_table([CORNER]).repeat(5, 1, 1)
    drawn = hand_drawn(lines, seeded())
    torch.testing.assert_close(drawn[:, 0, 2:], drawn[:, 1, :2])
    assert not torch.equal(drawn, lines)


def test_radii_are_within_their_range() -> None:
    radii = pen_radii(torch.zeros(500, 1), 0.8, 1.6, seeded())
    assert radii.shape == (500, 1, 1)
    assert 0.8 <= float(radii.min()) < 0.85
    assert 1.55 < float(radii.max()) <= 1.6


def test_a_bar_is_drawn_where_it_is_with_soft_edges() -> None:
    lines = segment_table([BAR]).repeat(20, 1, 1)
    tiles = stroke(lines, torch.full((20, 1, 1), 1.5), seeded())
    assert tiles.shape == (20, 1, 28, 28)
    assert float(tiles.max()) == 1
    assert ((tiles > 0) & (tiles < 1)).any()
    heights = (tiles[:, 0] > 0.5).any(dim=2).sum(dim=1)
    assert 12 <= int(heights.min()) <= int(heights.max()) <= 24
    assert float(tiles[:, 0, :, :4].max()) == 0


def test_a_thicker_pen_leaves_more_ink() -> None:
    lines = segment_table([BAR])
    thin, thick = (stroke(lines, torch.full((1, 1, 1), r), seeded()).sum() for r in (1.0, 2.0))
    assert thick > 1.5 * thin
