"""Broken, slow and pipelined requests on raw connections, under small limits."""

from __future__ import annotations

import contextlib
import json
import re
import select
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from hostile import TILE, images
from served import TOKEN, Server, serving
from tenfold.serving.gate.portions import EVENTS

CHUNKED = (
    b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n"
)


def chunked(body: bytes, size: int, trailers: bytes = b"") -> bytes:
    parts = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n" + trailers


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 20_000, b" 431 "),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 3_000, b" 431 "),
        (b"GET / HTTP/1.1\r\nHost", b" 408 "),
        (b"nonsense\r\n\r\n", b" 400 "),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n", b" 400 "),
        (b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
         b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b" 4"),
        (b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
         b"Content-Length: 5000\r\n\r\nabc", b" 408 "),
    ],
    ids=["long", "many", "slow", "nonsense", "negative", "chunks", "truncated"],
)  # fmt: skip
def test_broken_and_slow_requests_are_ended(limited: Server, head: bytes, status: bytes):
    received = limited.raw(head)
    assert status in received[:20]
    assert set(json.loads(received.partition(b"\r\n\r\n")[2])) == {"error", "hint"}


@pytest.mark.parametrize(
    "sent",
    [
        chunked(b"{}", 2, b"X: y\r\n" * 20_000),
        chunked(b"{}", 2, b"X: " + b"y" * 100_000),
        chunked(images([TILE] * 20), 1),
        b"2;" + b"x" * 100_000,
    ],
    ids=["many trailers", "a long trailer", "small chunks", "a long extension"],
)
def test_what_frames_a_body_is_bounded(limited: Server, sent: bytes):
    assert b" 431 " in limited.raw(CHUNKED + b"\r\n" + sent)[:20]


def test_a_body_in_usual_chunks_is_read(limited: Server):
    sent = chunked(images([TILE] * 20), 100, b"X: y\r\n")
    assert b" 200 " in limited.raw(CHUNKED + b"Connection: close\r\n\r\n" + sent + b"\r\n")[:20]


def test_a_body_in_small_chunks_is_read_in_several_turns(limited: Server):
    sent = CHUNKED + b"\r\n" + chunked(images([TILE]), 4) + b"\r\n"
    assert sent.count(b"4\r\n") > 3 * EVENTS
    with socket.create_connection(limited.address, timeout=60) as line:
        line.sendall(sent * 2)
        line.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: line.recv(65536), b""))
    assert received.count(b"HTTP/1.1 200 OK") == 2


def test_small_chunks_behind_a_refusal_end_with_the_connection(limited: Server):
    """They are read in turns, and the time for them is not given anew each turn."""
    foreign = CHUNKED + b"Origin: http://evil.example\r\n\r\n"
    with socket.create_connection(limited.address, timeout=60) as line:
        line.sendall(foreign)

        def send_for_a_minute() -> None:  # the connection ends in seconds
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                line.sendall(b"1\r\n0\r\n" * 100_000)

        with pytest.raises(ConnectionError):
            send_for_a_minute()


def test_trailers_are_no_headers(limited: Server, guarded: Server):
    elsewhere = CHUNKED.replace(b"localhost", b"evil.example")
    sent = chunked(b"{}", 2, b"Host: localhost\r\nConnection: close\r\n\r\n")
    assert b" 421 " in limited.raw(elsewhere + b"Connection: close\r\n\r\n" + sent)[:20]
    sent = chunked(b"{}", 2, b"Authorization: Bearer %b\r\n\r\n" % TOKEN.encode())
    assert b" 401 " in guarded.raw(CHUNKED + b"Connection: close\r\n\r\n" + sent)[:20]


def test_unread_answers_end_their_connection_alone(limited: Server):
    """However many requests were sent on it."""
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(limited.address)) for _ in range(8)]
        for line in lines:
            line.settimeout(0.2)
            with contextlib.suppress(TimeoutError):  # it is not read on either
                line.sendall(b"GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1_400)
        for _ in range(20):
            assert limited.post("/predict", {"images": [TILE]}).status == 200
        for line in lines:
            cut = select.poll()
            cut.register(line, 0)
            assert cut.poll(60_000), "the connection was not cut"
    docs = [event for event in limited.events() if event.get("path") == "/docs"]
    assert len(docs) < 8 * 100  # what fits into the buffers of the system
    assert limited.get("/v2/health/live").status == 200


def test_pipelined_requests_are_answered_in_turn(limited: Server):
    paths = [b"/docs", b"/settings", b"/nothing", b"/v2"] * 5
    asked = b"".join(b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path for path in paths)
    received = limited.raw(
        asked + b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    statuses = re.findall(rb"HTTP/1.1 (\d+)", received)
    assert statuses == [b"200", b"200", b"404", b"200"] * 5 + [b"200"]


def test_a_head_behind_another_request_is_bounded_too(limited: Server):
    first = b"GET /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    received = limited.raw(first + first[:-2] + b"X: y\r\n" * 3_000 + b"\r\n")
    assert re.findall(rb"HTTP/1.1 (\d+)", received) == [b"200", b"431"]


def test_the_bound_of_a_head_is_exact(limited: Server):
    """LIMITS has 8 KiB; h11 by itself would let in what is whole when it is looked at."""
    start, end = b"GET /v2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: ", b"\r\n\r\n"
    left = (8 << 10) - len(start + end)
    for more, status in ((0, b"200"), (1, b"431")):
        received = limited.raw(start + b"x" * (left + more) + end)
        assert re.findall(rb"HTTP/1.1 (\d+)", received) == [status]


def test_nothing_is_read_behind_a_body_of_two_lengths(limited: Server):
    """A proxy that goes by the other length would take its rest for another client's answer."""
    hidden = b"0\r\n\r\nGET /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    received = limited.raw(CHUNKED + b"Content-Length: %d\r\n\r\n" % len(hidden) + hidden)
    assert re.findall(rb"HTTP/1.1 (\d+)", received) == [b"400"]
    assert b"both Content-Length and Transfer-Encoding" in received


def test_a_sender_that_half_closes_is_answered(limited: Server):
    body = images([TILE])
    head = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    whole = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    for asked, answers in ((whole, 1), (whole * 2, 2), (whole[:-1], 0), (whole + whole[:-1], 1)):
        with socket.create_connection(limited.address, timeout=60) as line:
            line.sendall(asked)
            line.shutdown(socket.SHUT_WR)
            received = b"".join(iter(lambda line=line: line.recv(65536), b""))
        assert received.count(b"HTTP/1.1 200 OK") == answers


def test_what_is_not_done_when_the_time_to_stop_is_over_is_refused_and_logged(tmp_path: Path):
    with serving(tmp_path, "--stop-seconds", "1") as server:
        with socket.create_connection(server.address, timeout=60) as line:
            line.sendall(b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
                         b"Content-Length: 5000\r\nExpect: 100-continue\r\n\r\n")  # fmt: skip
            assert b" 100 " in line.recv(65536)  # it is worked on
            assert server.stop() == 0
            received = b"".join(iter(lambda: line.recv(65536), b""))
        head, _, body = received.partition(b"\r\n\r\n")
        assert b" 503 " in head[:20]
        assert set(json.loads(body)) == {"error", "hint"}
        assert server.event(event="request", path="/predict")["status"] == 503
        assert "Traceback" not in server.log.read_text()


def test_a_client_that_takes_no_answers_is_cut_before_the_time_to_stop_is_over(tmp_path: Path):
    with serving(tmp_path, "--stop-seconds", "2", "--quiet") as server:
        with socket.create_connection(server.address, timeout=60) as line:
            line.settimeout(0.2)
            with contextlib.suppress(TimeoutError):
                line.sendall(b"GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1_400)
            assert server.stop() == 0
        assert not server.events(), "nothing is wrong with the server"


def test_a_client_that_leaves_in_the_middle_is_dropped(limited: Server):
    head = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n"
    limited.raw(head, b"abc", close=True)
    assert limited.get("/v2/health/live").status == 200


def test_connections_are_counted(limited: Server):
    with ExitStack() as lines:
        for _ in range(40):
            lines.enter_context(socket.create_connection(limited.address))
        received = limited.raw(b"")
    assert received.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 1" in received


def test_a_client_that_still_sends_gets_its_answer(server: Server):
    """Without lingering the system would reset the connection under what the client sends."""
    body = bytes(4 << 20)  # more than the system buffers, so that sending it takes a reader
    head = (
        b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
        b"Connection: close\r\nOrigin: http://elsewhere\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    with socket.create_connection(server.address, timeout=60) as line:
        line.sendall(head)
        select.select([line], [], [])  # answered
        line.sendall(body)
        received = b"".join(iter(lambda: line.recv(65536), b""))
    assert b" 403 " in received[:20]
    assert set(json.loads(received.partition(b"\r\n\r\n")[2])) == {"error", "hint"}
