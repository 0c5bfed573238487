"""ONNX operators as steps of the page; shapes and constants are worked out beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="the export extra is not installed")

from tenfold.exporting.network import Network, Unsupported, Value
from tenfold.exporting.operators import OPERATORS


def run(op: str, inputs: list[Any], **attributes: Any) -> tuple[Network, Any]:
    """A network with one operator; shapes among `inputs` stand for computed values."""
    network = Network()
    values = [network.value(i) if isinstance(i, tuple) else i for i in inputs]
    return network, OPERATORS[op](network, values, attributes)


def test_a_reshape_computes_nothing() -> None:
    network, value = run("Reshape", [(1, 4, 7, 7), np.array([0, -1])])
    assert value == Value(0, (1, 196))
    assert network.steps == []


def test_a_reshape_to_another_size_is_refused() -> None:
    with pytest.raises(Unsupported, match="a reshape"):
        run("Reshape", [(1, 4), np.array([1, 5])])


@pytest.mark.parametrize(
    ("op", "inputs", "attributes", "shape"),
    [
        ("Flatten", [(1, 4, 7, 7)], {}, (1, 196)),
        ("Unsqueeze", [(1, 5), np.array([0, -1])], {}, (1, 1, 5, 1)),
        ("ReduceMean", [(1, 4, 7, 7)], {"axes": [2, 3], "keepdims": 0}, (1, 4)),
        ("GlobalAveragePool", [(1, 4, 7, 7)], {}, (1, 4, 1, 1)),
        ("Softmax", [(1, 10)], {}, (1, 10)),
        ("Concat", [(1, 4, 3, 3), (1, 2, 3, 3)], {"axis": 1}, (1, 6, 3, 3)),
        ("Transpose", [(1, 2, 3)], {"perm": [0, 2, 1]}, (1, 3, 2)),
    ],
)
def test_shapes_by_hand(
    op: str, inputs: list[Any], attributes: dict[str, Any], shape: tuple[int, ...]
) -> None:
    _, value = run(op, inputs, **attributes)
    assert value.shape == shape


def test_numbers_that_move_are_picked_by_their_places() -> None:
    network, _ = run("Transpose", [(1, 2, 3)], perm=[0, 2, 1])
    assert network.steps[-1]["places"] == [0, 3, 1, 4, 2, 5]
    network, value = run(
        "Slice", [(1, 4), np.array([0]), np.array([4]), np.array([1]), np.array([2])]
    )
    assert network.steps[-1]["places"] == [0, 2]
    assert value.shape == (1, 2)


def test_constants_are_folded() -> None:
    network, value = run("Gather", [np.array([5, 6, 7]), np.array(1)])
    assert value == 6
    _, shape = run("Shape", [(1, 28, 28)])
    assert shape.tolist() == [1, 28, 28]
    assert network.steps == []


@pytest.mark.parametrize(
    ("op", "inputs", "by", "plus"),
    [
        ("Mul", [(1, 3), np.array([2.0])], 2.0, 0.0),
        ("Mul", [np.array(2.0), (1, 3)], 2.0, 0.0),
        ("Div", [(1, 3), np.array(4.0)], 0.25, 0.0),
        ("Add", [(1, 3), np.array(-1.0)], 1.0, -1.0),
    ],
)
def test_arithmetic_with_one_number_is_a_scaling(
    op: str, inputs: list[Any], by: float, plus: float
) -> None:
    network, _ = run(op, inputs)
    step = network.steps[-1]
    assert (step["op"], step["by"], step["plus"]) == ("scale", by, plus)


def test_batch_norm_becomes_a_factor_and_a_term_for_each_channel() -> None:
    weights = [np.array([number], "f8") for number in (3.0, 1.0, 2.0, 4.0 - 1e-5)]
    network, _ = run("BatchNormalization", [(1, 1, 2, 2), *weights])
    factor, term = np.frombuffer(bytes(network.weights), "<f2")  # 3 / sqrt(4), 1 - 2 * 1.5
    assert (factor, term) == (1.5, -2.0)


@pytest.mark.parametrize(
    ("op", "inputs", "attributes"),
    [
        ("Add", [(1, 3), (1, 4)], {}),
        ("Div", [np.array(1.0), (1, 3)], {}),
        ("Softmax", [(1, 10, 2)], {"axis": 1}),
        ("ReduceMean", [(1, 4, 7, 7)], {"axes": [1, 3]}),
        ("Gemm", [(1, 3), np.ones((3, 2), "f4")], {"alpha": 0.5}),
        ("Gemm", [(1, 3), np.ones((4, 2), "f4")], {}),
        ("Concat", [(1, 2, 3), (1, 2, 3)], {"axis": 2}),
    ],
)
def test_forms_that_the_page_does_not_have_are_refused(
    op: str, inputs: list[Any], attributes: dict[str, Any]
) -> None:
    with pytest.raises(Unsupported):
        run(op, inputs, **attributes)
