"""Lowering of ONNX graphs to the steps of static/network.js, for one tile at a time.

Shapes are followed and constants folded here, so that the page knows a dozen operations and no
shapes but those of convolution and pooling. Each operator that a tenfold network can have is
supported; another is refused by name.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from tenfold.digits import CLASSES, SIDE
from tenfold.errors import ModelError
from tenfold.exporting.network import Array, Network, Unsupported, Value
from tenfold.exporting.operators import OPERATORS
from tenfold.model_folder import ModelFolder

HINT = "serve it instead: tenfold serve --model ..."


def lower_to_network(model: ModelFolder) -> Network:
    """Lower the graph of a model. Raises ModelError for a graph that the page cannot run."""
    name = f"{model.path}: model.onnx"
    try:
        graph = onnx.load_from_string(model.graph).graph
        return _lowered(graph)
    except Unsupported as problem:
        raise ModelError(f"{name}: the page has no way to run {problem}", hint=HINT) from None
    except Exception as problem:  # protobuf's, numpy's and our own lookups share no base class
        raise ModelError(f"{name}: broken graph: {problem!r}", hint=HINT) from problem


def _lowered(graph: onnx.GraphProto) -> Network:
    network = Network()
    known: dict[str, Value | Array] = {"images": network.value((1, SIDE, SIDE))}
    known |= {weight.name: numpy_helper.to_array(weight) for weight in graph.initializer}
    for node in graph.node:
        inputs = [known[name] if name else None for name in node.input]
        attributes = {attribute.name: _attribute(attribute) for attribute in node.attribute}
        if node.op_type not in OPERATORS or len(node.output) != 1:
            raise Unsupported(f"the operator {node.op_type}")
        known[node.output[0]] = OPERATORS[node.op_type](network, inputs, attributes)
    for name, shape in (("probabilities", (1, CLASSES)), ("is_digit", (1,))):
        value = known[name]
        if not isinstance(value, Value):
            value = network.step("constant", [], np.shape(value), (np.asarray(value),))
        if value.shape != shape:
            raise Unsupported(f"an output {name} of shape {list(value.shape)}")
        network.outputs.append(value.place)
    return network


def _attribute(attribute: onnx.AttributeProto) -> Any:
    value = onnx.helper.get_attribute_value(attribute)
    return numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else value
