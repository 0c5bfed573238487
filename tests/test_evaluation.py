from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.digits import DataFile, Digits
from tenfold.errors import DataError
from tenfold.evaluation.evaluation import Evaluation, evaluation_of
from tenfold.evaluation.evaluation_files import read_evaluation, write_evaluation
from tenfold.evaluation.measured_on import MeasuredOn

# What was read, and how surely; the rest of the probability goes to the true label, or where that
# was read to the next digit.
LABELS = [0, 1, 2, 3, 4, 4]
ONE = MeasuredOn("kept_out", 1, 1)
READ = [(0, 0.9), (1, 0.8), (7, 0.6), (8, 0.95), (9, 0.7), (9, 0.8)]


def evaluation(
    labels: list[int], read: list[tuple[int, float]], answered_accuracy: float = 0.999
) -> Evaluation:
    n = len(labels)
    probabilities = np.zeros((n, 10), dtype=np.float32)
    for row, (label, (digit, probability)) in enumerate(zip(labels, read, strict=True)):
        probabilities[row, (digit + 1) % 10 if digit == label else label] = 1 - probability
        probabilities[row, digit] = probability
    return Evaluation(
        np.arange(n, dtype=np.uint8)[:, None, None] * np.ones((28, 28), dtype=np.uint8),
        np.array(labels),
        probabilities,
        np.arange(n) * 10,
        tuple(f"train.csv:{10 * row + 2}" for row in range(n)),
        answered_accuracy,
    )


@pytest.fixture
def six() -> Evaluation:
    return evaluation(LABELS, READ)


def test_accuracy_counts_the_rows_read_right(six: Evaluation):
    assert (six.accuracy.hits, six.accuracy.n) == (2, 6)


def test_mistakes_are_ranked_by_probability_read_minus_probability_of_the_label(six: Evaluation):
    assert [mistake.row for mistake in six.top_losses()] == [30, 50, 40, 20]
    assert six.top_losses()[0].importance == pytest.approx(0.9)


def test_a_mistake_says_where_it_is_and_what_it_was_taken_for(six: Evaluation):
    worst = six.top_losses(1)[0]
    assert (worst.place, worst.label, worst.prediction) == ("train.csv:32", 3, 8)
    assert (worst.probability, worst.probability_of_label) == pytest.approx((0.95, 0.05))


def test_most_confused_pairs_come_first_and_right_ones_not_at_all(six: Evaluation):
    assert six.most_confused() == [(4, 9, 2), (2, 7, 1), (3, 8, 1)]
    assert six.most_confused(1) == [(4, 9, 2)]


def test_without_mistakes_there_are_no_losses_and_no_confused_pairs():
    perfect = evaluation([5, 6], [(5, 0.9), (6, 0.8)])
    assert perfect.top_losses() == []
    assert perfect.most_confused() == []


def test_calibration_error_of_the_six(six: Evaluation):
    # One row a bin but for the two of 0.8 and 0.8, of which one is right.
    gaps = [0.1, 2 * abs(0.8 - 0.5), 0.6, 0.95, 0.7]
    assert six.calibration.ece == pytest.approx(sum(gaps) / 6)


def test_cross_fitting_judges_each_half_by_what_the_other_half_chose():
    # Even rows are all right, so they would answer everything; odd rows are all wrong.
    fitted = evaluation([0, 1] * 4, [(0, 0.9), (2, 0.9)] * 4).cross_fitted
    assert (fitted.answered.hits, fitted.answered.n) == (4, 8)
    assert fitted.answered_right.hits == 0


def test_cross_fitting_survives_a_single_row():
    fitted = evaluation([3], [(3, 0.7)]).cross_fitted
    assert (fitted.answered.hits, fitted.answered_right.hits) == (1, 1)


@given(st.data())
def test_everything_that_is_counted_adds_up(data: st.DataObject):
    labels = data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=30))
    read = st.tuples(st.integers(0, 9), st.sampled_from([0.6, 0.7, 0.9, 1.0]))
    one = evaluation(labels, data.draw(st.lists(read, min_size=len(labels), max_size=len(labels))))
    wrong = one.accuracy.n - one.accuracy.hits
    assert one.confusion.sum() == len(one)
    assert len(one.top_losses(None)) == wrong
    assert sum(count for _, _, count in one.most_confused(90)) == wrong
    assert one.cross_fitted.answered_right.n == one.cross_fitted.answered.hits


def test_numbers_are_json_even_where_a_class_was_never_seen(six: Evaluation):
    numbers = json.loads(json.dumps(six.numbers(), allow_nan=False))
    assert numbers["n"] == 6
    assert numbers["errors"] == 4
    assert numbers["classes"][5] == {
        "digit": 5,
        "precision": None,
        "recall": None,
        "f1": None,
        "support": 0,
    }


def test_the_summary_tells_n_and_the_commonest_mistake(six: Evaluation):
    assert "n=6" in six.summary()
    assert "4 as 9 (2)" in six.summary()


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
    assert sum(float(one["count"]) for one in bins) == 6


def test_an_evaluation_of_some_rows_knows_their_places_in_the_file():
    digits = Digits(
        np.zeros((4, 28, 28), dtype=np.uint8),
        np.array([1, 2, 3, 4]),
        (DataFile("train.csv", "0" * 64, 100, 4, first_line=2),),
    )
    probabilities = np.eye(10, dtype=np.float32)[[2, 4]]
    some = evaluation_of(
        digits, np.array([1, 3]), probabilities, 0.99, MeasuredOn("kept_out", 2, 4)
    )
    assert some.labels.tolist() == [2, 4]
    assert some.places == ("train.csv:3", "train.csv:5")


def test_rows_without_labels_cannot_be_evaluated():
    digits = Digits(np.zeros((1, 28, 28), dtype=np.uint8), None)
    with pytest.raises(DataError, match="has no labels"):
        evaluation_of(digits, np.array([0]), np.eye(10, dtype=np.float32)[:1], 0.99, ONE)
