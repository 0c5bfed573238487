"""Reading of graphs that tests build."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from graphs import constant, node
from tenfold.graph import GraphFault, check_graph


def refusal(model: Any) -> str:
    with pytest.raises(GraphFault) as caught:
        check_graph(model.SerializeToString())
    return str(caught.value)


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
