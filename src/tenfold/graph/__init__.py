"""Checks of a model's graph before any runtime sees it.

In: the bytes of an ONNX file, and the contract of its inputs and outputs.
Out: nothing, or a `GraphFault` that names the fault; `OPERATORS` lists the operators allowed.
"""

from tenfold.graph.contract import (
    LOCATOR_CONTRACT,
    STRIP_CONTRACT,
    TILE_CONTRACT,
    UPRIGHT_CONTRACT,
    Contract,
)
from tenfold.graph.graph_check import check_graph
from tenfold.graph.onnx_file import OPSET
from tenfold.graph.operators import OPERATORS
from tenfold.graph.wire import GraphFault

__all__ = [
    "LOCATOR_CONTRACT",
    "OPERATORS",
    "OPSET",
    "STRIP_CONTRACT",
    "TILE_CONTRACT",
    "UPRIGHT_CONTRACT",
    "Contract",
    "GraphFault",
    "check_graph",
]
