"""Anybody's predictions, in the forms in which people have them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from conftest import csv_text, drawn_digits
from tenfold.errors import DataError, UsageError
from tenfold.evaluation.compare import compare
from tenfold.evaluation.given_predictions import are_predictions, given_probabilities
from tenfold.evaluation.measure import evaluate

N = 30
DIGITS = drawn_digits(N)
LABELS = DIGITS.labelled()
PROBABILITIES = np.full((N, 10), 0.05)
PROBABILITIES[np.arange(N), LABELS] = 0.55


def table(header: str, columns: list[np.ndarray], end: str = "\n") -> str:
    rows = np.column_stack(columns)
    lines = [",".join(f"{value:g}" for value in row) for row in rows]
    return end.join([*([header] if header else []), *lines]) + end


IDS = np.arange(1, N + 1)
NAMED = ",".join(f"P{digit}" for digit in range(10))
FORMS = {
    "labels": table("", [LABELS]),
    "submission": table("ImageId,Label", [IDS, LABELS], "\r\n"),
    "ids without header": table("", [IDS, LABELS]),
    "ours": table(
        f"ImageId,Label,Probability,Unsure,{NAMED}", [IDS, LABELS, IDS, IDS, PROBABILITIES]
    ),
    "ten columns": table("", [PROBABILITIES]),
    "pandas": table("," + ",".join(map(str, range(10))), [IDS - 1, PROBABILITIES]),
    "ids and ten": table("", [IDS, PROBABILITIES]),
    "other names": table(",".join(f"class_{d}" for d in range(10)), [PROBABILITIES]),
    "names and labels": "file,answer\n"
    + "".join(f"{row}.png,{y}\n" for row, y in enumerate(LABELS)),
    "Keras' habit": table("pred,confidence", [LABELS, PROBABILITIES.max(axis=1)]),
    "semicolons": table("ImageId,Label", [IDS, LABELS]).replace(",", ";"),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_understood_and_said(form: str, tmp_path: Path) -> None:
    path = tmp_path / "theirs.csv"
    path.write_text(FORMS[form])
    said: list[str] = []
    read = given_probabilities(str(path), DIGITS.images, say=said.append)
    assert read.dtype == np.float32
    assert np.array_equal(read.argmax(axis=1), LABELS)
    np.testing.assert_allclose(read.sum(axis=1), 1, atol=1e-6)
    assert f"{N} rows" in said[0]
    if "labels" not in said[0]:
        np.testing.assert_allclose(read, PROBABILITIES, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no rows"),
        (table("ImageId,Label", [IDS[:5], LABELS[:5]]), "has 5 rows, and 30 are measured"),
        (FORMS["submission"].replace("\r\n3,2", "\r\n3,12"), r"csv:4: label 12 is no digit"),
        (FORMS["labels"].replace("\n4\n", "\nfour\n"), r"csv:5: 'four' is no row of numbers"),
        (table("", [PROBABILITIES * 20]), r"csv:1: these are no probabilities: they sum to 20"),
        (table("", [IDS, IDS, IDS]), "3 columns of no known name"),
        (table("theirs,ours", [LABELS, LABELS]), "2 columns of no known name"),
    ],
)
def test_what_is_none_is_refused_by_its_line(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "theirs.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=said):
        given_probabilities(str(path), DIGITS.images)


def test_an_array_is_named_and_the_remedy_makes_a_csv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("p.npy", PROBABILITIES)
    assert are_predictions("p.npy")
    with pytest.raises(DataError, match=r"p\.npy: is a NumPy array, not a CSV") as caught:
        given_probabilities("p.npy", DIGITS.images)
    exec("\n".join(line.strip() for line in caught.value.hint.splitlines()[1:]), {})
    assert np.array_equal(given_probabilities("OTHER.csv", DIGITS.images).argmax(axis=1), LABELS)


def test_a_model_of_others_is_named_and_led_to_onnx(tmp_path: Path) -> None:
    (tmp_path / "model.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 100)
    with pytest.raises(DataError, match="is an HDF5 file") as caught:
        evaluate(tmp_path / "model.h5", (DIGITS.images, LABELS))
    assert "export the model to ONNX" in caught.value.hint


def test_they_are_evaluated_and_compared_on_the_same_rows(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(csv_text(DIGITS))
    theirs = tmp_path / "theirs.csv"
    theirs.write_text(FORMS["ten columns"])
    evaluation = evaluate(theirs, tmp_path / "rows.csv")
    assert evaluation.accuracy.hits == N
    assert "were given" in str(evaluation.measured_on)
    evaluate("mnist", tmp_path / "rows.csv", out=tmp_path / "ours")
    comparison = compare(tmp_path / "ours", theirs)
    assert comparison.counts.n == N
    assert comparison.counts.accuracies[1].hits == N
    assert compare(theirs, tmp_path / "ours").counts.better == "A"
    with pytest.raises(UsageError, match="neither says for which rows"):
        compare(theirs, theirs)


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "run.csv").mkdir()
    assert not are_predictions(str(tmp_path / "run.csv"))
    assert are_predictions("keras.ONNX")
