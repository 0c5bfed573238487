"""tenfold predict, from the command line."""

from __future__ import annotations

import io
import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from command_line import call
from conftest import NEEDS_PHOTO, paint
from tenfold.classifier import find_model
from tenfold.submission import read_submission


def test_predict_writes_a_checked_submission(unlabelled_csv: Path, tmp_path: Path) -> None:
    out = tmp_path / "submission.csv"
    assert call("predict", str(unlabelled_csv), "-o", str(out), "--quiet") == 0
    assert len(read_submission(out, rows=30)) == 30


def test_predict_names_the_file_of_each_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(1, 12):
        paint(str(number % 10)).save(folder / f"{number}.png")
    assert call("predict", str(folder)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ImageId,Label,File"
    assert [line.partition(",")[0] + line.rpartition("/")[2] for line in lines[1:]] == [
        f"{number}{number}.png" for number in range(1, 12)
    ]
    assert call("predict", str(folder), "--json") == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers[10]["id"] == 11
    assert answers[10]["file"] == str(folder / "11.png")


def test_predict_never_writes_over_its_data(
    unlabelled_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = unlabelled_csv.read_bytes()
    assert call("predict", str(unlabelled_csv), "-o", str(unlabelled_csv), "--force") == 2
    assert "is no submission" in capsys.readouterr().err
    assert unlabelled_csv.read_bytes() == before


def test_predict_reads_stdin_and_writes_stdout(
    unlabelled_csv: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call("predict", str(unlabelled_csv))
    from_file = capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(unlabelled_csv.read_bytes())))
    assert call("predict", "-") == 0
    captured = capsys.readouterr()
    assert captured.out == from_file
    assert captured.out.startswith("ImageId,Label\n1,")
    measured = find_model("mnist").facts.measured
    assert measured is not None
    assert captured.err.startswith(
        f"model: mnist, {measured.accuracy:.2%} right on 12,600 of 42,000"
    )
    assert "each read by the one of 3 models that was not trained on it (10 folds)" in captured.err


def test_predict_runs_on_the_engine_that_was_asked_for(
    unlabelled_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not find_spec("openvino"):
        pytest.skip("needs the openvino extra")
    answers = {}
    for engine in ("onnxruntime", "openvino"):
        out = tmp_path / f"{engine}.csv"
        call("predict", str(unlabelled_csv), "--json", "-o", str(out), "--engine", engine)
        assert json.loads(capsys.readouterr().out)["engine"] == engine
        answers[engine] = out.read_text()
    assert answers["onnxruntime"] == answers["openvino"]


def test_predict_counts_what_it_is_unsure_of(
    unlabelled_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call("predict", str(unlabelled_csv), "--json", "-o", str(tmp_path / "out.csv"))
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"] == 30
    assert 0 <= answer["unsure"] <= 30


def test_predictions_as_json_are_one_line_a_row(
    unlabelled_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("predict", str(unlabelled_csv), "--json") == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == list(range(1, 31))
    assert all(0 <= answer["label"] <= 9 for answer in answers)
    assert all(0.1 <= answer["probability"] <= 1 for answer in answers)


def test_probabilities_come_with_the_rows_that_are_unsure(
    unlabelled_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed, out = tmp_path / "all.csv", tmp_path / "out.csv"
    arguments = ("predict", str(unlabelled_csv), "-o", str(out), "--probabilities", str(listed))
    assert call(*arguments, "--quiet") == 0
    header, *lines = listed.read_text().splitlines()
    assert header == "ImageId,Label,Probability,Unsure," + ",".join(f"P{d}" for d in range(10))
    rows = [[float(cell) for cell in line.split(",")] for line in lines]
    assert [row[0] for row in rows] == list(range(1, 31))
    assert all(abs(sum(row[4:]) - 1) < 1e-4 for row in rows)
    assert [row[1] for row in rows] == [row[4:].index(max(row[4:])) for row in rows]
    labels = [line.split(",")[1] for line in out.read_text().splitlines()[1:]]
    assert [f"{row[1]:.0f}" for row in rows] == labels
    assert call(*arguments, "--force", "--json", "--quiet") == 0
    assert json.loads(capsys.readouterr().out)["unsure"] == sum(row[3] for row in rows)
    assert call("predict", str(unlabelled_csv), "--probabilities", "-", "--quiet") == 0
    assert capsys.readouterr().out == listed.read_text()
    assert call(*arguments, "--quiet") == 2  # nothing is overwritten


def test_a_photo_given_to_predict_and_a_table_given_to_read_lead_to_the_right_verb(
    unlabelled_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = tmp_path / "photo.jpg"
    paint().save(photo)
    assert call("predict", str(photo), "--quiet") == 2
    assert "tenfold read" in capsys.readouterr().err
    assert call("read", str(unlabelled_csv), "--quiet") == 2
    said = capsys.readouterr()
    assert "tenfold predict" in said.out + said.err
