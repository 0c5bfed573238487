"""The main job from the command line, end to end, in small."""

from __future__ import annotations

import errno
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from command_line import call
from conftest import (
    NEEDS_PHOTO,
    assert_all_say,
    csv_text,
    drawn_digits,
    paint,
    write_idx,
    write_kaggle_zip,
)
from tenfold.digits import join
from tenfold.run_folder import RunFolder
from tenfold.submission import read_submission

pytestmark = pytest.mark.train

undrawn = pytest.mark.usefixtures("undrawn")

EPOCHS = "24"  # of a run that is interrupted after the first one; they take seconds
SMALL = ["--recipe", "smoke", "--channels", "4", "--batch-size", "32", "--epochs", "2"]


@pytest.fixture(scope="module")
def zip_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    return write_kaggle_zip(folder / "digits.zip", drawn_digits(400), drawn_digits(60, seed=1))


@pytest.fixture(scope="module")
def finished(zip_file: Path) -> Path:
    out = zip_file.parent / "finished"
    assert call("run", str(zip_file), *SMALL, "--out", str(out), "--quiet") == 0
    return out


def test_the_run_folder_is_complete(finished: Path) -> None:
    found = {str(p.relative_to(finished)) for p in finished.rglob("*") if p.is_file()}
    figures = {p for p in found if p.startswith("report/figures/")}
    assert found - figures == {
        "recipe.toml",
        "environment.json",
        "data.json",
        "split.npz",
        "epochs.csv",
        "log.txt",
        "checkpoint/state.npz",
        "model/model.onnx",
        "model/model.json",
        "model/rows.bin",
        "model/README.md",
        "report/report.html",
        "report/metrics.json",
        "report/confusion.csv",
        "report/mistakes.csv",
        "report/calibration.csv",
        "report/risk_coverage.csv",
        "report/val_probabilities.npz",
        "submission.csv",
    }
    assert len(figures) >= 5


def test_the_model_card_has_the_runs_figures(finished: Path) -> None:
    card = (finished / "model" / "README.md").read_text()
    metrics = json.loads((finished / "report" / "metrics.json").read_text())
    assert (
        f"Accuracy {metrics['accuracy']:.2%} on the 40 of 400 rows that this run kept out" in card
    )
    facts = json.loads((finished / "model" / "model.json").read_text())
    assert facts["measured"]["accuracy"] == metrics["accuracy"]
    assert facts["lineage"]["rows"] == 360
    assert [file["name"] for file in facts["lineage"]["files"]] == ["train.csv"]


def test_the_submission_is_what_predict_makes(
    finished: Path, zip_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(read_submission(finished / "submission.csv", rows=60)) == 60
    assert call("predict", str(zip_file), "--model", str(finished), "--quiet") == 0
    assert capsys.readouterr().out == (finished / "submission.csv").read_text()


def test_a_run_is_measured_on_the_rows_that_it_kept_out(
    finished: Path, zip_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("evaluate", str(finished), "--data", str(zip_file), "--json") == 0
    printed = capsys.readouterr()
    metrics = json.loads((finished / "report" / "metrics.json").read_text())
    assert json.loads(printed.out) == metrics
    assert metrics["measured_on"] == "the 40 of 400 rows that this run kept out"
    assert metrics["measured_on"] in printed.err


def test_a_bare_model_is_measured_on_the_rows_that_it_was_not_trained_on(
    finished: Path, zip_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("evaluate", str(finished / "model"), "--data", str(zip_file), "--json") == 0
    numbers = json.loads(capsys.readouterr().out)
    metrics = json.loads((finished / "report" / "metrics.json").read_text())
    assert numbers["measured_on"] == (
        "the 40 of 400 rows that the model was chosen by; it was not trained on them; left out: "
        "360 that it was trained on"
    )
    for figure in ("n", "accuracy", "errors", "negative_log_likelihood"):
        assert numbers[figure] == metrics[figure]


def test_all_that_a_run_leaves_says_the_same_of_the_measured_rows(finished: Path) -> None:
    run = RunFolder(finished)
    assert_all_say(run, "the 40 of 400 rows that this run kept out", [], run.log.read_text())


def test_a_learning_rate_steered_by_the_measured_rows_is_said_everywhere(
    zip_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = zip_file.parent / "steered"
    small = [*SMALL, "--schedule", "plateau"]
    assert call("train", str(zip_file), *small, "--out", str(out)) == 0
    note = (
        "This recipe steers its learning rate by its validation accuracy, which is measured on "
        "these rows, so this figure is slightly optimistic."
    )
    words = "the 40 of 400 rows that this run kept out"
    assert_all_say(RunFolder(out), words, [note], capsys.readouterr().err)
    assert call("evaluate", str(out), "--data", str(zip_file)) == 0
    assert note in capsys.readouterr().out


@undrawn
def test_a_run_that_keeps_no_rows_out_claims_no_figure(
    zip_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = zip_file.parent / "everything"
    assert call("run", str(zip_file), *SMALL, "--validation", "0", "--out", str(out)) == 0
    assert "no validation accuracy and no report: all rows were trained on" in (
        capsys.readouterr().err
    )
    assert not (out / "report").exists()
    assert (out / "submission.csv").exists()
    assert json.loads((out / "model" / "model.json").read_text())["measured"] is None
    assert "none were left to measure it on" in (out / "model" / "README.md").read_text()
    assert call("evaluate", str(out), "--data", str(zip_file)) == 2
    assert "of 400 it was trained on 400" in capsys.readouterr().err


@undrawn
def test_labelled_test_rows_that_were_trained_on_are_counted_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """MNIST's own files, of which the test file holds rows of the training file."""
    train, others = drawn_digits(300), drawn_digits(40, seed=9)
    write_idx(tmp_path / "mnist", "train", train)
    write_idx(tmp_path / "mnist", "t10k", join([train.take(np.arange(25)), others]))
    out = tmp_path / "out"
    assert call("run", str(tmp_path / "mnist"), *SMALL, "--validation", "0", "--out", str(out)) == 0
    words = (
        "40 of 65 rows that the model was neither trained on nor chosen by; left out: 25 that it "
        "was trained on"
    )
    metrics = json.loads((out / "report" / "test_metrics.json").read_text())
    assert (metrics["n"], metrics["measured_on"]) == (40, words)
    said = capsys.readouterr().err
    assert f"measured on {words}" in said
    assert "warning: of these 65 rows the model was trained on 25" in said


@undrawn
def test_the_same_seed_gives_the_same_model_byte_for_byte(finished: Path, zip_file: Path) -> None:
    again = zip_file.parent / "again"
    call("train", str(zip_file), *SMALL, "--out", str(again), "--quiet")
    ours, theirs = (folder / "model" / "model.onnx" for folder in (finished, again))
    assert ours.read_bytes() == theirs.read_bytes()
    assert not (again / "submission.csv").exists()


@undrawn
def test_a_run_without_test_rows_says_why_there_is_no_submission(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "train.csv").write_text(csv_text(drawn_digits(300)))
    arguments = ["run", str(tmp_path / "train.csv"), *SMALL, "--out", str(tmp_path / "out")]
    assert call(*arguments) == 0
    assert "no submission: there were no test rows" in capsys.readouterr().err


def test_an_existing_run_is_refused_and_kept(
    finished: Path, zip_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (finished / "epochs.csv").read_bytes()
    assert call("run", str(zip_file), *SMALL, "--out", str(finished)) == 2
    assert "exists already" in capsys.readouterr().err
    assert (finished / "epochs.csv").read_bytes() == before


def test_force_replaces_a_run_but_nothing_else(
    zip_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("precious")
    arguments = ["--out", str(tmp_path / "thesis"), "--force", "--quiet"]
    assert call("train", str(zip_file), *SMALL, *arguments) == 2
    assert "--force replaces only what tenfold has written (it holds chapter.txt)" in (
        capsys.readouterr().err
    )
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "precious"


@undrawn
def test_force_replaces_an_old_run(zip_file: Path, tmp_path: Path) -> None:
    arguments = ["train", str(zip_file), *SMALL, "--out", str(tmp_path / "out"), "--quiet"]
    assert call(*arguments) == 0
    (tmp_path / "out" / "submission.csv").write_text("of the old run")
    assert call(*arguments, "--force") == 0
    assert not (tmp_path / "out" / "submission.csv").exists()


@pytest.mark.parametrize("out", ["data", ".", "link"])
def test_force_never_takes_data_or_the_working_folder(
    zip_file: Path,
    tmp_path: Path,
    out: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "recipe.toml").write_text("epochs = 1\n")
    (tmp_path / "data" / "train.csv").write_text(csv_text(drawn_digits(100)))
    (tmp_path / "link").symlink_to(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert call("train", "data/train.csv", *SMALL, "--out", out, "--force", "--quiet") == 2
    assert "--force replaces only what tenfold has written" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


@undrawn
def test_runs_without_a_name_are_numbered(
    zip_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert call("train", str(zip_file), *SMALL, "--quiet") == 0
    assert sorted(p.name for p in (tmp_path / "runs").iterdir()) == ["smoke-1", "smoke-2"]


@undrawn
def test_several_sources_are_joined_and_remembered(tmp_path: Path) -> None:
    for name, seed in (("a.csv", 3), ("b.csv", 4)):
        (tmp_path / name).write_text(csv_text(drawn_digits(150, seed=seed)))
    out = tmp_path / "out"
    paths = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    assert call("train", *paths, *SMALL, "--out", str(out), "--quiet") == 0
    data = json.loads((out / "data.json").read_text())
    assert data["rows"] == 300
    assert [file["rows"] for file in data["files"]] == [150, 150]


def run_until_epoch(out: Path, zip_file: Path, number: int) -> int:
    """Start a long run, send it `number` once an epoch is on disk, and give its exit code."""
    command = [sys.executable, "-m", "tenfold", "run", str(zip_file), *SMALL[:-1], EPOCHS]
    with subprocess.Popen(
        [*command, "--out", str(out)], stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 120
        while not (out / "epochs.csv").exists():
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    if number != signal.SIGKILL:
        assert f"go on with: tenfold run --resume {out}" in said
    return process.returncode


@pytest.mark.parametrize("removed", ["", "folds/0"], ids=["run", "fold"])
def test_a_folder_that_is_removed_is_missed_at_the_next_epoch(
    zip_file: Path,
    tmp_path: Path,
    removed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A folder that another process has put there is no better than none."""
    training = importlib.import_module("tenfold.training.single_model")
    saved, gone = training.save_state, tmp_path / "out" / removed
    calls = []

    def save_and_remove(*state: object) -> None:
        saved(*state)
        calls.append(state)
        gone.rename(tmp_path / "elsewhere")
        gone.mkdir(parents=True)

    monkeypatch.setattr(training, "save_state", save_and_remove)
    folds = ["--folds", "2"] if removed else []
    arguments = [*SMALL[:-1], "9", *folds, "--out", str(tmp_path / "out"), "--quiet"]
    assert call("train", str(zip_file), *arguments) == 2
    assert f"error: {gone}: the run folder was removed while" in capsys.readouterr().err
    assert len(calls) == 1
    assert {file.name for file in gone.iterdir()} == {"epochs.csv"}  # of the first epoch


@undrawn
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_run_ends_as_if_it_had_not_been(
    zip_file: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """Ctrl-C and SIGTERM exit 3 with a checkpoint; after kill -9 the last epoch's serves."""
    broken, straight = tmp_path / "broken", zip_file.parent / "straight"
    code = run_until_epoch(broken, zip_file, number)
    assert code == (-signal.SIGKILL if number == signal.SIGKILL else 3)
    assert not (broken / "model").exists()
    assert call("run", "--resume", str(broken), "--quiet") == 0
    if not straight.exists():
        command = ["run", str(zip_file), *SMALL[:-1], EPOCHS, "--out", str(straight), "--quiet"]
        assert call(*command) == 0
    ours, theirs = (folder / "model" / "model.onnx" for folder in (broken, straight))
    assert ours.read_bytes() == theirs.read_bytes()
    assert (broken / "submission.csv").read_bytes() == (straight / "submission.csv").read_bytes()


def test_resuming_with_other_rows_is_refused(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.csv").write_text(csv_text(drawn_digits(400, seed=5)))
    assert call("train", str(tmp_path / "other.csv"), "--resume", str(finished)) == 2
    assert "not the rows that" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("data.json", b""),
        ("data.json", b"[]"),
        ("data.json", b'{"paths": [1], "seed": 0, "files": [], "test_files": []}'),
        ("split.npz", b""),
        ("split.npz", b"PK\x03\x04"),
        ("recipe.toml", b"epochs = 0"),
        ("recipe.toml", b"\xff"),
        ("checkpoint/state.npz", b""),
        ("environment.json", b"{"),
    ],
)
def test_a_damaged_run_is_refused_by_the_name_of_the_file(
    finished: Path,
    tmp_path: Path,
    file: str,
    content: bytes,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(finished, tmp_path / "run")
    (tmp_path / "run" / file).write_bytes(content)
    assert call("run", "--resume", str(tmp_path / "run"), "--quiet") == 2
    said = capsys.readouterr().err
    assert Path(file).name in said
    assert "Traceback" not in said


def test_a_split_that_misses_rows_is_refused(finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "run")
    run = RunFolder(tmp_path / "run")
    run.write_split(np.arange(359), np.arange(360, 400))
    assert call("run", "--resume", str(run.path), "--quiet") == 2


@undrawn
def test_a_finished_run_resumes_to_the_same(finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "run")
    (tmp_path / "run" / "epochs.csv").unlink()  # as if killed between checkpoint and epochs
    assert call("run", "--resume", str(tmp_path / "run"), "--quiet") == 0
    for name in ("model/model.onnx", "epochs.csv", "submission.csv"):
        assert (tmp_path / "run" / name).read_bytes() == (finished / name).read_bytes()


def test_options_beside_resume_are_refused(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("run", "--resume", str(finished), "--epochs", "50") == 1
    assert "--epochs cannot be changed by --resume" in capsys.readouterr().err


@undrawn
def test_going_on_with_other_threads_warns(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(finished, tmp_path / "run")
    environment = RunFolder(tmp_path / "run").read_environment()
    environment["training_threads"] += 1
    (tmp_path / "run" / "environment.json").write_text(json.dumps(environment))
    assert call("run", "--resume", str(tmp_path / "run")) == 0
    assert "this run began with another training_threads: it goes on, but not bit for bit" in (
        capsys.readouterr().err
    )


def test_a_test_set_that_has_changed_is_refused(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write_kaggle_zip(tmp_path / "b.zip", drawn_digits(400), drawn_digits(60, seed=2))
    assert call("run", str(other), "--resume", str(finished)) == 2
    assert "test.csv: not the rows that" in capsys.readouterr().err


@undrawn
def test_two_csvs_are_training_and_test_rows(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(csv_text(drawn_digits(300)))
    (tmp_path / "test.csv").write_text(csv_text(drawn_digits(20, seed=1), labelled=False))
    paths = [str(tmp_path / f"{part}.csv") for part in ("train", "test")]
    assert call("run", *paths, *SMALL, "--out", str(tmp_path / "out"), "--quiet") == 0
    assert len(read_submission(tmp_path / "out" / "submission.csv", rows=20)) == 20


@undrawn
def test_the_submission_of_pictures_names_their_files(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    (tmp_path / "train.csv").write_text(csv_text(drawn_digits(300)))
    scans = tmp_path / "scans"
    scans.mkdir()
    for number in (2, 10):
        paint("3").save(scans / f"{number}.png")
    paths = [str(tmp_path / "train.csv"), str(scans)]
    assert call("run", *paths, *SMALL, "--out", str(tmp_path / "out"), "--quiet") == 0
    lines = (tmp_path / "out" / "submission.csv").read_text().splitlines()
    assert lines[0] == "ImageId,Label,File"
    assert [line.rpartition(",")[2] for line in lines[1:]] == [
        str(scans / "2.png"), str(scans / "10.png"),
    ]  # fmt: skip


@pytest.mark.parametrize("verb", ["run", "train"])
def test_the_folder_knows_the_verb_that_started_it(
    verb: str, zip_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tenfold.training.single_model.train", stopped)
    out = str(tmp_path / "out")
    assert call(verb, str(zip_file), *SMALL, "--out", out) == 3
    assert f"go on with: tenfold {verb} --resume {out}" in capsys.readouterr().err
    assert call("predict", str(zip_file), "--model", out) == 2
    assert f"finish it: tenfold {verb} --resume {out}" in capsys.readouterr().err
    assert call("compare", out, out) == 2
    assert f"go on with: tenfold {verb} --resume {out}" in capsys.readouterr().err


def test_the_same_rows_twice_are_refused(
    zip_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("train", str(zip_file), str(zip_file), *SMALL) == 2
    assert "has the same rows as" in capsys.readouterr().err


def test_the_plateau_needs_a_validation_accuracy(
    zip_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--schedule", "plateau", "--validation", "0"]
    assert call("train", str(zip_file), *SMALL, *arguments) == 1
    assert "plateau" in capsys.readouterr().err


@undrawn
def test_a_disk_that_fills_while_training_leaves_a_run_to_resume(
    zip_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out, real = tmp_path / "out", os.fsync

    def full_after_the_first_checkpoint(descriptor: int) -> None:
        if (out / "epochs.csv").exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full_after_the_first_checkpoint)
        assert call("train", str(zip_file), *SMALL, "--out", str(out)) == 2
    said = capsys.readouterr().err
    assert "the disk is full" in said
    assert f"tenfold train --resume {out}" in said
    assert call("train", "--resume", str(out), "--quiet") == 0


def test_resuming_what_is_no_run_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("run", "--resume", str(tmp_path)) == 2
    assert "not a run folder" in capsys.readouterr().err


@undrawn
def test_quiet_says_nothing_and_json_is_one_object(
    zip_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    call("run", str(zip_file), *SMALL, "--out", str(out), "--quiet", "--json")
    printed = capsys.readouterr()
    answer = json.loads(printed.out)
    assert printed.err == ""
    assert answer["run"] == str(out)
    assert answer["validation"]["n"] == 40


@undrawn
def test_piped_progress_is_one_line_an_epoch(
    zip_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call("train", str(zip_file), *SMALL, "--out", str(tmp_path / "out"))
    said = capsys.readouterr().err
    assert said.count("epoch 1/2: loss") == said.count("epoch 2/2: loss") == 1
    assert "\r" not in said
    assert said.rstrip("\n") == (tmp_path / "out" / "log.txt").read_text().rstrip("\n")


@undrawn
def test_the_sample_is_read_better_than_nine_times_in_ten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KAGGLE_KERNEL_RUN_TYPE", raising=False)
    out = str(tmp_path / "out")
    assert call("run", "--recipe", "smoke", "--epochs", "6", "--out", out, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["test"]["accuracy"] > 0.9
    assert np.array_equal(np.unique(read_submission(Path(out) / "submission.csv")), np.arange(10))
