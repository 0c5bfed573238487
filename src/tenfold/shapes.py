"""What a JSON file has to hold, written as a value of the same shape, and the first thing that is
otherwise: `measured.accuracy is false, expected a number from 0 to 1`.

A shape is a type; a set of the values allowed; a Number; `[shape]`, a list of any length; a list of
several shapes, a list of just these; a dict of shapes by key, where a key that ends in ? may be
missing; `{str: shape}`, a dict with any keys; or a tuple of shapes, of which one must fit. What a
dict does not name may be there, and is nobody's business.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

SHOWN_MAX = 40  # characters of a value that is told


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

    def holds(self, value: object) -> bool:
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
    """What keeps `value`, as json.loads gives it, from having the shape; None if nothing does."""
    if isinstance(shape, tuple):
        faults = [fault(value, one, place) for one in shape]
        return None if None in faults else faults[-1]
    if isinstance(shape, dict) and isinstance(value, dict):
        return _fault_of_object(value, shape, place)
    if isinstance(shape, list) and isinstance(value, list):
        if len(shape) > 1 and len(value) != len(shape):
            return f"{place} has {len(value)} values, expected {len(shape)}"
        shapes = shape if len(shape) > 1 else shape * len(value)
        pairs = enumerate(zip(value, shapes, strict=True))
        found = (fault(one, own, f"{place}[{number}]") for number, (one, own) in pairs)
        return next((one for one in found if one is not None), None)
    if _fits(value, shape):
        return None
    shown = json.dumps(value)
    shown = shown if len(shown) <= SHOWN_MAX else f"{shown[:SHOWN_MAX]}..."
    return f"{place or 'the whole'} is {shown}, expected {_expected(shape)}"


def _fault_of_object(value: dict[str, Any], shape: dict[Any, Any], place: str) -> str | None:
    start = f"{place}." if place else ""
    if str in shape:
        found = (fault(one, shape[str], f"{start}{key}") for key, one in value.items())
        return next((one for one in found if one is not None), None)
    for key, own in shape.items():
        name = key.removesuffix("?")
        if name not in value:
            if key == name:
                return f"{start}{name} is missing"
        elif problem := fault(value[name], own, start + name):
            return problem
    return None


def _fits(value: object, shape: Any) -> bool:
    if isinstance(shape, Number):
        return shape.holds(value)
    if isinstance(shape, frozenset):
        return isinstance(value, str) and value in shape
    if shape is str:  # a path with a null in it is none
        return isinstance(value, str) and "\0" not in value
    return isinstance(shape, type) and type(value) is shape


def _expected(shape: Any) -> str:
    if isinstance(shape, frozenset):
        return " or ".join(sorted(shape))
    if isinstance(shape, dict | list):
        return NAMES[type(shape)]
    return str(shape) if isinstance(shape, Number) else NAMES.get(shape, "null")
