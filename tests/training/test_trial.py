"""A trial: resumable, given up early, and the same in another process."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the 'train' extra")

from conftest import drawn_digits
from tenfold.errors import Interrupted
from tenfold.run_folder import RunFolder
from tenfold.run_folder.facts import RunFacts
from tenfold.training.trial import TrialJob, run_trial
from tiny_training import TINY, stop_after

pytestmark = pytest.mark.train


def a_job(folder: Path, **changes: object) -> TrialJob:
    run = RunFolder(folder)
    run.create(TINY.to_toml(), RunFacts(), force=True)
    return TrialJob(run, drawn_digits(200), TINY, 0, **changes)  # type: ignore[arg-type]


def test_a_trial_that_ends_is_measured_and_leaves_a_model(tmp_path: Path) -> None:
    told: list[tuple[int, float]] = []

    def goes_on(epoch: int, accuracy: float) -> bool:
        told.append((epoch, accuracy))
        return True

    outcome = run_trial(a_job(tmp_path / "a", goes_on=goes_on))
    assert outcome.state == "finished"
    assert outcome.n == 20
    assert 0 < outcome.right <= 20
    assert [epoch for epoch, _ in told] == [0, 1, 2]
    assert (tmp_path / "a" / "model" / "model.onnx").exists()


def test_a_trial_that_is_given_up_leaves_no_model(tmp_path: Path) -> None:
    outcome = run_trial(a_job(tmp_path / "a", goes_on=lambda epoch, accuracy: epoch < 1))
    assert outcome.state == "pruned"
    assert len(RunFolder(tmp_path / "a").read_epochs()) == 2
    assert not (tmp_path / "a" / "model").exists()


def test_an_interrupted_trial_goes_on_and_tells_its_epochs_again(tmp_path: Path) -> None:
    whole = run_trial(a_job(tmp_path / "whole"))
    job = a_job(tmp_path / "cut")
    with pytest.raises(Interrupted):
        run_trial(job, stop=stop_after(8))  # in the second epoch of six steps
    told: list[int] = []

    def goes_on(epoch: int, accuracy: float) -> bool:
        told.append(epoch)
        return True

    again = TrialJob(job.folder, job.digits, job.recipe, job.seed, goes_on)
    assert run_trial(again) == whole
    assert told == [0, 1, 2]


def test_a_trial_that_diverges_says_so(tmp_path: Path) -> None:
    job = a_job(tmp_path / "a")
    wild = TINY.replace(learning_rate=100.0, muon_learning_rate=100.0, epochs=30)
    outcome = run_trial(TrialJob(job.folder, job.digits, wild, 0))
    assert outcome.state in ("diverged", "finished")


def test_a_trial_can_be_sent_to_another_process(tmp_path: Path) -> None:
    sent = pickle.loads(pickle.dumps(a_job(tmp_path / "b")))
    assert run_trial(sent) == run_trial(a_job(tmp_path / "a"))
