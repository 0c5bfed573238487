"""Which graphs may reach a runtime: those that tenfold writes, and no other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import SHIPPED_GRAPH
from tenfold.classifier import READY_MADE, WEIGHTS
from tenfold.graph import OPERATORS, GraphFault, check_graph, graph_check, wire
from tenfold.graph.graph_check import follow
from tenfold.graph.onnx_file import read_graph
from tenfold.graph.values import TILES

onnx = pytest.importorskip("onnx", reason="the graphs of these tests are made with it")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from graphs import FLOAT, constant, external, model_of, node, plain  # noqa: E402


def refusal(model: Any) -> str:
    with pytest.raises(GraphFault) as caught:
        check_graph(model.SerializeToString())
    return str(caught.value)


@pytest.mark.parametrize("name", READY_MADE)
def test_what_ships_may_reach_a_runtime(name: str) -> None:
    check_graph((WEIGHTS / name / "model.onnx").read_bytes())


@pytest.mark.train
def test_what_every_recipe_exports_may_reach_a_runtime() -> None:
    pytest.importorskip("torch")
    from tenfold.recipes import RECIPES
    from tenfold.training.networks.architectures import build_network
    from tenfold.training.networks.to_onnx import Deployed, onnx_graph

    networks = {recipe.network: recipe for recipe in RECIPES.values()}
    used = set()
    for recipe in networks.values():
        for members, non_digits, half in ((1, 0.0, True), (2, 0.1, False)):
            small = dataclasses.replace(recipe, channels=4, non_digits=non_digits)
            built = [build_network(small) for _ in range(members)]
            content = onnx_graph(Deployed(built, 1.5, half=half))
            check_graph(content)
            used |= {each.op_type for each in onnx.load_from_string(content).graph.node}
    assert used <= set(OPERATORS)
    assert len(used) > 20


def test_shapes_are_followed_as_onnx_infers_them() -> None:
    for name in READY_MADE:
        content = (WEIGHTS / name / "model.onnx").read_bytes()
        values = follow(read_graph(content))
        inferred = onnx.shape_inference.infer_shapes(
            onnx.load_from_string(content), strict_mode=True, data_prop=True
        )
        for known in inferred.graph.value_info:
            sides = known.type.tensor_type.shape.dim
            expected = [TILES if side.dim_param else side.dim_value for side in sides]
            assert list(values[known.name].shape) == expected, known.name
        assert len(inferred.graph.value_info) > 30


# ---------------------------------------------------------------- what lies outside the file


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


# ---------------------------------------------------------------- operators


@pytest.mark.parametrize(
    "hostile",
    [
        node("Loop", ["zero", "", "flat"], ["middle"]),
        node("If", ["zero"], ["middle"]),
        node("Scan", ["flat"], ["middle"], num_scan_inputs=1),
        node("Tanh", ["flat"], ["middle"]),
        node("Tile", ["flat", "zero"], ["middle"]),
        node("Expand", ["flat", "zero"], ["middle"]),
        node("Resize", ["flat"], ["middle"]),
        node("Pad", ["flat", "zero"], ["middle"]),
        node("EPContext", ["flat"], ["middle"], domain="com.microsoft"),
        node("Relu", ["flat"], ["middle"], domain="com.microsoft"),
        node("Relu", ["flat"], ["middle"], domain="\x1b[2J"),
        node("Relu", ["flat"], ["middle"], alpha=1.0),
        node("Relu", ["flat"], ["middle", "more"]),
        node("Relu", ["nowhere"], ["middle"]),
        node("Relu", [""], ["middle"]),
        node("Relu", ["flat"], ["flat"]),
        node("Softmax", ["flat"], ["middle"], axis=2**62),
        node("Gather", ["flat", "zero"], ["middle"], axis=-9),
        node("Cast", ["flat"], ["middle"], to=TensorProto.INT64),
        node("Div", ["zero", "zero"], ["middle"]),
    ],
    ids=lambda node: f"{node.domain!r}{node.op_type}",
)
def test_operators_outside_the_list_are_refused_by_place_and_name(hostile: Any) -> None:
    said = refusal(plain([hostile]))
    assert hostile.op_type in said
    assert "\x1b" not in said


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


# ---------------------------------------------------------------- shapes, memory and work


def test_a_tensor_has_as_many_bytes_as_its_shape_says() -> None:
    for dims in ([1 << 40, 1 << 40], [784, 11], [-784, -10], [0], [1] * 9):
        model = plain()
        del model.graph.initializer[0].dims[:]
        model.graph.initializer[0].dims.extend(dims)
        assert "a tensor of" in refusal(model)


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ([1, 10], "outputs other than"),
        (["n", 1, 10], "outputs other than"),
        (["n", 11], "outputs other than"),
    ],
)
def test_other_outputs_are_refused(shape: list[Any], said: str) -> None:
    value = helper.make_tensor_value_info
    outputs = [value("probabilities", FLOAT, shape), value("is_digit", FLOAT, ["n"])]
    linear = [node("Gemm", ["flat", "weight", "bias"], ["logits"])]
    assert said in refusal(model_of(linear, [], outputs=outputs))


@pytest.mark.parametrize(
    ("nodes", "weights"),
    [
        # one row for all tiles, rank 3, and another width, all declared as [n, 10]
        (
            [
                node("ReduceMean", ["flat"], ["mean"], axes=[0]),
                node("Gemm", ["mean", "weight"], ["logits"]),
            ],
            [],
        ),
        (
            [node("Gemm", ["flat", "weight"], ["l"]), node("Unsqueeze", ["l", "one"], ["logits"])],
            [constant("one", [1])],
        ),
        ([node("Identity", ["flat"], ["logits"])], []),
    ],
)  # fmt: skip
def test_outputs_are_what_they_are_declared_to_be(nodes: list[Any], weights: list[Any]) -> None:
    assert refusal(model_of(nodes, weights))


@pytest.mark.parametrize(
    "mix",
    [
        [node("ReduceMean", ["flat"], ["m"], axes=[0]), node("Add", ["flat", "m"], ["middle"])],
        [node("Concat", ["flat", "flat"], ["middle"], axis=0)],
        [node("Gather", ["flat", "zeros"], ["middle"], axis=0)],
        [node("Softmax", ["flat"], ["middle"], axis=0)],
        [node("Slice", ["flat", "zeros", "ones", "zeros", "ones"], ["middle"])],
        [node("Transpose", ["flat"], ["t"], perm=[1, 0]), node("Add", ["flat", "t"], ["middle"])],
        [node("Reshape", ["flat", "turned"], ["middle"])],
    ],
)
def test_no_answer_may_depend_on_the_tiles_of_others(mix: list[Any]) -> None:
    weights = [constant("zeros", [0]), constant("ones", [1]), constant("turned", [784, -1])]
    assert refusal(plain(mix, weights))


def test_memory_is_bounded_before_any_is_taken() -> None:
    doubling = [node("Concat", ["flat", "flat"], ["v0"], axis=1)]
    doubling += [node("Concat", [f"v{i}", f"v{i}"], [f"v{i + 1}"], axis=1) for i in range(40)]
    doubling += [
        node("ReduceMean", ["v40"], ["m"], axes=[1]),
        node("Add", ["flat", "m"], ["middle"]),
    ]
    assert "more than 8,000,000,000 multiply-adds" in refusal(plain(doubling))
    many = [node("Relu", ["flat"], [f"v{i}"]) for i in range(2000)]
    joined = [node("Concat", [f"v{i}" for i in range(2000)], ["c"], axis=1)]
    assert refusal(plain([*many, *joined, node("Identity", ["flat"], ["middle"])]))
    held = [node("Concat", [f"v{i}" for i in range(1000)], ["c"], axis=1)]
    assert "numbers a tile at one time" in refusal(
        plain([*many[:1000], *held, node("Identity", ["flat"], ["middle"])])
    )
    casts = [node("Cast", ["half"], [f"w{i}"], to=FLOAT) for i in range(4000)]
    half = [constant("half", np.zeros(40_000, "f2"))]
    assert "weights" in refusal(plain([*casts, node("Identity", ["flat"], ["middle"])], half))


def test_padding_is_no_wider_than_its_kernel() -> None:
    for pads, strides in (([10**6] * 4, [1, 1]), ([0, 0, 0, 0], [2**40, 1]), ([-1] * 4, [1, 1])):
        window = [
            node("Reshape", ["flat", "picture"], ["p"]),
            node("MaxPool", ["p"], ["q"], kernel_shape=[2, 2], pads=pads, strides=strides),
            node("Identity", ["flat"], ["middle"]),
        ]
        assert "MaxPool" in refusal(plain(window, [constant("picture", [-1, 1, 28, 28])]))


def test_the_operators_are_counted() -> None:
    chain = [node("Relu", ["flat"], ["v0"])]
    chain += [node("Relu", [f"v{i}"], [f"v{i + 1}"]) for i in range(300)]
    assert "one after another" in refusal(plain([*chain, node("Relu", ["v300"], ["middle"])]))
    wide = [node("Relu", ["flat"], [f"v{i}"]) for i in range(graph_check.NODES_MAX)]
    assert "operators, at most" in refusal(plain([*wide, node("Relu", ["flat"], ["middle"])]))


# ---------------------------------------------------------------- the file


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not onnx",
        b"\x08",
        b"\x08" + b"\xff" * 11,
        b"\x0b" * 100,  # groups
        b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f",  # a graph of 2^62 bytes
        b"\x3a\x02\x0a" * 100_000,
        b"\x08\x08" * 2,  # a field twice: parsers take the last
        b"\x12\x02\xff\xfe",
    ],
)
def test_what_is_no_graph_is_refused(content: bytes) -> None:
    with pytest.raises(GraphFault):
        check_graph(content)


def test_the_work_of_reading_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "FIELDS_MAX", 300)
    check_graph(plain().SerializeToString())
    model = plain()
    model.graph.node[0].input.extend(["flat"] * 300)
    assert "more than 300 fields" in refusal(model)
    model = plain()
    model.graph.node[0].attribute.add(name="perm", type=7, ints=range(300))
    assert "more than 300 fields" in refusal(model)
    packed = b"\x3a\x96\x03" + b"\x2a\x93\x03" + b"\x0a\x90\x03" + b"\x01" * 400  # dims
    with pytest.raises(GraphFault, match="more than 300 fields"):
        check_graph(packed)


CONTENT = plain([node("Relu", ["flat"], ["middle"])]).SerializeToString()
WEIGHTS_AT = CONTENT.index(b"logits")  # the weights, which any bytes may be, lie far behind


def same_as_onnx_reads(content: bytes) -> None:
    """Our reader and ONNX's see the same graph."""
    ours, theirs = read_graph(content), onnx.load_from_string(content)
    assert theirs.SerializeToString()  # it is whole
    assert [each.op for each in ours.nodes] == [each.op_type for each in theirs.graph.node]
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
    arrays = {each.name: numpy_helper.to_array(each) for each in theirs.graph.initializer}
    assert set(arrays) == set(ours.weights)
    assert all(bytes(ours.weights[name].data) == arrays[name].tobytes() for name in arrays)


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


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_fault(content: bytes) -> None:
    with pytest.raises(GraphFault):
        check_graph(content)


# ---------------------------------------------------------------- parity with a runtime

SIDES = st.integers(1, 3)


@st.composite
def networks(draw: Any) -> tuple[list[Any], list[Any]]:
    """Convolutions and pools of many windows, and what may stand between them."""
    nodes = [node("Reshape", ["flat", "picture"], ["v0"])]
    weights, channels = [constant("picture", [-1, 1, 28, 28])], 1
    for place in range(draw(st.integers(1, 4))):
        before, after, kernel = f"v{place}", f"v{place + 1}", [draw(SIDES), draw(SIDES)]
        window = {"strides": [draw(SIDES), draw(SIDES)], "dilations": [1, 1]}
        if draw(st.booleans()):
            window["pads"] = [draw(st.integers(0, size - 1)) for size in kernel * 2]
        elif draw(st.booleans()):
            window["auto_pad"] = "SAME_UPPER"
        kind = draw(st.sampled_from(["Conv", "MaxPool", "AveragePool", "Relu", "Slice"]))
        if kind == "Conv":
            wider = draw(SIDES)
            weights.append(constant(f"w{place}", np.ones((wider, channels, *kernel), "f4")))
            nodes.append(node("Conv", [before, f"w{place}"], [after], **window))
            channels = wider
        elif kind in ("MaxPool", "AveragePool"):
            window.pop("dilations")
            up = draw(st.integers(0, 1))
            nodes.append(node(kind, [before], [after], kernel_shape=kernel, ceil_mode=up, **window))
        elif kind == "Slice":
            bounds = [[draw(st.integers(-30, 30))] for _ in range(2)] + [[2], [1]]
            names = [f"{after}.{index}" for index in range(4)]
            weights += [constant(*pair) for pair in zip(names, bounds, strict=True)]
            nodes.append(node("Slice", [before, *names], [after]))
        else:
            nodes.append(node("Relu", [before], [after]))
    nodes.append(node("Flatten", [after], ["end"], axis=1))
    return nodes, weights


@settings(deadline=None, max_examples=60)
@given(networks())
def test_shapes_are_those_that_onnxruntime_computes(network: tuple[list[Any], list[Any]]) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    nodes, weights = network
    linear = node("Gemm", ["flat", "weight", "bias"], ["logits"])
    model = model_of([*nodes, linear], weights)
    try:
        values = follow(read_graph(model.SerializeToString()))
    except GraphFault:
        return
    names = [name for each in nodes for name in each.output]
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    for tiles in (1, 3):
        images = np.zeros((tiles, 28, 28), np.uint8)
        for name, said in zip(names, session.run(names, {"images": images}), strict=True):
            expected = [tiles if side == TILES else side for side in values[name].shape]
            assert list(said.shape) == expected, name
