"""Processes that can be killed: each bound holds, whatever the work is in the middle of."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest

from tenfold.errors import DataError, MissingExtraError
from tenfold.isolation import Bounds, OverBounds, PoolBusy, ProcessPool, Stopped

WORK = "costly_work:work"
SECONDS = 60  # for what takes a fraction of one on an idle machine
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits and /proc of Linux")
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPool]:
    pool = ProcessPool(WORK, 2, Bounds(processor_seconds=30.0, memory_mb=256, answer_mb=1))
    yield pool
    pool.close()


def echo(pool: ProcessPool, say: str = "yes", content: bytes = b"") -> dict[str, Any]:
    answer, same = pool.call({"do": "echo", "say": say}, content)
    assert same == content
    return answer


def test_what_was_asked_is_answered(processes: ProcessPool) -> None:
    assert echo(processes, "\udcff 3", bytes(500_000))["said"] == "\udcff 3"
    assert echo(processes)["pid"] != os.getpid()


def test_secrets_of_the_environment_stay_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENFOLD_TOKEN", "secret")
    pool = ProcessPool(WORK, 1)
    environment, _ = pool.call({"do": "environment"}, b"")
    pool.close()
    assert "PATH" in environment
    assert "secret" not in environment.values()


def test_a_process_is_used_again(processes: ProcessPool) -> None:
    assert echo(processes)["pid"] == echo(processes)["pid"]


def test_errors_of_the_tree_come_back_as_they_were(processes: ProcessPool) -> None:
    with pytest.raises(DataError) as refused:
        processes.call({"do": "refuse"}, b"")
    assert str(refused.value) == "a.png: is no picture\nhint: give another"
    with pytest.raises(MissingExtraError, match="needs the 'photo' extra"):
        processes.call({"do": "miss"}, b"")


def test_a_fault_says_where_it_was(processes: ProcessPool) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)costly_work.py.*ValueError: a fault"):
        processes.call({"do": "fail"}, b"")


@pytest.mark.parametrize(
    ("do", "said"),
    [
        pytest.param("remember", "more than 256 MB of memory", marks=LINUX),
        ("answer much", "more than 256 MB of memory"),
        ("crash", "its decoder crashed"),
    ],
)
def test_what_is_too_much_or_crashes_is_said_and_the_next_is_answered(
    processes: ProcessPool, do: str, said: str
) -> None:
    with pytest.raises(OverBounds, match=said):
        processes.call({"do": do}, b"")
    assert echo(processes)["said"] == "yes"


@pytest.mark.parametrize("do", ["compute", "sleep"])
def test_what_takes_too_long_is_killed_and_others_are_answered_meanwhile(do: str) -> None:
    pool = ProcessPool(WORK, 2, Bounds(processor_seconds=0.3))
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(pool.call, {"do": do}, b"")
        while not slow.done():
            assert echo(pool)["said"] == "yes"
        with pytest.raises(OverBounds, match=r"takes more than (0\.3|1\.2) s"):
            slow.result()
    assert echo(pool)["said"] == "yes"
    pool.close()


def test_costly_work_makes_room_and_no_more_of_it_starts_than_there_is_room() -> None:
    bounds = Bounds(processor_seconds=SECONDS, quick_seconds=0.05, crowded_seconds=0.1)
    pool = ProcessPool(WORK, 1, bounds)
    with ThreadPoolExecutor(2) as threads:
        slow = {threads.submit(pool.call, {"do": "compute"}, b"") for _ in range(2)}
        ended, going_on = wait(slow, SECONDS, return_when=FIRST_COMPLETED)
        with pytest.raises(PoolBusy):
            ended.pop().result()
        assert len(going_on) == 1
        assert echo(pool)["said"] == "yes"
        assert [process.slow for process in pool._all].count(False) == 1
        pool.close()


@LINUX
def test_it_may_write_no_file(processes: ProcessPool, tmp_path: Path) -> None:
    path = tmp_path / "written"
    with pytest.raises((OverBounds, RuntimeError)):
        processes.call({"do": "write", "path": str(path)}, b"")
    assert not path.exists() or not path.read_bytes()


@POSIX
def test_one_that_was_killed_while_it_was_idle_is_replaced(processes: ProcessPool) -> None:
    for _ in range(5):
        os.kill(echo(processes)["pid"], signal.SIGKILL)
        assert echo(processes)["said"] == "yes"


@POSIX
def test_a_signal_to_the_whole_group_leaves_it_to_its_parent(processes: ProcessPool) -> None:
    pid = echo(processes)["pid"]
    os.kill(pid, signal.SIGTERM)
    os.kill(pid, signal.SIGINT)
    assert echo(processes)["pid"] == pid


def test_closing_ends_what_is_under_way_and_what_waits() -> None:
    pool = ProcessPool(WORK, 1)
    pid = echo(pool)["pid"]
    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(pool.call, {"do": "sleep"}, b"") for _ in range(2)]
        while not any(future.running() for future in both):
            time.sleep(0.01)
        pool.close()
        for future in both:
            with pytest.raises(Stopped):
                future.result(SECONDS)
    assert not alive(pid)


def alive(pid: int) -> bool:
    """Not what has ended and waits for somebody to ask how."""
    with contextlib.suppress(OSError):
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc/self").exists()


ABANDONED = f"""
import sys, threading, time
from tenfold.isolation import ProcessPool
pool = ProcessPool("{WORK}", 2)
print(pool.call({{"do": "echo", "say": ""}}, b"")[0]["pid"], flush=True)
threading.Thread(target=pool.call, args=({{"do": "sleep"}}, b"")).start()
pool.start(2)
time.sleep(0.1)
print("busy", flush=True)
time.sleep(600)
"""


@POSIX
def test_none_outlives_a_parent_that_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ABANDONED],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert parent.stdout.readline() == "busy\n"
        parent.kill()
    deadline = time.monotonic() + SECONDS
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(pid)


def test_what_cannot_start_is_a_fault_and_no_hang() -> None:
    pool = ProcessPool("no_such_module:work", 1)
    with pytest.raises(RuntimeError, match="ended while it started"):
        pool.call({}, b"")
    pool.close()


def test_many_threads_share_few_processes(processes: ProcessPool) -> None:
    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(lambda i: echo(processes, str(i))["said"], range(40)))
    assert said == [str(i) for i in range(40)]
    assert threading.active_count() < 40
