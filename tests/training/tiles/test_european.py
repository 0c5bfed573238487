"""Drawn digits in European shapes."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.training.tiles.european import SHAPES, european_digits  # noqa: E402
from tiny_training import seeded, tiles  # noqa: E402


def test_continental_shapes_come_with_their_labels() -> None:
    shown, labels = european_digits(tiles(300), seeded())
    assert shown.shape == (300, 1, 28, 28)
    assert set(labels.tolist()) == {digit for digit, _ in SHAPES}
    assert (shown.sum(dim=(1, 2, 3)) > 15).all()
