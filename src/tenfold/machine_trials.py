"""Times that were measured on this machine to choose by, kept in the user's cache.

`trials.json` holds the times by machine (processor, its instruction sets, threads, versions of
packages) and by question. `tenfold machine` shows them and forgets them.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tenfold import environment
from tenfold.errors import OutputError
from tenfold.files import os_errors_as_output_error, write_json
from tenfold.files.user_cache import cache_folder

ENTRIES_MAX = 200  # questions that the file holds; the oldest go
FILE_BYTES_MAX = 1 << 20
ROUNDS = 4
SECONDS_MAX = 1.0  # of a trial, after which no round begins
TOO_SLOW = 2.0  # times the shortest time: measured once, and no more

Times = dict[str, float]

_known: dict[str, Times] = {}  # of this process, which may have no folder to write to
_one_at_a_time = threading.Lock()


class Trial(NamedTuple):
    """Measured times in seconds, and whether they were measured before."""

    times: Times
    remembered: bool


def trials_file() -> Path:
    return cache_folder() / "trials.json"


def remembered(question: str) -> Times | None:
    """The times that this machine, with these versions, has for a question."""
    key = _key(question)
    return _known.get(key) or _times_of(_entries().get(key))


def all_remembered() -> dict[str, Times]:
    """The times that this machine, with these versions, has, by question."""
    machine = _machine()
    found: dict[str, Times] = {}
    for entry in _entries().values():
        if (times := _times_of(entry)) and entry.get("machine") == machine:
            found[str(entry.get("question"))] = times
    return found


def forget() -> None:
    """Remove the times of all machines, so that everything is measured again. Raises OutputError
    if the file cannot be removed."""
    _known.clear()
    with os_errors_as_output_error(trials_file()):
        trials_file().unlink(missing_ok=True)


def measured(question: str, measure: Callable[[], Times]) -> Trial:
    """The times for a question: those that are remembered, else those that `measure` finds.

    All calls after the first get the same answer, in other processes too. Where the cache cannot be
    written, other processes measure again.
    """
    with _one_at_a_time:
        if known := remembered(question):
            return Trial(known, True)
        times = measure()
        key = _key(question)
        entries = _entries()
        if other := _times_of(entries.get(key)):  # another process was faster: let both agree
            _known[key] = other
            return Trial(other, True)
        _known[key] = times
        entries[key] = {"question": question, "machine": _machine(), "seconds": times}
        _write(dict(list(entries.items())[-ENTRIES_MAX:]))
        return Trial(times, False)


def shortest_times(
    calls: Mapping[str, Callable[[], object]],
    rounds: int = ROUNDS,
    clock: Callable[[], float] = time.perf_counter,
) -> Times:
    """The shortest time of each call in seconds. They take turns, so that a busy moment of the
    machine meets all of them; a first call of each is not counted.

    On a busy machine threads that wait for each other may take a hundred times as long as usual.
    """
    for call in calls.values():
        call()
    times = dict.fromkeys(calls, float("inf"))
    ends = clock() + SECONDS_MAX
    for measured_before in range(rounds):
        for name, call in calls.items():
            if measured_before and times[name] > TOO_SLOW * min(times.values()):
                continue
            began = clock()
            call()
            times[name] = min(times[name], clock() - began)
        if clock() > ends:
            break
    return times


def _machine() -> dict[str, Any]:
    return environment.describe()


def _key(question: str) -> str:
    text = json.dumps([question, _machine()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _times_of(entry: Any) -> Times | None:
    times = entry.get("seconds") if isinstance(entry, dict) else None
    if not isinstance(times, dict) or not times:
        return None
    valid = all(isinstance(value, float) and 0 < value < 1e6 for value in times.values())
    return times if valid else None


def _entries() -> dict[str, Any]:
    """What the file holds; nothing where there is none, or it is damaged."""
    try:
        with trials_file().open("rb") as file:
            entries = json.loads(file.read(FILE_BYTES_MAX))
    except (OSError, ValueError, RecursionError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _write(entries: dict[str, Any]) -> None:
    file = trials_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json(file, entries)
    except (OSError, OutputError):
        return  # a read-only home, a full disk: this process remembers
