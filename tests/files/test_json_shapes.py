from __future__ import annotations

import math
from typing import Any

import pytest

from tenfold.files.json_shapes import COUNT, SHARE, Number, fault


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"a": 1}, None),
        ({"a": 1, "b": 0.5, "others": None}, None),
        ({}, "a is missing"),
        ({"a": True}, "a is true, expected a whole number from 0 to 9.0072e+15"),
        ({"a": 1, "b": 1.5}, "b is 1.5, expected a number from 0 to 1"),
        ({"a": 1, "b": math.nan}, "b is NaN, expected a number from 0 to 1"),
        ({"a": 1, "c": [{"d": 1}]}, "c[0].d is 1, expected a text"),
        ({"a": 1, "c": None}, None),
        ({"a": 1, "e": [1, 2, 3]}, "e has 3 values, expected 2"),
        ([], "the whole is [], expected an object"),
    ],
)
def test_the_first_mismatch_is_named(value: Any, problem: str | None) -> None:
    shape = {"a": COUNT, "b?": SHARE, "c?": (type(None), [{"d": str}]), "e?": [COUNT, Number()]}
    assert fault(value, shape) == problem
