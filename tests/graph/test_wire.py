"""Reading Protocol Buffers strictly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.graph import GraphFault, check_graph, wire

onnx = pytest.importorskip("onnx", reason="the graphs of these tests are made with it")

from graph_reading import refusal  # noqa: E402
from graphs import plain  # noqa: E402


def test_a_tensor_has_as_many_bytes_as_its_shape_says() -> None:
    for dims in ([1 << 40, 1 << 40], [784, 11], [-784, -10], [0], [1] * 9):
        model = plain()
        del model.graph.initializer[0].dims[:]
        model.graph.initializer[0].dims.extend(dims)
        assert "a tensor of" in refusal(model)


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


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_fault(content: bytes) -> None:
    with pytest.raises(GraphFault):
        check_graph(content)
