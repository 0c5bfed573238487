"""Bounds on the cost of one piece of work, and their enforcement by the operating system."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MB = 1 << 20
PAGE = os.sysconf("SC_PAGE_SIZE") if sys.platform == "linux" else 0  # bytes
CLOCK = 4.0  # times the processor seconds; the clock runs on while other processes are served
LOWER = 5  # of 19: beside one of the usual priority, a quarter of a core
CHILD_CLOCK = 1.2  # times that; a process whose parent is gone or stopped then ends by itself


@dataclass(frozen=True)
class Bounds:
    """Bounds on one piece of work, in addition to what an idle process needs.

    Memory is bounded on Linux alone, processor time where the system has POSIX limits, the clock
    and the sizes everywhere.
    """

    processor_seconds: float = 5.0  # a photo of 48 megapixels as PNG takes 2
    memory_mb: int = 1024  # a picture of 50 million pixels takes up to 820
    answer_mb: int = 64
    quick_seconds: float = 0.6  # of processor time; slower work makes room for others
    crowded_seconds: float = 1.0  # of processor time; without room, slow work is then given up
    kept_mb: int = 32  # more than before its first work, and a process is replaced (Linux)
    in_background: bool = False  # at a lower priority than the caller's
    clock: float = CLOCK

    @property
    def clock_seconds(self) -> float:
        return self.clock * self.processor_seconds

    def to_arguments(self) -> list[str]:
        """The bounds that a child enforces, as arguments of a command line."""
        numbers = (self.processor_seconds, self.memory_mb, self.answer_mb, self.clock)
        return [str(number) for number in numbers]

    @classmethod
    def from_arguments(cls, arguments: Sequence[str]) -> Bounds:
        """The inverse of `to_arguments`; the other bounds have their defaults."""
        seconds, memory, answer, clock = arguments
        return cls(float(seconds), int(memory), int(answer), clock=float(clock))


def bound_process(bounds: Bounds) -> None:
    """Limit this process for the rest of its life: memory, no files, no core dumps."""
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):  # where a lower limit holds already
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * PAGE + bounds.memory_mb * MB
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


@contextlib.contextmanager
def bounded_work(bounds: Bounds) -> Iterator[None]:
    """Let the system kill this process if the block takes too long, whatever it is doing: SIGPROF
    for processor time, SIGALRM for the clock."""
    if sys.platform == "win32":
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, bounds.processor_seconds)
    signal.setitimer(signal.ITIMER_REAL, CHILD_CLOCK * bounds.clock_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def processor_seconds_of(pid: int) -> float | None:
    """The processor seconds that another process has used; None where the system does not say.
    Raises OSError."""
    if sys.platform != "linux":
        return None
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb_of(pid: int) -> float:
    """The memory of another process; 0 where the system does not say, or it has ended."""
    if sys.platform != "linux":
        return 0.0
    with contextlib.suppress(OSError):
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * PAGE / MB
    return 0.0


def lower_priority(pid: int) -> None:
    """Let other processes run first, where the system supports it."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, pid) + LOWER)
