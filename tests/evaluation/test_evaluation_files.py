"""The files of an evaluation."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from six_rows import LABELS, ONE, READ, evaluation
from tenfold.errors import DataError
from tenfold.evaluation.evaluation import Evaluation
from tenfold.evaluation.evaluation_files import read_evaluation, write_evaluation
from tenfold.evaluation.measured_on import MeasuredOn


@pytest.fixture
def six() -> Evaluation:
    return evaluation(LABELS, READ)


def test_what_was_written_is_read_back(six: Evaluation, tmp_path: Path):
    write_evaluation(six, tmp_path)
    again = read_evaluation(tmp_path)
    for name in ("images", "labels", "probabilities", "rows"):
        np.testing.assert_array_equal(getattr(again, name), getattr(six, name))
    assert again.places == six.places
    assert again.answered_accuracy == six.answered_accuracy
    assert again.measured_on is None


def test_what_rows_were_measured_comes_back_as_it_was(six: Evaluation, tmp_path: Path):
    measured_on = MeasuredOn("out_of_fold", 6, 12, folds=4, models=2, steered=True)
    write_evaluation(replace(six, measured_on=measured_on), tmp_path)
    assert read_evaluation(tmp_path).measured_on == measured_on
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["measured_on"] == str(measured_on)
    assert MeasuredOn.from_json(metrics["measured_rows"]) == measured_on
    assert f"measured on {measured_on}" in read_evaluation(tmp_path).summary()


def test_the_words_of_an_earlier_version_are_left_behind(six: Evaluation, tmp_path: Path):
    write_evaluation(six, tmp_path)
    path = tmp_path / "val_probabilities.npz"
    arrays = dict(np.load(path)) | {"measured_on": np.array("the 6 of 12 rows that it kept out")}
    np.savez(path, **arrays)
    assert read_evaluation(tmp_path).measured_on is None


def test_where_nothing_was_written_there_is_no_file_to_read(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="val_probabilities"):
        read_evaluation(tmp_path)


def test_a_damaged_evaluation_is_named_and_never_believed(six: Evaluation, tmp_path: Path):
    write_evaluation(six, tmp_path)
    path = tmp_path / "val_probabilities.npz"
    whole = path.read_bytes()
    refused = 0
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            again = read_evaluation(tmp_path)
        except DataError as damaged:
            refused += 1
            assert str(damaged).startswith(str(path))
        else:  # a byte that means nothing to a reader, such as a date
            np.testing.assert_array_equal(again.probabilities, six.probabilities)
            np.testing.assert_array_equal(again.images, six.images)
            assert again.places == six.places
    assert refused > len(whole) / 7 / 2


@pytest.mark.parametrize("keep", [0, 10, 500])
def test_an_evaluation_cut_short_is_refused(keep: int, six: Evaluation, tmp_path: Path):
    write_evaluation(six, tmp_path)
    path = tmp_path / "val_probabilities.npz"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DataError, match="not what a run leaves there"):
        read_evaluation(tmp_path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"labels": np.array([0, 1, 2, 3, 4, 10])}, "a label is no digit"),
        ({"labels": np.array([0, 1, 2])}, r"\(6, 28, 28\)"),
        ({"labels": np.zeros(6)}, "float64"),
        ({"probabilities": np.full((6, 10), np.nan, np.float32)}, "not in 0..1"),
        ({"probabilities": np.full((6, 9), 0.1, np.float32)}, r"\(6, 9\)"),
        ({"rows": np.array([0, 1, 2, 3, 4, 4])}, "twice"),
        ({"places": ("a",)}, "1 places for 6 rows"),
        ({"measured_on": json.dumps(ONE.to_json())}, "measured on 1 rows, and holds 6"),
        ({"measured_on": json.dumps(ONE.to_json() | {"kind": "?"})}, "no known kind"),
        ({"measured_on": json.dumps(ONE.to_json() | {"of": "9"})}, "with of '9'"),
        ({"measured_on": json.dumps(ONE.to_json() | {"trained_on": -1})}, "trained_on -1"),
        ({"measured_on": '{"kind": "kept_out"}'}, "missing"),
        ({"measured_on": "{" * 3000}, "not what a run leaves there"),
    ],
)
def test_sound_files_with_the_wrong_arrays_are_refused(
    changes: dict[str, Any], said: str, six: Evaluation, tmp_path: Path
):
    arrays = {
        "images": six.images,
        "labels": six.labels,
        "probabilities": six.probabilities,
        "rows": six.rows,
        "places": np.array(six.places),
        "answered_accuracy": 0.99,
        "measured_on": "",
    }
    np.savez(tmp_path / "val_probabilities.npz", **(arrays | changes))
    with pytest.raises(DataError, match=said):
        read_evaluation(tmp_path)


def test_another_programs_npz_is_refused(tmp_path: Path):
    np.savez(tmp_path / "val_probabilities.npz", weights=np.zeros(3))
    with pytest.raises(DataError, match="images"):
        read_evaluation(tmp_path)


def test_mistakes_csv_has_every_mistake_worst_first(six: Evaluation, tmp_path: Path):
    write_evaluation(six, tmp_path)
    with (tmp_path / "mistakes.csv").open(newline="", encoding="utf-8") as file:
        mistakes = list(csv.DictReader(file))
    assert [mistake["place"] for mistake in mistakes] == [m.place for m in six.top_losses(None)]
    assert mistakes[0]["probability_of_label"] == "0.050000"


def test_confusion_csv_has_a_row_a_label(six: Evaluation, tmp_path: Path):
    write_evaluation(six, tmp_path)
    lines = (tmp_path / "confusion.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("label,predicted_0,")
    assert lines[5] == "4,0,0,0,0,0,0,0,0,0,2"


def test_calibration_csv_has_a_row_a_bin(six: Evaluation, tmp_path: Path):
    write_evaluation(six, tmp_path)
    with (tmp_path / "calibration.csv").open(newline="", encoding="utf-8") as file:
        bins = list(csv.DictReader(file))
    assert sum(float(row["count"]) for row in bins) == 6
