"""Which graphs may reach a runtime."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tenfold.classifier import READY_MADE, WEIGHTS
from tenfold.graph import OPERATORS, check_graph, graph_check
from tenfold.graph.graph_check import infer_shapes
from tenfold.graph.onnx_file import read_graph
from tenfold.graph.values import TILES

onnx = pytest.importorskip("onnx", reason="the graphs of these tests are made with it")

from onnx import helper  # noqa: E402

from graph_reading import refusal  # noqa: E402
from graphs import FLOAT, constant, model_of, node, plain  # noqa: E402


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
            used |= {node.op_type for node in onnx.load_from_string(content).graph.node}
    assert used <= set(OPERATORS)
    assert len(used) > 20


def test_shapes_are_followed_as_onnx_infers_them() -> None:
    for name in READY_MADE:
        content = (WEIGHTS / name / "model.onnx").read_bytes()
        values = infer_shapes(read_graph(content))
        inferred = onnx.shape_inference.infer_shapes(
            onnx.load_from_string(content), strict_mode=True, data_prop=True
        )
        for known in inferred.graph.value_info:
            sides = known.type.tensor_type.shape.dim
            expected = [TILES if side.dim_param else side.dim_value for side in sides]
            assert list(values[known.name].shape) == expected, known.name
        assert len(inferred.graph.value_info) > 30


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


def test_the_operators_are_counted() -> None:
    chain = [node("Relu", ["flat"], ["v0"])]
    chain += [node("Relu", [f"v{i}"], [f"v{i + 1}"]) for i in range(300)]
    assert "one after another" in refusal(plain([*chain, node("Relu", ["v300"], ["middle"])]))
    wide = [node("Relu", ["flat"], [f"v{i}"]) for i in range(graph_check.NODES_MAX)]
    assert "operators, at most" in refusal(plain([*wide, node("Relu", ["flat"], ["middle"])]))
