"""Several trials at once: the study stays here, and gives trials up by what their folders show."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the 'train' extra")
pytest.importorskip("optuna", reason="needs the 'tune' extra")

from at_once import Here, OneByOne
from conftest import drawn_digits
from tenfold.digits import Digits
from tenfold.errors import Interrupted
from tenfold.evaluation.tuning import Tuning
from tenfold.interop.tuning import search
from tenfold.interop.tuning.study import PruningRule
from tiny_training import TINY

pytestmark = pytest.mark.train
DRAWN = drawn_digits(300)
DIGITS = Digits.of(DRAWN.images, DRAWN.labels)
SMALL: dict[str, Any] = {"held_out": 0.2, "vary": ["learning_rate", "rotation"]}


def tuned(patch: pytest.MonkeyPatch, tasks: OneByOne, out: Path, trials: int = 3) -> Tuning:
    patch.setattr(search, "workers_for", lambda on, workers: Here(tasks))
    return search.tune(DIGITS, TINY, trials=trials, out=out, **SMALL)


def tried(tuning: Tuning) -> list[object]:
    return [(trial.values, trial.accuracies, trial.accuracy) for trial in tuning.trials]


def test_trials_at_once_are_those_of_one_after_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = search.tune(DIGITS, TINY, trials=3, out=tmp_path / "alone", **SMALL)
    at_once = tuned(monkeypatch, OneByOne(), tmp_path / "at_once")
    assert tried(at_once) == tried(alone)
    assert not list((tmp_path / "at_once").glob("trials/*/checkpoint"))


def test_a_trial_that_is_given_up_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trial 1 never answers; what its folder shows after a while makes the study give it up."""

    class Slow(OneByOne):
        def done(self) -> dict[str, Any]:
            if next(iter(self.waiting)) != "trial 1":
                return super().done()
            _, (folder, *_) = self.waiting["trial 1"]
            folder.write_epochs([dict.fromkeys(EPOCH, 0.25)])
            return {}

    EPOCH = ("epoch", "seconds", "lr", "train_loss", "train_accuracy", "val_loss", "val_accuracy")
    asked = PruningRule.__call__
    monkeypatch.setattr(
        PruningRule, "__call__", lambda self, *told: asked(self, *told) and told[1] != 0.25
    )
    tasks = Slow()
    tuning = tuned(monkeypatch, tasks, tmp_path / "out")
    assert tasks.cancelled == ["trial 1"]
    assert [trial.state for trial in tuning.trials] == ["finished", "pruned", "finished"]


def test_ctrl_c_leaves_the_trials_under_way_to_be_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(OneByOne):
        def done(self) -> dict[str, Any]:
            answers = super().done()
            os.kill(os.getpid(), signal.SIGINT)
            return answers

    with pytest.raises(Interrupted, match=r"stopped in trial 1 of 3") as told:
        tuned(monkeypatch, Stopped(), tmp_path / "out")
    assert "tenfold tune --resume" in told.value.hint
    monkeypatch.setattr(search, "workers_for", lambda on, workers: Here())
    again = search.resume(tmp_path / "out", data=DIGITS)
    assert [trial.number for trial in again.trials] == [0, 1, 2]
