"""Checks of a model's graph before any runtime sees it.

In: the bytes of an ONNX file.
Out: nothing, or a `GraphFault` that names the fault; `OPERATORS` lists the operators allowed.
"""

from tenfold.graph.graph_check import check_graph
from tenfold.graph.onnx_file import OPSET
from tenfold.graph.operators import OPERATORS
from tenfold.graph.wire import GraphFault

__all__ = ["OPERATORS", "OPSET", "GraphFault", "check_graph"]
