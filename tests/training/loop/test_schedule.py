"""Learning-rate schedules."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.recipes import RECIPES  # noqa: E402
from tenfold.training.loop.schedule import learning_rate  # noqa: E402
from tiny_training import TINY  # noqa: E402


def test_one_cycle_rises_to_the_highest_rate_and_ends_near_zero() -> None:
    rates = [learning_rate(TINY, step, 100, []) for step in range(100)]
    assert max(rates) == rates[30] == pytest.approx(TINY.learning_rate)
    assert rates == sorted(rates[:31]) + sorted(rates[31:], reverse=True)
    assert 0 < rates[-1] < 0.02 * TINY.learning_rate


def test_one_cycle_ends_at_the_final_rate() -> None:
    recipe = TINY.replace({"final_rate": 0.1})
    rates = [learning_rate(recipe, step, 1000, []) for step in range(1000)]
    assert rates[-1] == pytest.approx(0.1 * TINY.learning_rate, rel=0.02)
    assert max(rates) == pytest.approx(TINY.learning_rate)


def test_the_plateau_halves_as_keras_does() -> None:
    """patience 3: three epochs without a gain halve the rate, and the count begins anew."""
    accuracies = [0.90, 0.95, 0.95, 0.94, 0.95, 0.95, 0.95, 0.95, 0.96, 0.96005]
    epochs = [{"val_accuracy": accuracy} for accuracy in accuracies]
    recipe = RECIPES["notebook"]
    rates = [learning_rate(recipe, 0, 1, epochs[:n]) for n in range(len(epochs) + 1)]
    assert rates == [1e-3] * 5 + [5e-4] * 3 + [2.5e-4] * 3


def test_the_plateau_stops_at_its_floor() -> None:
    epochs = [{"val_accuracy": 0.5}] * 100
    assert learning_rate(RECIPES["notebook"], 0, 1, epochs) == 1e-5
