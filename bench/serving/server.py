"""A server under measurement: its process, address, memory and processor time."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

LOOK_SECONDS = 0.2  # between two looks at the memory


class Server:
    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self.process = process
        self.address = (parts.hostname, parts.port)

    def workers(self) -> list[int]:
        """Return the ids of the processes that answer, of several. Linux only."""
        return [pid for pid in _children(self.process.pid) if b"spawn_main" in _command(pid)]

    def family(self) -> list[int]:
        """Return the ids of the process and of all below it. Linux only."""
        pids = [self.process.pid]
        for pid in pids:
            pids += _children(pid)
        return pids

    def cpu_seconds(self) -> float:
        """Return the processor time that the process and all below it have used. Linux only."""
        ticks = 0
        for pid in self.family():
            with contextlib.suppress(OSError):  # it has ended meanwhile
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])  # in user and in system mode
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Return the resident memory of the process and all below it, shared pages counted once
        for each. Linux only."""
        total = 0.0
        for pid in self.family():
            for line in _status(pid):
                if line.startswith("VmRSS:"):
                    total += int(line.split()[1]) / 1024
        return round(total, 1)

    @contextlib.contextmanager
    def peak_mb(self) -> Iterator[list[float]]:
        """Look at the memory while the block runs; what is given has the highest figure after
        it."""
        seen, stop = [self.memory_mb()], threading.Event()

        def look() -> None:
            while not stop.wait(LOOK_SECONDS):
                seen[0] = max(seen[0], self.memory_mb())

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield seen
        finally:
            stop.set()
            thread.join()


def _children(pid: int) -> list[int]:
    """Return the children of all threads of a process; none where it has ended meanwhile."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def left_behind(pids: Iterable[int]) -> list[int]:
    """Return those that still run. Linux only."""
    return [
        pid
        for pid in pids
        if any(line.startswith("State:") and "Z" not in line for line in _status(pid))
    ]


def _status(pid: int) -> list[str]:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/status").read_text().splitlines()
    return []


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@contextlib.contextmanager
def started(command: list[str]) -> Iterator[Server]:
    """Start a server that prints {"url": ...} when it answers, and stop it at the end."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(process, json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()
