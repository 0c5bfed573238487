"""Bounds on work, and what the system says of a process."""

from __future__ import annotations

import mmap
import os
import signal
import subprocess
import sys
import time

import pytest

from tenfold.isolation.bounds import (
    CHILD_CLOCK,
    Bounds,
    bounded_work,
    lower_priority,
    processor_seconds_of,
    resident_mb_of,
)

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/proc and limits of Linux")
POSIX = pytest.mark.skipif(os.name == "nt", reason="timers and priorities of POSIX")


def test_a_child_gets_the_bounds_that_it_enforces() -> None:
    bounds = Bounds(processor_seconds=0.25, memory_mb=77, answer_mb=3, clock=9.0)
    assert Bounds.from_arguments(bounds.to_arguments()) == bounds


def test_the_clock_runs_for_a_multiple_of_the_processor_time() -> None:
    assert Bounds(processor_seconds=0.5, clock=4.0).clock_seconds == 2.0


@POSIX
def test_the_timers_run_during_the_work_alone() -> None:
    bounds = Bounds(processor_seconds=50.0, clock=2.0)
    with bounded_work(bounds):
        assert 0 < signal.getitimer(signal.ITIMER_PROF)[0] <= 50.1  # in ticks of the system
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= CHILD_CLOCK * 100.1
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


@POSIX
def test_the_timers_stop_after_an_error_too() -> None:
    with pytest.raises(ValueError, match="of the work"), bounded_work(Bounds()):
        raise ValueError("of the work")
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0


@LINUX
def test_processor_time_and_memory_of_a_process_are_known() -> None:
    used = time.process_time()
    seconds = processor_seconds_of(os.getpid())
    assert seconds is not None
    assert seconds == pytest.approx(used, abs=1.0)
    before = resident_mb_of(os.getpid())
    with mmap.mmap(-1, 40 << 20) as block:  # bytes might take memory that was freed before
        block[:: mmap.PAGESIZE] = bytes(len(block) // mmap.PAGESIZE)
        assert resident_mb_of(os.getpid()) > before + 20


@LINUX
def test_a_process_that_has_ended_uses_nothing() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert resident_mb_of(child.pid) == 0.0
    with pytest.raises(FileNotFoundError):
        processor_seconds_of(child.pid)
    lower_priority(child.pid)  # nothing to do, and no error


@POSIX
def test_the_priority_of_a_process_can_be_lowered() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    before = os.getpriority(os.PRIO_PROCESS, child.pid)
    lower_priority(child.pid)
    after = os.getpriority(os.PRIO_PROCESS, child.pid)
    child.communicate(b"\n")
    assert after == min(19, before + 5)
