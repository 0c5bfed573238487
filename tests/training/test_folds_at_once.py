"""Folds as pieces of work for others: the same models as one after another, told as they end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the 'train' extra")

from at_once import Here, OneByOne
from conftest import drawn_digits
from tenfold.callbacks import Callback
from tenfold.errors import DataError, Interrupted, UsageError
from tenfold.main_job import main_job
from tenfold.training import folds_at_once
from tenfold.training.loop import fit
from tiny_training import TINY

pytestmark = [pytest.mark.train, pytest.mark.usefixtures("undrawn")]
DRAWN = drawn_digits(200)
ROWS = (DRAWN.images, DRAWN.labels)
SMALL = TINY.replace({"epochs": 2})


def train_with(monkeypatch: pytest.MonkeyPatch, workers: Here, out: Path, **options: Any) -> None:
    monkeypatch.setattr(main_job, "workers_for", lambda on, count: workers)
    main_job.train(ROWS, SMALL, folds=2, out=out, **options)


class Heard(Callback):
    def __init__(self) -> None:
        self.events: list[Any] = []

    def set_params(self, params: Any) -> None:
        self.events.append(Path(params["run"]).name)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.events.append((epoch, logs["loss"]))


@pytest.mark.parametrize("final", ["refit", "ensemble", "none"])
def test_the_models_are_those_of_one_training_after_another(
    final: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, at_once = Heard(), Heard()
    main_job.train(ROWS, SMALL, folds=2, final=final, out=tmp_path / "a", callbacks=[alone])  # type: ignore[arg-type]
    train_with(monkeypatch, Here(), tmp_path / "b", final=final, callbacks=[at_once])
    graphs = sorted(path.relative_to(tmp_path / "a") for path in tmp_path.glob("a/**/model.onnx"))
    assert len(graphs) == (2 if final == "none" else 3)
    for graph in graphs:
        assert (tmp_path / "b" / graph).read_bytes() == (tmp_path / "a" / graph).read_bytes()
    assert [event for event in at_once.events if event != "b"] == [
        event for event in alone.events if event != "a"
    ]


def test_a_stopped_run_goes_on_with_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second of three trainings is stopped in its middle, and goes on here."""
    main_job.train(ROWS, SMALL, folds=2, out=tmp_path / "whole")
    steps, step = 0, fit.train_step

    def counted(*arguments: object, **named: object) -> list[tuple[float, int]]:
        nonlocal steps
        steps += 1
        if steps == 4 * 2 + 4 + 2:  # 100 rows are 4 batches an epoch
            raise KeyboardInterrupt
        return step(*arguments, **named)  # type: ignore[arg-type]

    out = tmp_path / "stopped"
    with monkeypatch.context() as patch:
        patch.setattr(fit, "train_step", counted)
        with pytest.raises(Interrupted, match="interrupted"):
            train_with(patch, Here(), out)
    assert (out / "folds" / "0" / "model").exists()
    assert not (out / "folds" / "1" / "model").exists()
    main_job.resume(out, submit=False, data=ROWS)
    for model in ("folds/0/model", "folds/1/model", "model"):
        same = (tmp_path / "whole" / model / "model.onnx").read_bytes()
        assert (out / model / "model.onnx").read_bytes() == same


def test_ctrl_c_leaves_what_is_under_way_resumable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(OneByOne):
        def done(self) -> dict[str, Any]:
            import os
            import signal

            os.kill(os.getpid(), signal.SIGINT)
            return {}

    with pytest.raises(Interrupted, match="stopped in 3 trainings") as told:
        train_with(monkeypatch, Here(Stopped()), tmp_path / "out")
    assert "tenfold train --resume" in told.value.hint


def test_a_node_without_the_run_folder_is_told(tmp_path: Path) -> None:
    piece = folds_at_once.FoldPiece(tmp_path / "none", 0, 2, SMALL, 0, None)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="none: is not there on the node"):
        folds_at_once.carry_out_fold(piece, DRAWN)


def test_one_training_cannot_be_handed_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--on is for --folds"):
        main_job.train(ROWS, SMALL, on="ray", out=tmp_path / "out")
    with pytest.raises(UsageError, match="--workers is for --on ray"):
        main_job.train(ROWS, SMALL, folds=2, workers=2, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
