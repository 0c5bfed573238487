"""Anybody's predictions, in the forms in which people have them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from conftest import csv_text, drawn_digits
from tenfold.errors import DataError, ModelError, UsageError
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
    ],
)
def test_what_is_none_is_refused_by_its_line(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "theirs.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=said):
        given_probabilities(str(path), DIGITS.images)


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


def linear(path: Path, shape: list[object], kind: int, *, softmax: bool) -> None:
    """An ONNX file that reads the first ten pixels of row 6 of a flattened image."""
    onnx = pytest.importorskip("onnx", reason="the export extra is not installed")
    helper = onnx.helper
    weight = np.zeros((784, 10), np.float32)
    weight[6 * 28 + np.arange(10), np.arange(10)] = 1
    nodes = [
        helper.make_node("Cast", ["x"], ["f"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Flatten", ["f"], ["flat"]),
        helper.make_node("MatMul", ["flat", "w"], ["y" if not softmax else "logits"]),
    ]
    if softmax:
        nodes.append(helper.make_node("Softmax", ["logits"], ["y"], axis=1))
    graph = helper.make_graph(
        nodes,
        "theirs",
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [shape[0], 10])],
        [onnx.numpy_helper.from_array(weight, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())


@pytest.mark.parametrize("softmax", [False, True])
@pytest.mark.parametrize(
    ("shape", "kind", "white"),
    [
        (["n", 1, 28, 28], 1, 1),
        (["n", 28, 28, 1], 1, 1),
        ([7, 784], 1, 1),
        (["n", 28, 28], 2, 255),
    ],
)
def test_an_onnx_file_of_any_layout_is_read(
    shape: list[object], kind: int, white: int, softmax: bool, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.onnx"
    linear(path, shape, kind, softmax=softmax)
    said: list[str] = []
    read = given_probabilities(str(path), DIGITS.images, say=said.append)
    logits = DIGITS.images[:, 6, :10].astype(np.float64) * (white / 255)
    expected = np.exp(logits - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(read, expected / expected.sum(axis=1, keepdims=True), atol=1e-5)
    assert f"0..{white}" in said[0]
    assert ("probabilities" if softmax else "logits") in said[0]


def test_an_onnx_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "theirs.onnx"
    linear(path, ["n", 28, 28], 1, softmax=True)
    content = path.read_bytes()
    path.write_bytes(b"no graph")
    with pytest.raises(ModelError, match="onnxruntime refuses it"):
        given_probabilities(str(path), DIGITS.images)
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"one of auto, 0..1, 0..255"):
        given_probabilities(str(path), DIGITS.images, pixels="both")  # type: ignore[arg-type]
