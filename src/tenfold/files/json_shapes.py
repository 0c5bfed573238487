"""Checks of JSON values against a shape, which name the first mismatch:
`measured.accuracy is false, expected a number from 0 to 1`.

A shape is one of
- a type, or a Number;
- a frozenset: the texts allowed;
- `[shape]`: a list of any length; `[shape, shape, ...]`: a list of exactly these;
- `{"key": shape, "optional?": shape}`: an object, where other keys are allowed and not checked;
- `{str: shape}`: an object with any keys;
- a tuple of shapes: at least one must match.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

SHOWN_MAX = 40  # characters of a value in a message


@dataclass(frozen=True)
class Number:
    """A finite number from `low` to `high`; with `whole`, an integer."""

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        if math.isinf(self.high):
            return kind if math.isinf(self.low) else f"{kind} from {self.low:g}"
        return f"{kind} from {self.low:g} to {self.high:g}"

    def matches(self, value: object) -> bool:
        """Whether `value` is such a number; true and false are none."""
        if type(value) is not int and (self.whole or type(value) is not float):
            return False
        assert isinstance(value, int | float)
        return self.low <= value <= self.high and abs(value) < 2**1023


COUNT = Number(0, 2**53, whole=True)
SEED = Number(0, whole=True)
SHARE = Number(0, 1)
NAMES = {
    str: "a text",
    bool: "true or false",
    dict: "an object",
    list: "a list",
    type(None): "null",
}


def fault(value: Any, shape: Any, place: str = "") -> str | None:
    """The first mismatch between `value`, from json.loads, and the shape; None if it fits."""
    if isinstance(shape, tuple):
        faults = [fault(value, alternative, place) for alternative in shape]
        return None if None in faults else faults[-1]
    if isinstance(shape, dict) and isinstance(value, dict):
        return _fault_of_object(value, shape, place)
    if isinstance(shape, list) and isinstance(value, list):
        if len(shape) > 1 and len(value) != len(shape):
            return f"{place} has {len(value)} values, expected {len(shape)}"
        shapes = shape if len(shape) > 1 else shape * len(value)
        pairs = enumerate(zip(value, shapes, strict=True))
        found = (
            fault(item, item_shape, f"{place}[{number}]") for number, (item, item_shape) in pairs
        )
        return next((mismatch for mismatch in found if mismatch is not None), None)
    if _fits(value, shape):
        return None
    shown = json.dumps(value)
    shown = shown if len(shown) <= SHOWN_MAX else f"{shown[:SHOWN_MAX]}..."
    return f"{place or 'the whole'} is {shown}, expected {_expected(shape)}"


def _fault_of_object(value: dict[str, Any], shape: dict[Any, Any], place: str) -> str | None:
    """The first mismatch of an object's keys."""
    start = f"{place}." if place else ""
    if str in shape:
        found = (fault(item, shape[str], f"{start}{key}") for key, item in value.items())
        return next((mismatch for mismatch in found if mismatch is not None), None)
    for key, key_shape in shape.items():
        name = key.removesuffix("?")
        if name not in value:
            if key == name:
                return f"{start}{name} is missing"
        elif mismatch := fault(value[name], key_shape, start + name):
            return mismatch
    return None


def _fits(value: object, shape: Any) -> bool:
    if isinstance(shape, Number):
        return shape.matches(value)
    if isinstance(shape, frozenset):
        return isinstance(value, str) and value in shape
    if shape is str:  # no path can hold a null
        return isinstance(value, str) and "\0" not in value
    return isinstance(shape, type) and type(value) is shape


def _expected(shape: Any) -> str:
    if isinstance(shape, frozenset):
        return " or ".join(sorted(shape))
    if isinstance(shape, dict | list):
        return NAMES[type(shape)]
    return str(shape) if isinstance(shape, Number) else NAMES.get(shape, "null")
