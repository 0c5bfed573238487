"""A stop under load, a worker that falls, and a port that is taken."""

from __future__ import annotations

import http.client
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from hostile import TILE, J
from served import Server, serving

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


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
def test_a_crashed_worker_is_replaced_and_the_service_continues(tmp_path: Path):
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


def test_a_port_that_is_taken_is_said(limited: Server):
    from subprocess import run

    for workers in ("1", "2"):
        ended = run(
            [sys.executable, "-m", "tenfold", "serve", "--workers", workers]
            + ["--port", str(limited.address[1])],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 2
        assert "cannot be listened at" in ended.stderr
        assert "--port" in ended.stderr
