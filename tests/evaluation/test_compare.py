"""Two evaluations on the same rows."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tenfold.errors import DataError, OutputError
from tenfold.evaluation.compare import compare
from tenfold.evaluation.evaluation import Evaluation
from tenfold.evaluation.evaluation_files import write_evaluation
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.files import write_json

LABELS = [0, 1, 2, 3, 4, 5]


def evaluated(
    read: list[int], sure: list[float] | None = None, rows: list[int] | None = None, **changes: Any
) -> Evaluation:
    """Row r is labelled r % 6; `read` is what each was taken for, `sure` how surely; what is left
    goes to the label, or to the next digit where that was read."""
    n = len(read)
    numbers = np.arange(n) if rows is None else np.array(rows)
    labels = numbers % 6
    probabilities = np.zeros((n, 10), dtype=np.float32)
    for i, (digit, probability) in enumerate(zip(read, sure or [0.9] * n, strict=True)):
        rest = labels[i] if labels[i] != digit else (digit + 1) % 10
        probabilities[i, [digit, rest]] = probability, 1 - probability
    images = np.repeat(numbers.astype(np.uint8), 784).reshape(n, 28, 28)
    places = tuple(f"digits.zip: train.csv:{number + 2}" for number in numbers)
    made = {"images": images, "labels": labels, "probabilities": probabilities, "rows": numbers}
    return Evaluation(
        **(made | {"places": places, "measured_on": MeasuredOn("unseen", n, n)} | changes)
    )


def written(folder: Path, evaluation: Evaluation, sha256: str | None = "ab" * 32) -> Path:
    """A report folder, as evaluate --out leaves it."""
    write_evaluation(evaluation, folder)
    if sha256 is not None:
        write_json(folder / "data.json", {"files": [{"sha256": sha256, "rows": 60}]})
    return folder


@pytest.fixture
def a(tmp_path: Path) -> Path:
    """Wrong on 4 and 5."""
    return written(tmp_path / "a", evaluated([0, 1, 2, 3, 9, 6], [0.9, 0.9, 0.9, 0.9, 0.8, 0.7]))


@pytest.fixture
def b(tmp_path: Path) -> Path:
    """Wrong on 1, 2 and 5."""
    return written(tmp_path / "b", evaluated([0, 7, 8, 3, 4, 6], [0.9, 0.6, 0.95, 0.9, 0.9, 0.7]))


def test_the_table_counts_which_model_was_right(a: Path, b: Path):
    counts = compare(a, b).counts
    assert (counts.both, counts.only_a, counts.only_b, counts.neither) == (2, 2, 1, 1)
    assert counts.p_value == 1.0


def test_differing_rows_come_with_their_place_and_the_surest_mistake_first(a: Path, b: Path):
    found = compare(a, b).differing
    assert [(row.place[-11:], row.label, row.right) for row in found] == [
        ("train.csv:4", 2, "A"),
        ("train.csv:6", 4, "B"),
        ("train.csv:3", 1, "A"),
    ]
    assert found[0].digits == (2, 8)
    assert found[0].probabilities == pytest.approx((0.9, 0.95))
    assert (found[0].image == 2).all()


def test_few_differing_rows_show_no_difference(a: Path, b: Path):
    text = compare(a, b).to_text()
    assert "No difference can be told from these 6 rows." in text
    assert "A minus B: +16.67 points (95 % " in text
    assert "exact McNemar p = 1" in text
    assert "A alone is right on 2 rows, in digits.zip:" in text
    assert "train.csv:4  label 2  A reads 2 (90.0%)  B reads 8 (95.0%)" in text


def test_many_differing_rows_of_one_kind_show_the_better_model(tmp_path: Path):
    right = [number % 6 for number in range(60)]
    worse = written(tmp_path / "worse", evaluated([9] * 20 + right[20:]))
    better = written(tmp_path / "better", evaluated(right))
    comparison = compare(worse, better)
    assert comparison.verdict == (
        "B is better: of the 20 rows that one alone read right, it has 20."
    )
    assert comparison.counts.p_value == pytest.approx(2 * 0.5**20)
    assert "the 3 worst of A's mistakes" in comparison.to_text(3)
    assert comparison.to_text(3).count("A reads 9") == 3


def test_rows_are_joined_by_their_numbers_whatever_their_order(tmp_path: Path):
    first = written(tmp_path / "first", evaluated([0, 1, 2, 9], rows=[0, 1, 2, 3]))
    other = written(tmp_path / "other", evaluated([3, 8, 5], rows=[3, 2, 5]))
    comparison = compare(first, other)
    counts = comparison.counts
    assert (counts.n, counts.both, counts.only_a, counts.only_b) == (2, 0, 1, 1)
    assert {(row.row, row.right) for row in comparison.differing} == {(2, "A"), (3, "B")}
    seed = (
        "compared on the 2 rows that both were measured on; the same --seed keeps the same rows out"
    )
    assert seed in comparison.to_text()


def test_the_measured_rows_of_each_are_shown_where_they_differ(a: Path, tmp_path: Path):
    memory = MeasuredOn("same_files", 6, 6)
    flattered = written(tmp_path / "memory", evaluated(LABELS, measured_on=memory))
    said = "B measured on 6 rows of which the model was trained on some or all"
    assert said in compare(a, flattered).to_text()
    assert said in compare(flattered, flattered).to_text()  # both, and neither is silent
    assert "B measured on" not in compare(a, a).to_text()


def test_rows_that_were_left_out_are_counted_on_each_side(a: Path, tmp_path: Path):
    partly = MeasuredOn("unseen", 6, 60, trained_on=50, chosen_by=4)
    fewer = written(tmp_path / "fewer", evaluated(LABELS, measured_on=partly))
    comparison = compare(a, fewer)
    assert "left out: 50 that it was trained on, 4 that it was chosen by" in comparison.to_text()
    assert comparison.to_json()["b"]["measured_rows"]["trained_on"] == 50


def test_a_run_is_the_same_as_itself(a: Path):
    comparison = compare(a, a)
    assert comparison.differing == ()
    assert comparison.verdict.startswith("No difference")


def test_different_data_are_refused(a: Path, tmp_path: Path):
    elsewhere = written(tmp_path / "elsewhere", evaluated(LABELS), sha256="cd" * 32)
    with pytest.raises(DataError, match="different data") as refused:
        compare(a, elsewhere)
    assert "tenfold evaluate RUN --data FILE --out DIR" in refused.value.hint


@pytest.mark.parametrize("what", ["labels", "images"])
def test_without_hashes_the_rows_themselves_are_compared(what: str, a: Path, tmp_path: Path):
    same = written(tmp_path / "same", evaluated(LABELS), sha256=None)
    assert compare(a, same).counts.n == 6
    others = evaluated(LABELS)
    getattr(others, what)[3] = 7
    written(tmp_path / "others", others, sha256=None)
    with pytest.raises(DataError, match="different pictures or labels"):
        compare(a, tmp_path / "others")


def test_no_common_rows_are_refused_with_the_way_to_get_some(a: Path, tmp_path: Path):
    other = written(tmp_path / "other", evaluated([0, 1], rows=[6, 7]))
    with pytest.raises(
        DataError, match=r"no measured row in common \(6 of 60 rows and 2 of 60 rows\)"
    ) as no:
        compare(a, other)
    assert "--seed" in no.value.hint
    assert "--folds 10" in no.value.hint


def test_an_unfinished_run_is_refused_with_the_way_on(a: Path, tmp_path: Path):
    run = tmp_path / "run"
    run.mkdir()
    (run / "recipe.toml").write_text('recipe = "fast"\n')
    with pytest.raises(DataError, match="no evaluation") as refused:
        compare(a, run)
    assert f"tenfold run --resume {run}" in refused.value.hint


def test_what_is_neither_run_nor_report_is_refused(a: Path, tmp_path: Path):
    with pytest.raises(DataError, match="neither a run folder"):
        compare(tmp_path / "nowhere", a)


@pytest.mark.parametrize("text", ["{", "[]", '{"files": [{}]}', '{"files": 3}'])
def test_a_damaged_data_json_is_named(text: str, a: Path):
    (a / "data.json").write_text(text)
    with pytest.raises(DataError, match=r"data\.json: not what a run leaves there"):
        compare(a, a)


def test_what_is_written_holds_every_differing_row(a: Path, b: Path, tmp_path: Path):
    out = tmp_path / "out"
    comparison = compare(a, b, out=str(out), count=1)
    with (out / "differing.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["row"], row["right"], row["prediction_b"]) for row in rows] == [
        ("2", "A", "8"),
        ("4", "B", "4"),
        ("1", "A", "7"),
    ]
    assert json.loads((out / "comparison.json").read_text()) == json.loads(
        json.dumps(comparison.to_json(), allow_nan=False)
    )
    with Image.open(out / "differing.png") as sheet:
        # the tile of row 2, the first card: a shade of 2 on the sheet's grey
        assert 2 in np.asarray(sheet)
        assert 1 not in np.asarray(sheet)  # row 1 comes second, and one was asked for


def test_an_existing_folder_is_kept_and_only_our_files_are_replaced(
    a: Path, b: Path, tmp_path: Path
):
    out = tmp_path / "out"
    compare(a, b, out=str(out))
    with pytest.raises(OutputError, match="exists already"):
        compare(a, b, out=str(out))
    compare(a, b, out=str(out), force=True)
    (out / "thesis.tex").touch()
    with pytest.raises(OutputError, match=r"thesis\.tex"):
        compare(a, b, out=str(out), force=True)
