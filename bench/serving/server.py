"""A server under measurement: its process, address, memory and processor time."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit


class Server:
    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self.process = process
        self.address = (parts.hostname, parts.port)

    def workers(self) -> list[int]:
        """Return the ids of the process's children. Linux only."""
        pid = self.process.pid
        return [*map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]

    def cpu_seconds(self) -> float:
        """Return the processor time that the process and its children have used. Linux only."""
        ticks = 0
        for process_id in [self.process.pid, *self.workers()]:
            fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # in user and in system mode
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Return the resident memory of the process and its children. Linux only."""
        total = 0.0
        for process_id in [self.process.pid, *self.workers()]:
            for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    total += int(line.split()[1]) / 1024
        return round(total, 1)


@contextlib.contextmanager
def started(command: list[str]) -> Iterator[Server]:
    """Start a server that prints {"url": ...} when it answers, and stop it at the end."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(process, json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()
