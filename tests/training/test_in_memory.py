"""Training without files."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import drawn_digits  # noqa: E402
from tenfold.classifier import Classifier  # noqa: E402
from tenfold.training.in_memory import train_in_memory  # noqa: E402
from tiny_training import TINY  # noqa: E402

DIGITS = drawn_digits(120)
RECIPE = TINY.replace({"epochs": 2, "augment": False})


def test_a_model_comes_out_and_is_not_measured() -> None:
    model, history = train_in_memory(DIGITS, None, RECIPE)
    assert model.facts.measured is None
    assert [row["epoch"] for row in history] == [1, 2]
    assert Classifier(model).probabilities(DIGITS.images).shape == (120, 10)
    assert model.seen is not None
    assert model.seen.find(DIGITS).trained_on.sum() > 90


def test_the_same_seed_gives_the_same_graph() -> None:
    first, again = (train_in_memory(DIGITS, None, RECIPE, seed=3)[0].graph for _ in range(2))
    assert first == again


def test_equal_weights_change_nothing_and_others_do() -> None:
    plain = train_in_memory(DIGITS, None, RECIPE)[0].graph
    assert train_in_memory(DIGITS, np.full(120, 5.0), RECIPE)[0].graph == plain
    assert train_in_memory(DIGITS, np.arange(1.0, 121.0), RECIPE)[0].graph != plain


def test_without_validation_rows_nothing_is_calibrated() -> None:
    model, history = train_in_memory(DIGITS, None, RECIPE.replace({"validation": 0.0}))
    assert model.facts.temperature == 1.0
    assert np.isnan(history[-1]["val_loss"])
