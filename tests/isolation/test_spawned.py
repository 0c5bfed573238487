"""A child that is started as a program of its own."""

from __future__ import annotations

import signal
import sys

import pytest

from tenfold.isolation.bounds import Bounds
from tenfold.isolation.messages import read_message, write_message
from tenfold.isolation.spawned import (
    KEPT_VARIABLES,
    ONE_THREAD,
    Spawned,
    close_pipes,
    environment,
    signal_of,
)


def test_a_child_inherits_places_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "secret")
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    variables = environment()
    assert "API_TOKEN" not in variables
    assert variables["PYTHONHASHSEED"] == "0"
    assert variables["OMP_NUM_THREADS"] == ONE_THREAD["OMP_NUM_THREADS"] == "1"
    names = {name.upper() for name in variables}
    assert all(
        name in KEPT_VARIABLES or name in ONE_THREAD or name.startswith("PYTHON") for name in names
    )


@pytest.mark.parametrize(("code", "name"), [(0, ""), (3, ""), (-9999, "")])
def test_a_usual_end_is_no_signal(code: int, name: str) -> None:
    assert signal_of(code) == name


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_signal_has_its_name() -> None:
    assert signal_of(-signal.SIGKILL) == "SIGKILL"


def test_a_spawned_child_answers_and_can_be_killed() -> None:
    child = Spawned("start", ["costly_work:work", *Bounds(processor_seconds=30).to_arguments()])
    try:
        assert read_message(child.answers, 0)[0] == {"ready": True}
        write_message(child.requests, {"do": "echo", "say": "yes"}, b"12")
        assert read_message(child.answers, 0)[0] == {"taken": True}
        answer, content = read_message(child.answers, 10)
        assert answer["done"]["said"] == "yes"
        assert answer["done"]["pid"] == child.pid
        assert content == b"12"
        assert child.runs()
    finally:
        child.kill()
        code = child.wait()
        close_pipes(child)
    assert code != 0
    assert not child.runs()
