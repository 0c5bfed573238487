"""Checks of names and values that a user typed, with a hint that says what is allowed."""

from __future__ import annotations

import difflib
import math
import typing
from collections.abc import Iterable
from typing import Any, Literal

from tenfold.errors import UsageError

ANY_NUMBER = (-math.inf, math.inf)


def checked_value(
    field: str, value: Any, field_type: Any, limits: tuple[float, float] = ANY_NUMBER
) -> Any:
    """`value` in the type of its field: a whole number becomes a float where the field has one.

    `limits` are the lowest and the highest number allowed. Raises UsageError.
    """
    if typing.get_origin(field_type) is Literal:
        allowed = typing.get_args(field_type)
        if value not in allowed:
            hint = nearest_hint(str(value), allowed, f"{field} may be")
            raise UsageError(f"{field} is '{value}'", hint=hint)
        return value
    if field_type is float and type(value) is int and abs(value) < 2**53:
        value = float(value)
    if field_type is int and isinstance(value, int) and not isinstance(value, bool):
        value = int(value)  # also of a number that a preset plans
    if type(value) is not field_type:
        raise UsageError(
            f"{field} is {value!r}", hint=f"{field} takes a value of type {field_type.__name__}"
        )
    low, high = limits
    if field_type in (int, float) and not low <= value <= high:
        raise UsageError(f"{field} is {value}", hint=f"{field} must lie in {low:g} to {high:g}")
    return value


def nearest_hint(word: str, known: Iterable[str], kind: str) -> str:
    """A hint with all `known` words of a kind, and first the one that `word` is nearest to."""
    nearest = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    listed = f"{kind}: {', '.join(known)}"
    return f"did you mean '{nearest[0]}'? {listed}" if nearest else listed
