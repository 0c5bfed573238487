"""What a child answers: the work's result, its error, or that it was over a bound."""

from __future__ import annotations

import io
import subprocess
import sys

from costly_work import work
from tenfold.errors import DataError
from tenfold.isolation.bounds import Bounds
from tenfold.isolation.child import UNKNOWN_CODE, _ended, _run
from tenfold.isolation.messages import Message, read_message, write_message
from tenfold.isolation.spawned import command, environment


def test_a_result_is_done() -> None:
    answer, content = _run(work, {"do": "echo", "say": "a"}, b"1")
    assert answer["done"]["said"] == "a"
    assert content == b"1"


def test_an_error_of_the_tree_is_named_with_its_remedy() -> None:
    answer, _ = _run(work, {"do": "refuse"}, b"")
    assert answer == {
        "error": DataError.__name__,
        "message": "a.png: is no picture",
        "hint": "give another",
    }


def test_a_fault_is_told_with_its_place() -> None:
    answer, _ = _run(work, {"do": "nothing that it knows"}, b"")
    assert "ValueError: a fault" in answer["fault"]
    assert "costly_work.py" in answer["fault"]


def test_too_little_memory_is_a_bound_and_no_fault() -> None:
    def hungry(header: dict[str, object], body: bytes) -> Message:
        raise MemoryError

    def hungry_in_opencv(header: dict[str, object], body: bytes) -> Message:
        raise RuntimeError("(-4:Insufficient memory) Failed to allocate")

    assert _run(hungry, {}, b"")[0] == {"over": "memory"}
    assert _run(hungry_in_opencv, {}, b"")[0] == {"over": "memory"}


def test_a_process_that_is_no_child_is_not_killed() -> None:
    children = {7}
    assert _ended(children, 8) == UNKNOWN_CODE
    assert children == {7}


def test_a_child_ends_when_its_pipe_closes() -> None:
    arguments = ["costly_work:work", *Bounds(processor_seconds=30).to_arguments()]
    request = io.BytesIO()
    write_message(request, {"do": "echo", "say": "last"})
    ended = subprocess.run(
        command("start", arguments), input=b"", stdout=subprocess.PIPE, env=environment(),
        timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0
    assert sys.executable in command("start", arguments)
    if ended.stdout:  # the pipe may close before it is ready
        assert read_message(io.BytesIO(ended.stdout), 0)[0] == {"ready": True}
