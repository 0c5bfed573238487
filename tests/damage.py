"""Every kind of damage to the files that the program reads back."""

from __future__ import annotations

import copy
import io
import json
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tenfold.errors import TenfoldError

REMOVED = object()
INSTEAD = (None, False, True, "", "x", "\0", [], {}, [[]], [{}], -1, 0.5, 1e308, math.nan, REMOVED)
ARRAYS = (
    np.array(json.dumps({})),
    np.array(None, object),
    np.array([]),
    np.array(-1),
    np.array([math.nan]),
    np.full(3, "x"),
    np.zeros((2, 2, 2), "c16"),
    np.array([-5, 2**62]),
    REMOVED,
)


def _places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value inside a JSON value, and to itself."""
    yield way
    if not isinstance(value, dict | list):
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _places(inner, (*way, key))


def damaged_json(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Each value replaced or removed; and what damaged_bytes does."""
    whole = json.loads(text)
    for way in _places(whole):
        for value in INSTEAD:
            changed = {"": copy.deepcopy(whole)}
            inside: Any = changed
            for key in ("", *way)[:-1]:
                inside = inside[key]
            if value is REMOVED:
                del inside[("", *way)[-1]]
            else:
                inside[("", *way)[-1]] = value
            if "" in changed:
                yield f"{way}: {value!r}", json.dumps(changed[""]).encode()
    yield from damaged_bytes(text)


def damaged_arrays(content: bytes, names: Sequence[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Each array of an .npz replaced or removed; and what damaged_bytes does."""
    with np.load(io.BytesIO(content)) as saved:
        whole = dict(saved)
    for name in names or whole:
        for value in ARRAYS:
            changed = {**whole, name: value}
            if value is REMOVED:
                del changed[name]
            file = io.BytesIO()
            np.savez(file, **changed)  # type: ignore[arg-type]
            yield f"{name}: {value!r}", file.getvalue()
    yield from damaged_bytes(content)


def damaged_lines(text: bytes, separator: bytes) -> Iterator[tuple[str, bytes]]:
    """What stands after the separator of each line replaced; and what damaged_bytes does."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        for value in (b"", b"x", b"''", b"[]", b"{}", b"-1", b"1e308", b"nan", b"-inf", b"true"):
            start = line.rpartition(separator)[0] + separator
            changed = [*lines[:number], start + value, *lines[number + 1 :]]
            yield f"line {number}: {value!r}", b"\n".join(changed)
    yield from damaged_bytes(text)


def damaged_bytes(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Cut off, changed, of other programs."""
    for part in range(16):
        place = part * len(content) // 16
        yield f"cut at {place}", content[:place]
        yield f"changed at {place}", content[:place] + b"\xff" + content[place + 1 :]
    yield "after it", content + b"\0\0"
    for other in (b"[" * 100_000, b"1" * 5000, b"\xff\xfe", b"PK\x03\x04" + bytes(30), b"\0" * 50):
        yield f"of {other[:5]!r}", other


def survive(
    file: Path, damages: Iterator[tuple[str, bytes]], read: Callable[[], object]
) -> tuple[int, int]:
    """Let `read` read each damaged content of `file`: how many were refused, and how many came
    through. What is raised but a TenfoldError that names the file is raised with the damage."""
    whole, refused, passed = file.read_bytes(), 0, 0
    for description, content in damages:
        file.write_bytes(content)
        try:
            read()
            passed += 1
        except TenfoldError as problem:
            assert str(file.parent) in problem.message, (description, problem.message)
            assert problem.hint
            refused += 1
        except Exception as problem:
            raise AssertionError(f"{file.name}, {description}: {problem!r}") from problem
    file.write_bytes(whole)
    read()
    return refused, passed
