"""Printing the answers of the verbs on standard output, as text or as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tenfold import console


def print_answer(answer: Any, as_json: bool) -> None:
    """Print a text as it is, or any JSON-ready value as one line of JSON."""
    console.answer(console.to_json(answer) if as_json else answer)


def print_names(names: Iterable[str]) -> None:
    """Print one name a line; a line break within a name is escaped."""
    console.answer(*map(console.printable_line, names))


def print_json_lines(answers: Iterable[Any]) -> None:
    """Print JSON Lines: one JSON-ready value a line."""
    console.answer("".join(f"{console.to_json(answer)}\n" for answer in answers), end="")
