"""The part of ONNX that tenfold writes, as a strict schema of its fields, and what is read by it.

Numbers and names of the fields are those of onnx.proto (github.com/onnx/onnx). No message contains
itself, so nesting is bounded: subgraphs, functions and training graphs have no place here. Nor has
data outside the file, metadata, and any number that is not stored as raw bytes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenfold.graph.wire import Decoder, Field, GraphFault, Message

OPSET = 17  # the version of the operators; what `training.networks.to_onnx` writes
IR_VERSIONS = (8, 9, 10)  # 8 belongs to opset 17; the next two only add fields, refused here

FLOAT, UINT8, INT64, FLOAT16 = 1, 2, 7, 10  # TensorProto.DataType
BYTES = {FLOAT: 4, UINT8: 1, INT64: 8, FLOAT16: 2}
RANK_MAX = 8

EXTERNAL = "external data, outside the file"
TENSOR: Message = {
    1: Field("dims", "int", repeated=True),
    2: Field("data_type", "int"),
    8: Field("name", "text"),
    9: Field("raw_data", "bytes"),
    13: Field(EXTERNAL, "refused"),  # external_data
    14: Field(EXTERNAL, "refused"),  # data_location
}
ATTRIBUTE: Message = {
    1: Field("name", "text"),
    2: Field("f", "float"),
    3: Field("i", "int"),
    4: Field("s", "text"),
    5: Field("t", TENSOR),
    6: Field("a subgraph", "refused"),
    8: Field("ints", "int", repeated=True),
    11: Field("a subgraph", "refused"),
    20: Field("type", "int"),
    22: Field("a sparse tensor", "refused"),
    23: Field("a sparse tensor", "refused"),
}
ATTRIBUTE_KINDS = {1: "f", 2: "i", 3: "s", 4: "t", 7: "ints"}  # AttributeProto.AttributeType
NODE: Message = {
    1: Field("input", "text", repeated=True),
    2: Field("output", "text", repeated=True),
    3: Field("name", "text"),
    4: Field("op_type", "text"),
    5: Field("attribute", ATTRIBUTE, repeated=True),
    7: Field("domain", "text"),
    9: Field("metadata", "refused"),
}
DIMENSION: Message = {1: Field("dim_value", "int"), 2: Field("dim_param", "text")}
SHAPE: Message = {1: Field("dim", DIMENSION, repeated=True)}
TENSOR_TYPE: Message = {1: Field("elem_type", "int"), 2: Field("shape", SHAPE)}
END: Message = {1: Field("name", "text"), 2: Field("type", {1: Field("tensor_type", TENSOR_TYPE)})}
GRAPH: Message = {
    1: Field("node", NODE, repeated=True),
    2: Field("name", "text"),
    5: Field("initializer", TENSOR, repeated=True),
    11: Field("input", END, repeated=True),
    12: Field("output", END, repeated=True),
    15: Field("a sparse tensor", "refused"),
    16: Field("metadata", "refused"),
}
OPSET_IMPORT: Message = {1: Field("domain", "text"), 2: Field("version", "int")}
MODEL: Message = {
    1: Field("ir_version", "int"),
    2: Field("producer_name", "text"),
    3: Field("producer_version", "text"),
    7: Field("graph", GRAPH),
    8: Field("opset_import", OPSET_IMPORT, repeated=True),
    14: Field("metadata", "refused"),  # onnxruntime can take its settings from there
    20: Field("a training graph", "refused"),
    25: Field("a function", "refused"),
}


@dataclass(frozen=True)
class Tensor:
    """A stored array: shape, TensorProto.DataType, and its little-endian bytes."""

    shape: tuple[int, ...]
    type: int
    data: memoryview


Attribute = float | int | str | Tensor | tuple[int, ...]


@dataclass(frozen=True)
class Node:
    """An operator with the names of its inputs and outputs."""

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True)
class ValueInfo:
    """An input or output as it is declared; a free side of `shape` is its name."""

    type: int
    shape: tuple[int | str, ...]


@dataclass(frozen=True)
class OnnxGraph:
    """A graph: declared inputs and outputs, weights by name, operators in their order."""

    inputs: Mapping[str, ValueInfo]
    outputs: Mapping[str, ValueInfo]
    weights: Mapping[str, Tensor]
    nodes: tuple[Node, ...]


def read_graph(content: bytes) -> OnnxGraph:
    """Read the graph of an ONNX file. Raises GraphFault for all that no tenfold model holds."""
    model = Decoder().decode(memoryview(content), MODEL)
    opsets = [(opset.get("domain", ""), opset.get("version", 0)) for opset in model["opset_import"]]
    if opsets != [("", OPSET)]:
        raise GraphFault(
            f"operators of {opsets[:4]!r:.200}, expected version {OPSET} of ONNX's own"
        )
    if model.get("ir_version") not in IR_VERSIONS:
        raise GraphFault(f"version {model.get('ir_version')} of the file format")
    if "graph" not in model:
        raise GraphFault("no graph")
    graph = model["graph"]
    return OnnxGraph(
        _by_name("input", [(end.get("name", ""), _end(end)) for end in graph["input"]]),
        _by_name("output", [(end.get("name", ""), _end(end)) for end in graph["output"]]),
        _by_name(
            "weight", [(weight.get("name", ""), _tensor(weight)) for weight in graph["initializer"]]
        ),
        tuple(map(_node, graph["node"])),
    )


def _by_name(kind: str, named: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(named)) < len(named) or "" in found:
        raise GraphFault(f"among the {kind}s no name, or the same name twice")
    return found


def _end(end: dict[str, Any]) -> ValueInfo:
    declared = end.get("type", {}).get("tensor_type", {})
    sides = declared.get("shape", {}).get("dim", [])
    shape = tuple(side.get("dim_value", side.get("dim_param", "")) for side in sides)
    return ValueInfo(declared.get("elem_type", 0), shape)


def _tensor(tensor: dict[str, Any]) -> Tensor:
    shape, kind = tuple(tensor["dims"]), tensor.get("data_type", 0)
    data = tensor.get("raw_data", memoryview(b""))
    if kind not in BYTES or len(shape) > RANK_MAX or any(side < 1 for side in shape):
        raise GraphFault(f"a tensor of type {kind} and shape {list(shape)[: RANK_MAX + 1]}")
    if math.prod(shape) * BYTES[kind] != len(data):
        raise GraphFault(f"a tensor of shape {list(shape)} with {len(data):,} bytes of numbers")
    return Tensor(shape, kind, data)


def _node(node: dict[str, Any]) -> Node:
    op, name = node.get("op_type", ""), node.get("name", "")
    if node.get("domain", ""):
        raise GraphFault(f"the operator {op!r:.60} of {node['domain']!r:.60}, not of ONNX")
    attributes = _by_name(
        "attribute", [(a.get("name", ""), _attribute(a)) for a in node["attribute"]]
    )
    return Node(op, name, tuple(node["input"]), tuple(node["output"]), attributes)


def _attribute(attribute: dict[str, Any]) -> Attribute:
    kind = ATTRIBUTE_KINDS.get(attribute.get("type", 0), "")
    held = {key for key, value in attribute.items() if value != []} - {"name", "type"}
    if not held <= {kind} or (not held and kind != "ints"):
        raise GraphFault(f"the attribute {attribute.get('name', '')!r:.60} is of no single type")
    value = attribute[kind]
    if kind == "t":
        return _tensor(value)
    return tuple(value) if kind == "ints" else value
