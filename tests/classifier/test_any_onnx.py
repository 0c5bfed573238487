"""Somebody else's ONNX file, whatever its layout."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from conftest import drawn_digits
from tenfold.classifier.any_onnx import probabilities_of_onnx
from tenfold.errors import ModelError, UsageError

DIGITS = drawn_digits(30)


def say_nothing(note: str) -> None:
    pass


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
    read = probabilities_of_onnx(str(path), DIGITS.images, "auto", said.append)
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
        probabilities_of_onnx(str(path), DIGITS.images, "auto", say_nothing)
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"one of auto, 0..1, 0..255"):
        probabilities_of_onnx(str(path), DIGITS.images, "both", say_nothing)  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", [["n", 3, 28, 28], ["n", 32, 32], ["n", 100]])
def test_an_onnx_file_of_other_images_is_refused(shape: list[object], tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="the export extra is not installed")
    info = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Identity", ["x"], ["y"])],
        "theirs",
        [info("x", 1, shape)],
        [info("y", 1, shape)],
    )
    model = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8
    )
    (tmp_path / "theirs.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(ModelError, match="no images of 28 x 28"):
        probabilities_of_onnx(str(tmp_path / "theirs.onnx"), DIGITS.images, "auto", say_nothing)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.onnx: No such file"):
        probabilities_of_onnx(str(tmp_path / "none.onnx"), DIGITS.images, "auto", say_nothing)
