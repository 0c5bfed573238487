"""Reading ONNX files: only what tenfold writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import SHIPPED_GRAPH
from tenfold.graph import GraphFault, check_graph
from tenfold.graph.onnx_file import read_graph

onnx = pytest.importorskip("onnx", reason="the graphs of these tests are made with it")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from graph_reading import refusal  # noqa: E402
from graphs import FLOAT, constant, external, node, plain  # noqa: E402


def branch(tensor: Any) -> Any:
    value = helper.make_tensor_value_info("inner", FLOAT, [10])
    return helper.make_graph([node("Identity", ["w"], ["inner"])], "b", [], [value], [tensor])


def in_a_subgraph(model: Any) -> None:
    secret = branch(external(constant("w", np.zeros(10, "f4"))))
    model.graph.node.append(node("If", ["zero"], ["x"], then_branch=secret, else_branch=secret))


def in_a_function(model: Any) -> None:
    body = [node("Constant", [], ["out"], value=external(constant("w", np.zeros(10, "f4"))))]
    opsets = [helper.make_opsetid("", 17)]
    model.functions.append(helper.make_function("f", "F", [], ["out"], body, opsets))


def in_training(model: Any) -> None:
    model.training_info.add().initialization.CopyFrom(
        branch(external(constant("w", np.zeros(10, "f4"))))
    )


def in_a_sparse_tensor(model: Any) -> None:
    sparse = model.graph.sparse_initializer.add()
    sparse.values.CopyFrom(external(constant("w", np.zeros(10, "f4"))))


def in_a_constant(model: Any) -> None:
    secret = external(constant("w", np.zeros(10, "f4")))
    model.graph.node.insert(0, node("Constant", [], ["x"], value=secret))


def in_a_list_of_tensors(model: Any) -> None:
    attribute = model.graph.node[0].attribute.add(name="tensors", type=9)
    attribute.tensors.append(external(constant("w", np.zeros(10, "f4"))))


CONTENT = plain([node("Relu", ["flat"], ["middle"])]).SerializeToString()

WEIGHTS_AT = CONTENT.index(b"logits")  # the weights, which any bytes may be, lie far behind


def same_as_onnx_reads(content: bytes) -> None:
    """Our reader and ONNX's see the same graph."""
    ours, theirs = read_graph(content), onnx.load_from_string(content)
    assert theirs.SerializeToString()  # it is whole
    assert [node.op for node in ours.nodes] == [node.op_type for node in theirs.graph.node]
    for one, other in zip(ours.nodes, theirs.graph.node, strict=True):
        assert (list(one.inputs), list(one.outputs)) == (list(other.input), list(other.output))
        for attribute in other.attribute:
            value = helper.get_attribute_value(attribute)
            if isinstance(value, TensorProto):
                value = numpy_helper.to_array(value)
                mine = one.attributes[attribute.name]
                assert (list(mine.shape), bytes(mine.data)) == (list(value.shape), value.tobytes())
            else:
                value = value.decode() if isinstance(value, bytes) else value
                value = tuple(value) if isinstance(value, list) else value
                np.testing.assert_equal(one.attributes[attribute.name], value)
    arrays = {weight.name: numpy_helper.to_array(weight) for weight in theirs.graph.initializer}
    assert set(arrays) == set(ours.weights)
    assert all(bytes(ours.weights[name].data) == arrays[name].tobytes() for name in arrays)


@pytest.mark.parametrize(
    ("hide", "said"),
    [
        (lambda model: external(model.graph.initializer[0]), "external data"),
        (in_a_constant, "external data"),
        (in_a_subgraph, "a subgraph"),
        (in_a_function, "a function"),
        (in_training, "a training graph"),
        (in_a_sparse_tensor, "a sparse tensor"),
        (in_a_list_of_tensors, "number 10"),
    ],
)
def test_external_data_is_refused_wherever_it_stands(
    hide: Callable[[Any], object], said: str
) -> None:
    model = plain()
    check_graph(model.SerializeToString())
    hide(model)
    assert said in refusal(model)


def test_external_data_is_refused_without_a_place_too() -> None:
    model = plain()
    model.graph.initializer[0].data_location = TensorProto.EXTERNAL
    assert "external data" in refusal(model)


def test_metadata_that_could_hold_settings_is_refused() -> None:
    """onnxruntime reads `ort_config` there if an environment variable says so."""
    for holder in (lambda m: m, lambda m: m.graph, lambda m: m.graph.node[0]):
        model = plain()
        holder(model).metadata_props.add(key="ort_config", value="{}")
        assert "metadata" in refusal(model)


def test_operators_of_another_version_or_maker_are_refused() -> None:
    for opsets in (
        [("", 18)],
        [("", 9)],
        [],
        [("", 17), ("com.microsoft", 1)],
        [("ai.onnx.ml", 3)],
    ):
        model = plain()
        del model.opset_import[:]
        model.opset_import.extend(helper.make_opsetid(*opset) for opset in opsets)
        assert "expected version 17" in refusal(model)


def test_what_ships_is_read_as_onnx_reads_it() -> None:
    same_as_onnx_reads(SHIPPED_GRAPH.read_bytes())
    same_as_onnx_reads(CONTENT)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, len(CONTENT) - 1), st.integers(0, 255)), max_size=3),
    st.integers(0, len(CONTENT)),
)
def test_damage_is_a_fault_or_the_graph_that_onnx_reads_too(
    changes: list[tuple[int, int]], end: int
) -> None:
    content = bytearray(CONTENT)
    for place, byte in changes:
        content[place % (WEIGHTS_AT + 60)] = byte
    content = content[: end if end % 4 == 0 else None]
    try:
        check_graph(bytes(content))
    except GraphFault:
        return
    same_as_onnx_reads(bytes(content))
