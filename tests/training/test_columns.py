"""Training on columns of numbers that are no image."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.classifier.columns import ColumnsClassifier  # noqa: E402
from tenfold.errors import DivergedError  # noqa: E402
from tenfold.training.columns import train_columns  # noqa: E402

RNG = np.random.default_rng(0)
LABELS = np.arange(60) % 3
ROWS = RNG.normal(0, 0.3, (60, 4)) + np.eye(3, 4)[LABELS] * 3
ONES = np.ones(60)


def test_classes_that_are_apart_are_learnt() -> None:
    graph, history = train_columns(ROWS, LABELS, ONES, 3)
    answers = ColumnsClassifier(graph).probabilities(ROWS)
    assert (answers.argmax(axis=1) == LABELS).all()
    assert history[-1]["train_loss"] < history[0]["train_loss"]
    assert [row["epoch"] for row in history] == list(range(1, len(history) + 1))


def test_the_same_rows_give_the_same_bytes() -> None:
    first, again, other = (train_columns(ROWS, LABELS, ONES, 3, seed=s)[0] for s in (0, 0, 1))
    assert first == again
    assert first != other


def test_a_constant_column_is_no_division_by_zero() -> None:
    rows = np.column_stack([ROWS, np.full(60, 7.0)])
    graph, _ = train_columns(rows, LABELS, ONES, 3)
    assert np.isfinite(ColumnsClassifier(graph).probabilities(rows)).all()


def test_a_row_of_more_weight_wins() -> None:
    rows, labels = np.zeros((2, 1)), np.array([0, 1])
    graph, _ = train_columns(rows, labels, np.array([1.0, 3.0]), 2)
    assert ColumnsClassifier(graph).probabilities(rows[:1])[0, 1] == pytest.approx(0.75, abs=0.01)


def test_what_diverges_is_one_clear_error() -> None:
    with pytest.raises(DivergedError, match="training diverged: the loss is nan in epoch 1"):
        train_columns(np.full((2, 1), np.nan), np.array([0, 1]), np.ones(2), 2)


def test_epochs_are_bounded_and_reported() -> None:
    epochs: list[int] = []

    class Recorder:
        def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
            epochs.append(epoch)

    train_columns(ROWS, LABELS, ONES, 3, epochs=4, callbacks=[Recorder()])
    assert epochs == [0, 1, 2, 3]
