"""Times that are measured once for a machine."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tenfold import machine_trials
from tenfold.errors import OutputError
from tenfold.machine_trials import measured, remembered, shortest_times, trials_file


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENFOLD_CACHE_DIR", str(tmp_path / "cache"))
    forget(monkeypatch)
    return tmp_path / "cache"


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in another process."""
    monkeypatch.setattr(machine_trials, "_known", {})


def never() -> dict[str, float]:
    raise AssertionError("measured again")


def test_a_question_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert remembered("which") is None
    assert measured("which", lambda: {"a": 1.0, "b": 2.0}) == ({"a": 1.0, "b": 2.0}, False)
    assert measured("which", never) == ({"a": 1.0, "b": 2.0}, True)
    forget(monkeypatch)
    assert measured("which", never) == ({"a": 1.0, "b": 2.0}, True)
    assert remembered("another") is None


def test_another_machine_or_version_measures_again(monkeypatch: pytest.MonkeyPatch) -> None:
    measured("which", lambda: {"a": 1.0})
    forget(monkeypatch)
    monkeypatch.setattr(machine_trials, "_machine", lambda: {"cpu": "another"})
    assert remembered("which") is None


def test_of_two_processes_that_measure_at_once_both_take_what_was_written_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def measure() -> dict[str, float]:
        measured_elsewhere = {"a": 2.0}
        machine_trials._write(
            {machine_trials._key("which"): {"question": "which", "seconds": measured_elsewhere}}
        )
        return {"a": 1.0}

    assert measured("which", measure) == ({"a": 2.0}, True)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", "9" * 5000, "[" * 100_000, "\x00", '{"k": {"seconds": {}}}'],
    ids=["empty", "cut", "list", "null", "number", "deep", "zero", "no times"],
)
def test_a_damaged_file_is_measured_anew(empty_cache: Path, content: str) -> None:
    empty_cache.mkdir()
    trials_file().write_text(content)
    assert remembered("which") is None
    assert measured("which", lambda: {"a": 1.0}).times == {"a": 1.0}
    (entry,) = (e for e in json.loads(trials_file().read_text()).values() if "question" in e)
    assert entry["question"] == "which"
    assert entry["machine"]["threads"] >= 1


@pytest.mark.parametrize("seconds", [{"a": "1"}, {"a": -1.0}, {"a": float("nan")}, {"a": True}, 3])
def test_times_that_are_none_are_measured_anew(empty_cache: Path, seconds: object) -> None:
    empty_cache.mkdir()
    trials_file().write_text(json.dumps({machine_trials._key("which"): {"seconds": seconds}}))
    assert remembered("which") is None


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="needs a user whom modes bind"
)
def test_a_folder_that_cannot_be_written_costs_nothing_but_memory(empty_cache: Path) -> None:
    empty_cache.mkdir(mode=0o500)
    assert measured("which", lambda: {"a": 1.0}) == ({"a": 1.0}, False)
    assert measured("which", never).remembered


def test_a_place_that_is_no_folder_costs_nothing_but_memory(empty_cache: Path) -> None:
    empty_cache.write_text("a file")
    assert measured("which", lambda: {"a": 1.0}) == ({"a": 1.0}, False)
    assert measured("which", never).remembered


def test_the_file_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_trials, "ENTRIES_MAX", 10)
    for number in range(15):
        measured(f"question {number}", lambda: {"a": 1.0})
    kept = json.loads(trials_file().read_text())
    assert [entry["question"] for entry in kept.values()] == [
        f"question {number}" for number in range(5, 15)
    ]


class Clock:
    """A clock that calls move on."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.called: list[str] = []

    def __call__(self) -> float:
        return self.seconds

    def call(self, name: str, seconds: float) -> Callable[[], None]:
        def move_on() -> None:
            self.called.append(name)
            self.seconds += seconds

        return move_on


def test_calls_take_turns() -> None:
    clock = Clock()
    calls = {"a": clock.call("a", 0.01), "b": clock.call("b", 0.015)}
    times = shortest_times(calls, 2, clock)
    assert clock.called == ["a", "b", "a", "b", "a", "b"]
    assert times == {"a": pytest.approx(0.01), "b": pytest.approx(0.015)}


def test_what_is_far_too_slow_is_measured_once() -> None:
    clock = Clock()
    times = shortest_times({"a": clock.call("a", 0.01), "b": clock.call("b", 0.05)}, 3, clock)
    assert clock.called == ["a", "b", "a", "b", "a", "a"]
    assert times["b"] == pytest.approx(0.05)


def test_no_round_begins_when_the_time_is_over() -> None:
    clock = Clock()
    shortest_times({"a": clock.call("a", 0.6), "b": clock.call("b", 0.6)}, 4, clock)
    assert clock.called == ["a", "b", "a", "b"]


def test_only_the_times_of_this_machine_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    measured("which", lambda: {"a": 1.0})
    assert machine_trials.all_remembered() == {"which": {"a": 1.0}}
    monkeypatch.setattr(machine_trials, "_machine", lambda: {"cpu": "another"})
    assert machine_trials.all_remembered() == {}


def test_times_that_cannot_be_removed_are_an_error(empty_cache: Path) -> None:
    (empty_cache / "trials.json" / "in the way").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"trials\.json"):
        machine_trials.forget()
