from __future__ import annotations

import math

from tenfold.callbacks import Callback, call, epoch_logs

EPOCH = {
    "epoch": 1,
    "seconds": 2.0,
    "lr": 0.1,
    "train_loss": 0.5,
    "train_accuracy": 0.9,
    "val_loss": math.nan,
    "val_accuracy": math.nan,
}


class Some:
    def __init__(self) -> None:
        self.heard: list[tuple[object, ...]] = []

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self.heard.append((epoch, logs))


def test_a_callback_hears_what_it_has_a_method_for_and_misses_nothing() -> None:
    some = Some()
    for event in ("set_params", "on_train_begin", "on_train_end", "on_run_end"):
        call([some, Callback()], event, {})
    call([some, Callback()], "on_epoch_end", 0, {"loss": 1.0})
    assert some.heard == [(0, {"loss": 1.0})]


def test_logs_have_keras_names_and_only_what_was_measured() -> None:
    assert epoch_logs(EPOCH) == {
        "loss": 0.5,
        "accuracy": 0.9,
        "learning_rate": 0.1,
        "seconds": 2.0,
    }
    assert epoch_logs({**EPOCH, "val_accuracy": 0.8})["val_accuracy"] == 0.8
