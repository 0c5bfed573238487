"""Callbacks of a training, with Keras' names, so that callbacks written for Keras work here.

A callback is any object with some of the methods of `Callback`; those that it lacks are not missed.
What a callback raises ends the training and reaches the caller; an epoch that has ended is saved
before its callbacks are called, so `tenfold.run.resume` goes on from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

Logs = Mapping[str, float]

# names in epochs.csv, and in Keras' logs
KERAS_NAMES = {
    "train_loss": "loss",
    "train_accuracy": "accuracy",
    "val_loss": "val_loss",
    "val_accuracy": "val_accuracy",
    "lr": "learning_rate",
    "seconds": "seconds",
}


class Callback:
    """All that a callback may have; each does nothing here.

    Epochs count from 0. The logs of an epoch are loss, accuracy, learning_rate, seconds, and, where
    rows are kept out, val_loss and val_accuracy.
    """

    def set_params(self, params: Mapping[str, Any]) -> None:
        """Before a training: "epochs", "run" (its folder) and "recipe" (every field)."""

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """A training begins, or goes on; each fold of a cross-validation is a training."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch begins, or goes on."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch has ended and is saved."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """A training has ended; `logs` are those of its last epoch."""

    def on_run_end(self, result: Any) -> None:
        """Not in Keras: the run has ended, with report and model; `result` is its RunResult."""


def call(callbacks: Iterable[object], event: str, *arguments: Any) -> None:
    """Call the method `event` of each callback that has it, in their order."""
    for callback in callbacks:
        method = getattr(callback, event, None)
        if method is not None:
            method(*arguments)


def epoch_logs(epoch: Mapping[str, float]) -> dict[str, float]:
    """Keras' logs of a row of epochs.csv; what was not measured (NaN) is left out."""
    named = {KERAS_NAMES[key]: value for key, value in epoch.items() if key in KERAS_NAMES}
    return {name: value for name, value in named.items() if not math.isnan(value)}
