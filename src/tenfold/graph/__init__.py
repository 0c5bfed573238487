"""What a model's graph may be: read strictly, and followed without a runtime."""

from tenfold.graph.graph_check import check_graph
from tenfold.graph.onnx_file import OPSET
from tenfold.graph.operators import OPERATORS
from tenfold.graph.wire import GraphFault

__all__ = ["OPERATORS", "OPSET", "GraphFault", "check_graph"]
