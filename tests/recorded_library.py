"""A tracker's library that records the calls that it gets, in place of the real one."""

from __future__ import annotations

from typing import Any

import pytest

Call = tuple[str, tuple[Any, ...], dict[str, Any]]


class Recorded:
    """Any attribute is a function that records its call and returns another such object."""

    def __init__(self, calls: list[Call], path: str = "") -> None:
        self._calls, self._path = calls, path

    def __getattr__(self, name: str) -> Recorded:
        return Recorded(self._calls, f"{self._path}.{name}".lstrip("."))

    def __call__(self, *given: Any, **named: Any) -> Recorded:
        self._calls.append((self._path, given, named))
        return Recorded(self._calls, f"{self._path}()")


def record(monkeypatch: pytest.MonkeyPatch, module: str) -> list[Call]:
    """The calls of a log of `module`, whose library is recorded from now on."""
    calls: list[Call] = []
    monkeypatch.setattr(
        f"tenfold.interop.tracking.{module}.import_quietly", lambda *_: Recorded(calls)
    )
    return calls


def named(calls: list[Call], end: str) -> list[Call]:
    return [call for call in calls if call[0].endswith(end)]
