"""Hostile, broken and too many requests: each gets the right refusal, and the server goes on."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import select
import signal
import socket
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from hostile import CASES, INFER, LIMITS, TILE, J, P, images, infer
from served import Answer, Server, png_of, serving
from tenfold.serving.portions import EVENTS

TOKEN = "sesame"

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("limited")
    with serving(
        folder, *LIMITS, "--connections-max", "40", "--keep", str(folder / "kept")
    ) as running:
        yield running
        assert not [event for event in running.events() if event["level"] in ("error", "critical")]
    lines = [line for line in running.log.read_text().splitlines() if not line.startswith("{")]
    assert [line.partition(" ")[0] for line in lines] == ["serving", "stopped"]  # not of the log


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory):
    with serving(tmp_path_factory.mktemp("guarded"), TENFOLD_TOKEN=TOKEN) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "kind", "body", "status"),
    CASES,
    ids=lambda value: None if isinstance(value, bytes) else str(value).partition(";")[0],
)
def test_what_is_wrong_is_refused(server: Server, path: str, kind: str, body: bytes, status: int):
    answer = server.post(path, body, kind)
    assert answer.status == status, answer.body[:300]
    assert set(answer.json) == {"error", "hint"}
    assert "Traceback" not in answer.body.decode()
    assert ".py" not in answer.body.decode()


@pytest.mark.parametrize("length", ["-1", "9999999999", "many", "1e3"])
def test_a_wrong_header_length_is_refused(server: Server, length: str):
    answer = server.post(INFER, infer(), J, Inference_Header_Content_Length=length)
    assert answer.status == 400


def test_a_compressed_body_is_refused_unread(server: Server):
    answer = server.post("/predict", images([TILE]), J, Content_Encoding="gzip")
    assert (answer.status, "compressed" in answer.json["error"]) == (415, True)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "BREW"])
def test_other_methods_are_refused_with_the_ones_that_work(server: Server, method: str):
    answer = server.ask(method, "/predict")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


def test_an_unknown_path_says_where_the_list_is(server: Server):
    answer = server.get("/../../etc/passwd")
    assert (answer.status, answer.json["hint"]) == (404, "/docs lists what there is")


def test_an_announced_length_that_is_too_large_is_refused_unread(server: Server):
    head = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
    assert b" 413 " in server.raw(head + b"Content-Length: 999999999999\r\n\r\n")[:20]


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
def test_broken_and_slow_requests_are_ended(server: Server, head: bytes, status: bytes):
    received = server.raw(head)
    assert status in received[:20]
    assert set(json.loads(received.partition(b"\r\n\r\n")[2])) == {"error", "hint"}


CHUNKED = (
    b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n"
)


def chunked(body: bytes, size: int, trailers: bytes = b"") -> bytes:
    parts = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n" + trailers


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
def test_what_frames_a_body_is_bounded(server: Server, sent: bytes):
    assert b" 431 " in server.raw(CHUNKED + b"\r\n" + sent)[:20]


def test_a_body_in_usual_chunks_is_read(server: Server):
    sent = chunked(images([TILE] * 20), 100, b"X: y\r\n")
    assert b" 200 " in server.raw(CHUNKED + b"Connection: close\r\n\r\n" + sent + b"\r\n")[:20]


def test_a_body_in_small_chunks_is_read_in_several_turns(server: Server):
    sent = CHUNKED + b"\r\n" + chunked(images([TILE]), 4) + b"\r\n"
    assert sent.count(b"4\r\n") > 3 * EVENTS
    with socket.create_connection(server.address, timeout=60) as line:
        line.sendall(sent * 2)
        line.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: line.recv(65536), b""))
    assert received.count(b"HTTP/1.1 200 OK") == 2


def test_small_chunks_behind_a_refusal_end_with_the_connection(server: Server):
    """They are read in turns, and the time for them is not given anew each turn."""
    foreign = CHUNKED + b"Origin: http://evil.example\r\n\r\n"
    with socket.create_connection(server.address, timeout=60) as line:
        line.sendall(foreign)
        with pytest.raises(ConnectionError):
            line.sendall(b"1\r\n0\r\n" * 5_000_000)


def test_trailers_are_no_headers(server: Server, guarded: Server):
    elsewhere = CHUNKED.replace(b"localhost", b"evil.example")
    sent = chunked(b"{}", 2, b"Host: localhost\r\nConnection: close\r\n\r\n")
    assert b" 421 " in server.raw(elsewhere + b"Connection: close\r\n\r\n" + sent)[:20]
    sent = chunked(b"{}", 2, b"Authorization: Bearer %b\r\n\r\n" % TOKEN.encode())
    assert b" 401 " in guarded.raw(CHUNKED + b"Connection: close\r\n\r\n" + sent)[:20]


def test_answers_that_nobody_reads_end_their_connection_alone(server: Server):
    """However many requests were sent on it."""
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(server.address)) for _ in range(8)]
        for line in lines:
            line.settimeout(0.2)
            with contextlib.suppress(TimeoutError):  # it is not read on either
                line.sendall(b"GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1_400)
        for _ in range(20):
            assert server.post("/predict", {"images": [TILE]}).status == 200
        for line in lines:
            cut = select.poll()
            cut.register(line, 0)
            assert cut.poll(60_000), "the connection was not cut"
    docs = [event for event in server.events() if event.get("path") == "/docs"]
    assert len(docs) < 8 * 100  # what fits into the buffers of the system
    assert server.get("/v2/health/live").status == 200


def test_pipelined_requests_are_answered_in_turn(server: Server):
    paths = [b"/docs", b"/settings", b"/nothing", b"/v2"] * 5
    asked = b"".join(b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path for path in paths)
    received = server.raw(asked + b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    statuses = re.findall(rb"HTTP/1.1 (\d+)", received)
    assert statuses == [b"200", b"200", b"404", b"200"] * 5 + [b"200"]


def test_a_head_behind_another_request_is_bounded_too(server: Server):
    first = b"GET /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    received = server.raw(first + first[:-2] + b"X: y\r\n" * 3_000 + b"\r\n")
    assert re.findall(rb"HTTP/1.1 (\d+)", received) == [b"200", b"431"]


def test_a_sender_that_half_closes_is_answered(server: Server):
    body = images([TILE])
    head = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    whole = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    for asked, answers in ((whole, 1), (whole * 2, 2), (whole[:-1], 0), (whole + whole[:-1], 1)):
        with socket.create_connection(server.address, timeout=60) as line:
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


def test_who_takes_no_answers_is_cut_before_the_time_to_stop_is_over(tmp_path: Path):
    with serving(tmp_path, "--stop-seconds", "2", "--quiet") as server:
        with socket.create_connection(server.address, timeout=60) as line:
            line.settimeout(0.2)
            with contextlib.suppress(TimeoutError):
                line.sendall(b"GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1_400)
            assert server.stop() == 0
        assert not server.events(), "nothing is wrong with the server"


def test_who_goes_away_in_the_middle_is_forgotten(server: Server):
    head = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n"
    server.raw(head, b"abc", close=True)
    assert server.get("/v2/health/live").status == 200


def test_connections_are_counted(server: Server):
    with ExitStack() as lines:
        for _ in range(40):
            lines.enter_context(socket.create_connection(server.address))
        received = server.raw(b"")
    assert received.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 1" in received


def test_only_names_of_this_machine_are_answered(server: Server):
    port = server.address[1]
    for name in (f"localhost:{port}", "127.0.0.1", "[::1]:80"):
        assert server.get("/settings", Host=name).status == 200
    for name in ("evil.example", f"evil.example:{port}", "localhost.evil.example"):
        assert server.get("/settings", Host=name).status == 421


def test_pages_of_other_sites_may_not_ask(server: Server):
    tiles = {"images": [TILE]}
    assert server.post("/predict", tiles, Origin="http://evil.example").status == 403
    assert server.post("/predict", tiles, Origin="null").status == 403
    assert server.post("/predict", tiles, Origin="http://[").status == 403
    assert server.post("/predict", tiles, Sec_Fetch_Site="cross-site").status == 403
    assert server.post("/predict", tiles, Origin=server.url).status == 200


def test_a_token_is_asked_for(guarded: Server):
    for path in ("/predict", INFER, "/metrics"):
        for given in ({}, {"Authorization": "Bearer no"}, {"Authorization": TOKEN},
                      {"Authorization": "Bearer sésame"}):  # fmt: skip
            answer = guarded.ask("POST" if path != "/metrics" else "GET", path, **given)
            assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert guarded.get("/metrics", Authorization=f"Bearer {TOKEN}").status == 200
    for path in ("/", "/page.js", "/docs", "/v2/health/live", "/settings"):
        assert guarded.get(path).status == 200
    assert TOKEN not in guarded.log.read_text()


def test_a_full_server_refuses_at_once(tmp_path: Path):
    with serving(tmp_path, "--requests-max", "1") as server:
        statuses: list[tuple[int, str | None]] = []

        def ask() -> None:
            answer = server.post("/predict", {"images": [TILE] * 300})
            statuses.append((answer.status, answer.headers["Retry-After"]))

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(statuses) == {(200, None), (503, "1")}
        assert server.post("/predict", {"images": [TILE]}).status == 200


def photo() -> bytes:
    """A picture of paper with three rows of digits, that takes a core some 0.3 seconds."""
    grain = np.random.default_rng(0).normal(200, 5, (1200, 1600))
    picture = Image.fromarray(grain.clip(0, 255).astype(np.uint8))
    for row in range(3):
        ImageDraw.Draw(picture).text((160, 100 + 350 * row), "314159", fill=50, font_size=200)
    return png_of(picture)


def test_photos_that_would_wait_too_long_are_refused_and_tiles_are_answered(tmp_path: Path):
    body = photo()
    answers: list[Answer] = []
    with serving(tmp_path, "--answer-seconds", "4", "--quiet") as server:
        threads = [
            threading.Thread(target=lambda: answers.append(server.post("/predict", body, P)))
            for _ in range(60)
        ]
        for thread in threads:
            thread.start()
        tiles = [server.post("/predict", {"images": [TILE]}).status for _ in range(10)]
        for thread in threads:
            thread.join()
        again = server.post("/predict", body, P).status
    assert {answer.status for answer in answers} == {200, 503}
    refused = [answer for answer in answers if answer.status == 503]
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
    assert any("cannot be expected" in answer.json["error"] for answer in refused)
    assert set(tiles) == {200}
    assert again == 200


def test_who_was_refused_may_ask_again_on_the_same_connection(tmp_path: Path):
    body = json.dumps({"images": [TILE] * 300})
    seen: list[list[int]] = []

    def ask_until_answered_after_a_refusal() -> None:
        line = http.client.HTTPConnection(*server.address, timeout=60)
        statuses: list[int] = []
        while 503 not in statuses or statuses[-1] != 200:
            line.request("POST", "/predict", body, {"Content-Type": J})
            response = line.getresponse()
            response.read()
            assert not response.will_close
            statuses.append(response.status)
        line.close()
        seen.append(statuses)

    with serving(tmp_path, "--requests-max", "1", "--quiet") as server:
        threads = [threading.Thread(target=ask_until_answered_after_a_refusal) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        metrics = server.get("/metrics").body.decode()
    assert len(seen) == 8
    refused = sum(statuses.count(503) for statuses in seen)
    assert f'tenfold_requests_total{{route="/predict",status="503"}} {refused:.1f}' in metrics


class Load:
    """Clients that ask on one connection after another, and what became of their requests."""

    def __init__(self, server: Server, clients: int = 8) -> None:
        self.answered = 0
        self.lost: list[str] = []
        self._server = server
        self._threads = [threading.Thread(target=self._ask) for _ in range(clients)]
        for thread in self._threads:
            thread.start()

    def wait_for(self, more: int) -> None:
        wanted = self.answered + more
        while self.answered < wanted:
            assert any(thread.is_alive() for thread in self._threads)
            time.sleep(0.02)

    def end(self) -> None:
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        """Until nobody listens any more."""
        body = json.dumps({"images": [TILE] * 20})
        while True:
            line = http.client.HTTPConnection(*self._server.address, timeout=60)
            used = False
            try:
                line.connect()
                while True:
                    line.request("POST", "/predict", body, {"Content-Type": J})
                    response = line.getresponse()
                    digits = json.loads(response.read())["digits"]
                    assert (response.status, len(digits)) == (200, 20)
                    self.answered += 1
                    used = True
                    if response.will_close:
                        break
            except ConnectionRefusedError:
                return
            except (http.client.HTTPException, OSError, ValueError, KeyError) as problem:
                if used:  # a fresh connection may have waited in the system for nobody
                    self.lost.append(repr(problem))
            finally:
                line.close()


@linux
@pytest.mark.parametrize("workers", [1, 2])
def test_a_stop_under_load_loses_nothing_that_was_taken_on(tmp_path: Path, workers: int):
    with serving(tmp_path, "--workers", str(workers)) as server:
        load = Load(server)
        load.wait_for(40)
        assert server.stop() == 0
        load.end()
        requests = [event for event in server.events() if event["event"] == "request"]
    assert load.lost == []
    assert {request["status"] for request in requests} == {200}
    assert len(requests) >= load.answered


@linux
def test_a_fallen_worker_is_replaced_and_the_service_goes_on(tmp_path: Path):
    with serving(tmp_path, "--workers", "2", "--quiet") as server:
        before = server.workers()
        assert len(before) == 2
        load = Load(server, clients=4)
        load.wait_for(10)
        os.kill(before[0], signal.SIGKILL)
        load.wait_for(40)
        deadline = time.monotonic() + 30
        while len(set(server.workers()) - set(before)) == 0 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(set(server.workers()) - set(before)) == 1
        assert server.get("/metrics").status == 200
        assert server.stop() == 0
        load.end()
    assert len(load.lost) <= 4  # what the fallen one had in its hands


def test_a_port_that_is_taken_is_said(server: Server):
    from subprocess import run

    for workers in ("1", "2"):
        ended = run(
            [sys.executable, "-m", "tenfold", "serve", "--workers", workers]
            + ["--port", str(server.address[1])],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 2
        assert "cannot be listened at" in ended.stderr
        assert "--port" in ended.stderr


def test_every_status_of_a_refusal_is_in_the_description(server: Server):
    described = server.get("/openapi.json").json["paths"]["/predict"]["post"]["responses"]
    head = server.get("/predict?expect=" + "x" * 20_000)
    assert head.status == 431
    refused = {head.status, *(status for path, _, _, status in CASES if path == "/predict")}
    assert {str(status) for status in refused} <= set(described)


def test_a_fuzzer_that_follows_the_description_finds_no_fault(server: Server):
    """The short form; `fuzz` takes as many examples as one has time for."""
    pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    from fuzzing import fuzz

    found = fuzz(f"{server.url}/openapi.json", examples=4)
    assert found.failures == []
    assert found.requests > 20
    assert {200, 422} <= set(found.statuses)
