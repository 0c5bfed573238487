from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

import h11

from tenfold.serving.gate.portions import EVENTS, READ_BYTES, Portions, TurnConnection, TurnFlow


def test_a_turn_is_over_after_some_events_and_the_next_continues():
    connection = TurnConnection(32768)
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    connection.receive_data(head + b"1\r\n7\r\n" * 1_000 + b"0\r\n\r\n")
    turns: list[int] = []
    body = b""
    while connection.their_state is not h11.DONE:
        connection.begin_turn()
        turns.append(0)
        while (event := connection.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            turns[-1] += 1
            body += getattr(event, "data", b"")
    assert body == b"7" * 1_000
    assert max(turns) == EVENTS
    assert sum(turns) == 1_002  # with head and end
    assert not connection.turn_over


def test_a_connection_that_needs_data_does_not_wait_for_a_turn():
    connection = TurnConnection(32768)
    connection.receive_data(b"GET / HTTP/1.1\r\n")
    assert connection.next_event() is h11.NEED_DATA
    assert not connection.turn_over


def test_what_comes_is_handed_on_in_portions_that_stay_as_they_are():
    class Kept(asyncio.Protocol):
        def __init__(self) -> None:
            self.received: list[bytes] = []

        def data_received(self, data: bytes) -> None:
            self.received.append(data)

    first, second = Kept(), Kept()
    for protocol, content in ((first, b"abc"), (second, b"de")):
        portions = Portions(protocol)
        buffer = portions.get_buffer(-1)
        assert len(buffer) == READ_BYTES
        buffer[: len(content)] = content
        portions.buffer_updated(len(content))
    assert (first.received, second.received) == ([b"abc"], [b"de"])


def test_a_held_connection_is_not_read():
    class Line(asyncio.Transport):
        reads = True

        def pause_reading(self) -> None:
            self.reads = False

        def resume_reading(self) -> None:
            self.reads = True

    async def held_and_released() -> None:
        line = Line()
        flow = TurnFlow(line)
        flow.hold()
        flow.resume_reading()  # as the application asks for more of the body
        assert not line.reads
        flow.release()
        assert line.reads

    asyncio.run(held_and_released())
