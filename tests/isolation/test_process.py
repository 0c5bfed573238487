"""The parent's side of one process, with a child that is played by pipes."""

from __future__ import annotations

import io
import sys

import pytest

from tenfold import errors
from tenfold.errors import DataError, MissingExtraError
from tenfold.isolation import OverBounds
from tenfold.isolation.bounds import Bounds
from tenfold.isolation.messages import read_message, write_message
from tenfold.isolation.process import EndedWhileIdle, Process, ProcessEnded, _error
from tenfold.isolation.spawned import Spawned

READY = ({"ready": True}, b"")
TAKEN = ({"taken": True}, b"")


class Played:
    """A child whose answers are given beforehand; it ends with `code` after them."""

    pid = 0

    def __init__(self, *answers: tuple[dict[str, object], bytes], code: int = 0) -> None:
        self.requests, self.answers = io.BytesIO(), io.BytesIO()
        for header, body in answers:
            write_message(self.answers, header, body)
        self.answers.seek(0)
        self.code, self.killed = code, False

    def runs(self) -> bool:
        return not self.killed

    def kill(self) -> None:
        self.killed = True

    def wait(self) -> int:
        return self.code


def test_the_answer_of_the_work_comes_back() -> None:
    child = Played(READY, TAKEN, ({"done": {"pages": 3}}, b"12"))
    process = Process(child, Bounds())
    assert process.call({"file": "a"}, b"x", None) == ({"pages": 3}, b"12")
    child.requests.seek(0)
    assert read_message(child.requests, 9) == ({"file": "a"}, b"x")
    assert process.alive


def test_an_error_of_the_work_is_raised_as_it_was() -> None:
    fault = {"error": "DataError", "message": "a.png: broken", "hint": "save it again"}
    process = Process(Played(READY, TAKEN, (fault, b"")), Bounds())
    with pytest.raises(DataError, match=r"a\.png: broken") as raised:
        process.call({}, b"", None)
    assert raised.value.hint == "save it again"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("code", "said"),
    [
        (-27, "0.5 s of processor time"),  # SIGPROF
        (-14, "more than 2 s to be read"),  # SIGALRM
        (-9, "MB of memory"),  # SIGKILL, by the system
        (-11, "its decoder crashed"),  # SIGSEGV
    ],
)
def test_the_bound_is_told_from_how_the_process_ended(code: int, said: str) -> None:
    process = Process(Played(READY, TAKEN, code=code), Bounds(processor_seconds=0.5, clock=4.0))
    with pytest.raises(OverBounds, match=said):
        process.call({}, b"", None)
    assert not process.alive


def test_memory_that_the_child_reports_is_a_bound() -> None:
    process = Process(Played(READY, TAKEN, ({"over": "memory"}, b"")), Bounds(memory_mb=77))
    with pytest.raises(OverBounds, match="77 MB"):
        process.call({}, b"", None)


def test_an_answer_larger_than_its_bound_is_not_read() -> None:
    process = Process(Played(READY, TAKEN, ({"done": {}}, bytes(2 << 20))), Bounds(answer_mb=1))
    with pytest.raises(OverBounds):
        process.call({}, b"", None)


def test_a_process_that_never_was_ready_is_no_fault_of_the_work() -> None:
    with pytest.raises(ProcessEnded, match="while it started, exit code 1"):
        Process(Played(code=1), Bounds()).call({}, b"", None)


def test_a_process_that_ended_while_idle_did_not_take_the_work() -> None:
    with pytest.raises(EndedWhileIdle):
        Process(Played(READY), Bounds()).call({}, b"", None)


def test_errors_are_made_again_by_their_name() -> None:
    missing = _error("MissingExtraError", "reading pictures needs more", "pip install")
    assert isinstance(missing, MissingExtraError)
    assert missing.message == "reading pictures needs more"
    assert type(_error("SomethingElse", "a", "b")) is errors.DataError


def test_a_process_is_killed_when_it_is_closed() -> None:
    child = Spawned("start", ["costly_work:work", *Bounds().to_arguments()])
    process = Process(child, Bounds(processor_seconds=30))
    process.call({"do": "echo", "say": "a"}, b"", None)
    assert not process.grown
    process.close()
    assert not process.alive
    assert not child.runs()
