"""A fork server forks children, ends them, and is started again where it falls."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tenfold.isolation import Bounds, ProcessPool
from tenfold.isolation.fork_server import ForkServer, ForkServerEnded

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux alone")
WORK = "costly_work:work"


def state_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "gone"


def test_a_child_runs_until_it_is_ended() -> None:
    fork_server = ForkServer(WORK)
    child = fork_server.fork(Bounds())
    assert child.runs()
    assert child.wait() == -signal.SIGKILL
    assert not child.runs()
    assert state_of(child.pid) == "gone"
    fork_server.close()


def test_how_a_child_ended_by_itself_is_known() -> None:
    fork_server = ForkServer(WORK)
    child = fork_server.fork(Bounds())
    os.kill(child.pid, signal.SIGABRT)
    child.answers.read()
    while state_of(child.pid) != "Z":
        pass
    assert not child.runs()
    assert child.wait() == -signal.SIGABRT
    fork_server.close()


def test_with_the_fork_server_its_children_end() -> None:
    fork_server = ForkServer(WORK)
    child = fork_server.fork(Bounds())
    fork_server.close()
    while state_of(child.pid) not in ("gone", "Z"):
        pass
    child.kill()  # its pipe is still ours
    with pytest.raises(ForkServerEnded, match="was closed"):
        fork_server.fork(Bounds())


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSTOP"])
def test_one_that_falls_or_hangs_is_replaced(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenfold.isolation.fork_server.ANSWER_SECONDS", 3.0)
    fork_server = ForkServer(WORK)
    first = fork_server.fork(Bounds())
    assert fork_server._process
    os.kill(fork_server._process.pid, getattr(signal, name))
    second = fork_server.fork(Bounds())
    assert second.runs()
    first.kill()
    assert not first.runs()
    second.kill()
    fork_server.close()


def test_pools_beside_each_other_have_bounds_of_their_own() -> None:
    large = ProcessPool(WORK, 1, Bounds(memory_mb=4000))
    small = ProcessPool(WORK, 1, Bounds(answer_mb=1), beside=large, makes_room=False)
    assert len(large.call({"do": "answer much"}, b"")[1]) == 3 << 20
    with pytest.raises(Exception, match="of memory"):
        small.call({"do": "answer much"}, b"")
    assert small._fork_server is large._fork_server
    small.close()
    assert large.call({"do": "echo", "say": "yes"}, b"")[0]["said"] == "yes"
    large.close()


def test_a_process_that_has_grown_is_replaced() -> None:
    pool = ProcessPool(WORK, 1, Bounds(kept_mb=8))
    pid = pool.call({"do": "echo", "say": ""}, b"")[0]["pid"]
    assert pool.call({"do": "echo", "say": ""}, b"")[0]["pid"] == pid
    assert pool.call({"do": "keep"}, b"")[0]["pid"] == pid
    assert pool.call({"do": "echo", "say": ""}, b"")[0]["pid"] != pid
    pool.close()
