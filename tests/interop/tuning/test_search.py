"""A search: honest about its rows, the same for the same seed, and resumable."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the 'train' extra")
pytest.importorskip("optuna", reason="needs the 'tune' extra")

import tenfold
from command_line import call
from conftest import csv_text, drawn_digits
from tenfold.classifier import find_model
from tenfold.cli import main
from tenfold.digits import Digits
from tenfold.errors import DataError, Interrupted, OutputError, UsageError
from tenfold.evaluation.tuning import Tuning
from tenfold.interop.tuning.search import tune
from tenfold.recipes import find_recipe
from test_borders import NO_NETWORK
from tiny_training import TINY

pytestmark = pytest.mark.train


def known_digits(seed: int = 0) -> Digits:
    """Drawn digits with the lineage of arrays in memory."""
    drawn = drawn_digits(300, seed)
    return Digits.of(drawn.images, drawn.labels)


DIGITS = known_digits()
SMALL = {"held_out": 0.2, "vary": ["learning_rate", "rotation"]}


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Tuning:
    return tune(DIGITS, TINY, trials=4, out=tmp_path_factory.mktemp("tune") / "out", **SMALL)


def tried(tuning: Tuning) -> list[object]:
    return [(trial.values, trial.accuracies, trial.accuracy) for trial in tuning.trials]


def test_rows_that_chose_are_not_the_rows_reported(searched: Tuning) -> None:
    assert searched.rows.held_out == 60
    assert searched.rows.train + searched.rows.choose == 240
    assert len(searched.tuned) == len(searched.untuned) == 60
    held_out = {int(place.rpartition("[")[2][:-1]) for place in searched.tuned.places}
    assert len(held_out) == 60
    others = DIGITS.take(np.array(sorted(held_out)))
    for number in range(4):
        model = searched.folder / "trials" / str(number) / "model"
        seen = find_model(model).seen
        assert seen is not None
        found = seen.find(others)
        assert not found.trained_on.any()
        assert not found.chosen_by.any()
    assert str(searched.tuned.measured_on).startswith("60 rows that the model was neither trained")


def test_trial_0_is_the_recipe_as_it_is(searched: Tuning) -> None:
    assert searched.trials[0].values == {"learning_rate": 0.2, "rotation": 5.0}
    assert len({trial.values["rotation"] for trial in searched.trials}) == 4


def test_the_winner_is_a_recipe_file_that_run_takes(searched: Tuning, tmp_path: Path) -> None:
    recipe = find_recipe(str(searched.recipe_file))
    assert recipe == searched.recipe
    assert recipe.name == "tuned"
    fields = searched.best.values
    assert (recipe.learning_rate, recipe.rotation) == (fields["learning_rate"], fields["rotation"])
    assert (recipe.channels, recipe.epochs) == (4, 3)
    trained = tenfold.train(DIGITS, str(searched.recipe_file), out=tmp_path / "run")
    assert trained.evaluation is not None


def test_the_best_trial_is_the_one_with_the_best_choosing_accuracy(searched: Tuning) -> None:
    finished = [trial.accuracy.value for trial in searched.trials if trial.accuracy]
    assert searched.best.accuracy is not None
    assert searched.best.accuracy.value == max(finished)
    model = find_model(searched.folder)
    assert model.graph == find_model(searched.folder / "trials" / str(searched.best.number)).graph


def test_the_same_seed_gives_the_same_trials_and_another_others(
    searched: Tuning, tmp_path: Path
) -> None:
    again = tune(DIGITS, TINY, trials=4, out=tmp_path / "again", **SMALL)
    assert tried(again) == tried(searched)
    other = tune(DIGITS, TINY, trials=2, seed=1, out=tmp_path / "other", **SMALL)
    assert tried(other)[1] != tried(searched)[1]


def test_more_trials_go_on_from_those_there_are(searched: Tuning, tmp_path: Path) -> None:
    fewer = tune(DIGITS, TINY, trials=2, out=tmp_path / "few", **SMALL)
    assert tried(fewer) == tried(searched)[:2]
    more = tune.resume(tmp_path / "few", data=DIGITS, trials=4)  # type: ignore[attr-defined]
    assert tried(more) == tried(searched)
    with pytest.raises(DataError, match="not the rows that"):
        tune.resume(tmp_path / "few", data=known_digits(5))  # type: ignore[attr-defined]


def test_a_killed_search_goes_on_and_tries_the_same(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(csv_text(DIGITS))
    arguments = ["tune", str(tmp_path / "train.csv"), "--recipe", "smoke", "--trials", "3"]
    arguments += ["--epochs", "6", "--channels", "4", "--batch-size", "32", "--vary", "rotation"]
    whole = [*arguments, "--out", str(tmp_path / "whole")]
    cut = [*arguments, "--out", str(tmp_path / "cut")]
    assert call(*whole, "--quiet") == 0
    command = [sys.executable, "-m", "tenfold", *cut, "--quiet"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    study, second = tmp_path / "cut" / "study.log", tmp_path / "cut" / "trials" / "1" / "epochs.csv"
    while not second.exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with study.open("ab") as file:  # as a kill in the middle of a line leaves it
        file.write(b'{"op_code": 5, "wor')
    (tmp_path / "cut" / "study.log.lock").touch()
    assert call("tune", "--resume", str(tmp_path / "cut"), "--quiet") == 0
    read = [json.loads((tmp_path / name / "report" / "tuning.json").read_text())["trials"]
            for name in ("whole", "cut")]  # fmt: skip
    for trials in read:
        for trial in trials:
            del trial["seconds"]
    assert read[0] == read[1]


def test_time_that_is_over_leaves_what_can_be_resumed(tmp_path: Path) -> None:
    with pytest.raises(Interrupted, match="no trial has finished") as stopped:
        tune(DIGITS, TINY, trials=4, minutes=1e-6, out=tmp_path / "out", **SMALL)
    assert "--resume" in stopped.value.hint
    tuning = tune.resume(tmp_path / "out", data=DIGITS, trials=1)  # type: ignore[attr-defined]
    assert len(tuning.trials) == 1
    assert tuning.verdict == "No trial was better than the recipe as it is."


def test_the_report_needs_no_other_file_and_says_which_rows(searched: Tuning) -> None:
    page = (searched.folder / "report" / "report.html").read_text()
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert "which no trial saw" in page
    assert searched.verdict in page
    assert page.count("<svg") == 2 + 2
    assert {path.name for path in (searched.folder / "report" / "figures").iterdir()} == {
        "trials.png", "epochs.png", "learning_rate.png", "rotation.png",
    }  # fmt: skip
    rows = (searched.folder / "trials.csv").read_text().splitlines()
    assert rows[0].startswith("trial,state,epochs,seconds,accuracy,n,log_loss,learning_rate")
    assert len(rows) == 5


def test_a_cell_shows_the_outcome_and_the_fields(searched: Tuning) -> None:
    shown = searched._repr_html_()
    assert "learning_rate" in shown
    assert "0.05 to 0.6, logarithmic" in shown


def test_what_makes_no_search_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for wrong in (
        {"trials": 0},
        {"minutes": -1.0},
        {"held_out": 0.95},
        {"vary": ["epochs"]},
        {"validation": 0.0},
    ):
        with pytest.raises(UsageError):
            tune(DIGITS, TINY, out=out, **wrong)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="fewer than a batch"):
        tune(DIGITS, TINY, out=out, held_out=0.9)
    assert not out.exists()
    out.mkdir()
    (out / "letter.txt").touch()
    for force in (False, True):
        with pytest.raises(OutputError):
            tune(DIGITS, TINY, out=out, force=force)


def test_a_damaged_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"it has no tuning\.json"):
        tune.resume(tmp_path)  # type: ignore[attr-defined]
    (tmp_path / "tuning.json").write_text('{"version": 1}')
    with pytest.raises(DataError, match="paths is missing"):
        tune.resume(tmp_path)  # type: ignore[attr-defined]


def test_nothing_leaves_the_machine(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(csv_text(DIGITS))
    code = NO_NETWORK + (
        "import tenfold\n"
        f"tenfold.tune({str(tmp_path / 'train.csv')!r}, 'smoke', trials=1, channels=4, "
        f"batch_size=32, out={str(tmp_path / 'out')!r})\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_command_prints_the_recipe_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "train.csv").write_text(csv_text(DIGITS))
    command = ["tune", str(tmp_path / "train.csv"), "--recipe", "smoke", "--trials", "2"]
    command += ["--channels", "4", "--batch-size", "32", "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 0
    printed = capsys.readouterr()
    assert printed.out == f"{tmp_path / 'out' / 'tuned.toml'}\n"
    assert "held out, which no trial saw" in printed.err
    with pytest.raises(SystemExit) as ended:
        main(["tune", "--resume", str(tmp_path / "out"), "--seed", "3"])
    assert ended.value.code == 1
    with pytest.raises(SystemExit) as ended:
        main(["tune", "--resume", str(tmp_path / "out"), "--json", "--quiet"])
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["best"] in (0, 1)
