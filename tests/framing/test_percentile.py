"""Percentiles, as numpy gives them."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.framing.percentile import median, percentile


@pytest.mark.parametrize("kind", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1,), (2,), (5,), (101,), (64, 63), (1000, 700)])
def test_they_are_exactly_numpys(kind: type, shape: tuple[int, ...]) -> None:
    values = (np.random.default_rng(0).random(shape) * 255).astype(kind)
    for percent in (0, 20, 75, 85, 90, 99.8, 100):
        assert percentile(values, percent) == float(np.percentile(values, percent))
    assert median(values) == float(np.median(values))


def test_between_two_values_they_are_linear() -> None:
    assert percentile([10, 20], 25) == 12.5
    assert median([1, 2, 10, 20]) == 6


def test_values_are_left_as_they_were() -> None:
    values = np.array([3.0, 1.0, 2.0], np.float32)
    assert (percentile(values, 50), median(values)) == (2, 2)
    assert values.tolist() == [3, 1, 2]
