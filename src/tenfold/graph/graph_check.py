"""The check of a graph by shape inference, from the tiles to the outputs.

What holds afterwards, whoever wrote the graph: it reads nothing but the tiles and its weights; the
answer for a tile has the right shape and depends on no other tile; memory and work for a tile are
bounded. Values are not known beforehand: `classifier` checks those of each answer. A graph for
strips or pages is checked at several sizes (`contract.py`), and the runtime's answers again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from tenfold.graph.contract import TILE_CONTRACT, Contract, Size, are_declared, shapes_at
from tenfold.graph.onnx_file import Node, OnnxGraph, read_graph
from tenfold.graph.operators import Operator
from tenfold.graph.values import TILES, Value, constant_of, shown
from tenfold.graph.wire import GraphFault

# openvino compiles in time that grows with the square of the operators on one path (docs/LOG.md)
NODES_MAX = 4096  # an ensemble of 80 members
DEPTH_MAX = 256  # operators one after another; tenfold's networks have 30
NO_SIZE: Size = {}
WEIGHTS_MAX = 1 << 27  # numbers in all, those cast to float32 too: four times a file of 64 MB


def check_graph(content: bytes, contract: Contract = TILE_CONTRACT) -> None:
    """Raise GraphFault unless this is an ONNX file of a graph as tenfold writes them."""
    graph = read_graph(content)
    if len(graph.nodes) > NODES_MAX:
        raise GraphFault(f"{len(graph.nodes):,} operators, at most {NODES_MAX:,}")
    for declared, expected, ends in (
        (graph.inputs, contract.inputs, "inputs"),
        (graph.outputs, contract.outputs, "outputs"),
    ):
        if not are_declared(declared, expected):
            raise GraphFault(f"{ends} other than {', '.join(expected)}")
    for size in contract.sizes:
        _check_at(graph, contract, size)


def _check_at(graph: OnnxGraph, contract: Contract, size: Size) -> None:
    """Raise GraphFault unless the graph gives what it should where its free sides are `size`."""
    values = infer_shapes(graph, contract, size)
    for name, (kind, shape) in shapes_at(contract.outputs, size).items():
        value = values.get(name)
        if value is None or (value.type, value.shape) != (kind, shape):
            found = "nothing" if value is None else f"type {value.type}, {shown(value.shape)}"
            raise GraphFault(f"computes {name} as {found}, expected {shown(shape)}")
    _check_memory(graph, values, contract.numbers_max)


def infer_shapes(
    graph: OnnxGraph, contract: Contract = TILE_CONTRACT, size: Size = NO_SIZE
) -> dict[str, Value]:
    """Infer type and shape of all values of a graph. Raises GraphFault."""
    inputs = shapes_at(contract.inputs, size)
    values = {name: Value(shape, kind) for name, (kind, shape) in inputs.items()}
    for name, tensor in graph.weights.items():
        _define(values, name, constant_of(tensor))
    work = 0
    for place, node in enumerate(graph.nodes):
        try:
            work += _infer_shape(node, values, contract.operators)
            if work > contract.multiply_adds_max:
                raise GraphFault(f"more than {contract.multiply_adds_max:,} multiply-adds a tile")
        except GraphFault as fault:
            raise GraphFault(f"operator {place} ({node.op[:40]!r}): {fault}") from None
    return values


def _define(values: dict[str, Value], name: str, value: Value) -> None:
    if not name or name in values:
        raise GraphFault(f"the name {name[:60]!r} twice, or no name")
    values[name] = value


def _infer_shape(node: Node, values: dict[str, Value], operators: Mapping[str, Operator]) -> int:
    """Add the output of an operator to `values`, and count its multiply-adds for a tile."""
    if (operator := operators.get(node.op)) is None:
        raise GraphFault("not among the operators of tenfold")
    if len(node.inputs) not in operator.inputs or len(node.outputs) != 1:
        raise GraphFault(f"{len(node.inputs)} inputs and {len(node.outputs)} outputs")
    for name, value in node.attributes.items():
        if not isinstance(value, operator.attributes.get(name, ())):
            raise GraphFault(f"the attribute {name[:60]!r}")
    if missing := [name for name in node.inputs if name not in values]:
        raise GraphFault(f"the input {missing[0][:60]!r}, which nothing before it gives")
    inputs = [values[name] for name in node.inputs]
    out = operator.rule(inputs, node.attributes)
    depth = 1 + max((value.depth for value in inputs), default=0)
    if depth > DEPTH_MAX:
        raise GraphFault(f"more than {DEPTH_MAX} operators one after another")
    if any(side < 1 for side in out.shape if side != TILES):
        raise GraphFault(f"gives the empty shape {shown(out.shape)}")
    _define(values, node.outputs[0], Value(out.shape, out.type, out.constant, out.numbers, depth))
    return 0 if out.constant else max(out.size * _taps(node, inputs), *(v.size for v in inputs))


def _taps(node: Node, inputs: Sequence[Value]) -> int:
    """Count the multiply-adds for each number of the output."""
    if node.op == "Conv":
        return math.prod(inputs[1].shape[1:])
    if node.op == "Gemm":
        return inputs[0].size
    return math.prod(node.attributes.get("kernel_shape", ()))  # type: ignore[arg-type]


def _check_memory(graph: OnnxGraph, values: dict[str, Value], numbers_max: int) -> None:
    """Raise GraphFault where the weights, or the values of a tile held at once, are too many.

    A value is held from its operator to the last one that takes it.
    """
    if sum(value.size for value in values.values() if value.constant) > WEIGHTS_MAX:
        raise GraphFault(f"more than {WEIGHTS_MAX:,} weights")
    last = {name: place for place, node in enumerate(graph.nodes) for name in node.inputs}
    held = held_max = 0
    for place, node in enumerate(graph.nodes):
        held += _needed(values, node.outputs)
        held_max = max(held_max, held)
        ended = {name for name in (*node.inputs, *node.outputs) if last.get(name, place) == place}
        held -= _needed(values, ended - set(graph.inputs))
    if held_max > numbers_max:
        raise GraphFault(f"holds {held_max:,} numbers a tile at one time, at most {numbers_max:,}")


def _needed(values: dict[str, Value], names: Iterable[str]) -> int:
    return sum(values[name].size for name in names if not values[name].constant)
