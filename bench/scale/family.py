"""What a command takes with all processes that come of it, also those that it does not wait for."""

from __future__ import annotations

import math
import os
import subprocess
import time
import uuid
from pathlib import Path
from typing import NamedTuple

POLL_SECONDS = 0.2
MARK = "BENCH_FAMILY"  # in the environment of each
TICKS = os.sysconf("SC_CLK_TCK")

Costs = dict[str, float]


def measure_family(command: list[str], timeout_s: float = math.inf) -> Costs:
    """Seconds by the clock and of processors, and the largest sum of proportional set sizes in MB
    (Linux). Raises SystemExit where the command fails, TimeoutError where it takes longer."""
    mark = f"{MARK}={uuid.uuid4().hex}"
    began = time.monotonic()
    name, _, value = mark.partition("=")
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=dict(os.environ) | {name: value},
    )
    used: dict[int, float] = {}
    peak = 0.0
    assert process.stderr is not None
    os.set_blocking(process.stderr.fileno(), False)
    said = b""
    while True:
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        said = (said + (process.stderr.read() or b""))[-2000:]
        if ended:
            break
        members = _members(mark.encode())
        used |= {pid: stat.processor_seconds for pid in members if (stat := stat_of(pid))}
        peak = max(peak, sum(map(_pss_mb, members)))
        if time.monotonic() - began > timeout_s:
            for pid in members:
                os.kill(pid, 9)
            os.wait4(process.pid, 0)
            raise TimeoutError(f"takes more than {timeout_s:g} s")
        time.sleep(POLL_SECONDS)
    seconds = time.monotonic() - began
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: {process.returncode}\n{said.decode()}")
    # those that were waited for, or those that were seen: whichever is more
    waited = usage.ru_utime + usage.ru_stime
    return {
        "seconds": seconds,
        "processor_seconds": max(waited, sum(used.values())),
        "memory_mb": peak,
    }


def _members(mark: bytes) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (path / "environ").read_bytes():
                found.append(int(path.name))
        except OSError:  # it has ended, or is not ours
            continue
    return found


class Stat(NamedTuple):
    """Of /proc/PID/stat."""

    parent: int
    processor_seconds: float


def stat_of(pid: int) -> Stat | None:
    """None for a process that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return Stat(int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS)


def _pss_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
