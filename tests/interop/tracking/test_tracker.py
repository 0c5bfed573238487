"""What a tracker logs, and that nothing leaves the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from conftest import csv_text, drawn_digits
from tenfold.cli import main
from tenfold.errors import OutputError, UsageError
from tenfold.evaluation.evaluation import Evaluation
from tenfold.interop.tracking import TRACKERS, tracker
from tenfold.interop.tracking.tracker import Tracker
from test_borders import NO_NETWORK, loaded_by

LIBRARIES = {"tensorboard": "tensorboardX", "wandb-offline": "wandb"}
LOGS = {"loss": 0.5, "accuracy": 0.9, "learning_rate": 0.1}


class Remembered:
    """A log that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def open(self, run: Path, recipe: Mapping[str, Any]) -> None:
        self.told.append(("open", run, dict(recipe)))

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        self.told.append(("scalars", dict(values), step))

    def text(self, name: str, text: str) -> None:
        self.told.append(("text", name))

    def figure(self, name: str, picture: Path) -> None:
        self.told.append(("figure", name))

    def files(self, name: str, folder: Path) -> None:
        self.told.append(("files", name))

    def close(self) -> None:
        self.told.append(("close",))


def ended_run(folder: Path) -> SimpleNamespace:
    """A run folder with a figure and a model, and the result of its run."""
    (folder / "report" / "figures").mkdir(parents=True)
    Image.new("L", (8, 8)).save(folder / "report" / "figures" / "confusion.png")
    (folder / "model").mkdir()
    (folder / "model" / "README.md").write_text("# card\n")
    digits = drawn_digits(20)
    probabilities = np.eye(10, dtype=np.float32)[digits.labelled()]
    evaluation = Evaluation(
        digits.images, digits.labelled(), probabilities, np.arange(20), ("a",) * 20
    )
    return SimpleNamespace(folder=folder, evaluation=evaluation, test=None, model=folder / "model")


def run_through(told: Tracker, folder: Path) -> None:
    told.set_params({"run": str(folder), "recipe": {"epochs": 2}, "epochs": 2})
    for epoch in range(2):
        told.on_epoch_end(epoch, LOGS)
    told.on_run_end(ended_run(folder))


def test_epochs_figures_report_and_model_are_logged(tmp_path: Path) -> None:
    log = Remembered()
    run_through(Tracker(log), tmp_path / "mine")
    assert log.told[0] == ("open", tmp_path / "mine", {"epochs": 2})
    assert log.told[1:3] == [("scalars", LOGS, 1), ("scalars", LOGS, 2)]
    figures = log.told[3][1]
    assert figures["validation/accuracy"] == 1
    assert figures["validation/n"] == 20
    kinds = [entry[:2] for entry in log.told[4:]]
    assert ("figure", "confusion") in kinds
    assert ("files", "report") in kinds
    assert ("files", "model") in kinds
    assert kinds[-1] == ("close",)


@pytest.mark.parametrize("at", ["open", "scalars", "files"])
def test_what_a_library_raises_is_no_fault_of_ours(at: str, tmp_path: Path) -> None:
    log = Remembered()

    def refuse(*arguments: Any) -> None:
        print("library talk")
        raise ConnectionError("nobody\nthere")

    setattr(log, at, refuse)
    with pytest.raises(OutputError, match="mlflow cannot log: ConnectionError: nobody there"):
        run_through(Tracker(log, "mlflow"), tmp_path / "mine")


def test_nothing_is_printed_where_answers_go(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = Remembered()
    log.close = lambda: print("View run at ...")  # type: ignore[method-assign]
    run_through(Tracker(log), tmp_path / "mine")
    assert capsys.readouterr().out == ""


def test_folds_are_told_apart_in_one_log(tmp_path: Path) -> None:
    log = Remembered()
    told = Tracker(log)
    for fold in (0, 3):
        told.set_params({"run": str(tmp_path / "mine" / "folds" / str(fold))})
        told.on_epoch_end(0, {"loss": 1.0})
    assert log.told == [
        ("open", tmp_path / "mine", {}),
        ("scalars", {"fold_0/loss": 1.0}, 1),
        ("scalars", {"fold_3/loss": 1.0}, 1),
    ]


@pytest.mark.parametrize("kind", TRACKERS)
def test_every_library_takes_it_and_nothing_is_sent(kind: str, tmp_path: Path) -> None:
    pytest.importorskip(LIBRARIES.get(kind, kind), reason="the tracker's library is not installed")
    # wandb speaks with a process of its own, through a socket of this machine
    watched = "" if kind == "wandb-offline" else NO_NETWORK
    code = (
        watched
        + "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        + "sys.path.insert(0, sys.argv[1] + '/interop/tracking')\n"
        + "from test_tracker import run_through\n"
        + "from tenfold.interop.tracking import tracker\n"
        + f"run_through(tracker({kind!r}), Path('mine'))\n"
    )
    tests = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tests)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},  # where trackio keeps runs
    )
    assert ended.returncode == 0, ended.stderr
    assert (ended.stdout, ended.stderr) == ("", "")  # answers go there, and --quiet means quiet
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any("report" not in path.parts and "model" not in path.parts for path in left), left


@pytest.mark.train
def test_a_run_is_logged_for_tensorboard(tmp_path: Path) -> None:
    pytest.importorskip("tensorboardX", reason="the track extra is not installed")
    (tmp_path / "train.csv").write_text(csv_text(drawn_digits(60)))
    arguments = ("run", "train.csv", "--recipe", "smoke", "--batch-size", "16", "--out", "mine")
    loaded_by(*arguments, "--quiet", "--track", "tensorboard", cwd=tmp_path, before=NO_NETWORK)
    events = list((tmp_path / "mine" / "tensorboard").glob("events*"))
    assert len(events) == 1
    content = events[0].read_bytes()
    assert all(name in content for name in (b"val_accuracy", b"figures/confusion", b"model_card"))


def test_an_unknown_tracker_or_a_place_without_one_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(UsageError, match="unknown tracker 'comet'"):
        tracker("comet")
    with pytest.raises(SystemExit) as ended:
        main(["train", "sample", "--track-to", "here"])
    assert ended.value.code == 1
    assert "add --track" in capsys.readouterr().err
