"""The limits of one worker."""

from __future__ import annotations

import dataclasses
import math

import pytest

from tenfold.errors import UsageError
from tenfold.serving.gate.limits import Limits

FIELDS = [field.name for field in dataclasses.fields(Limits)]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", [0, -1, math.nan])
def test_a_limit_of_nothing_is_refused_by_the_name_of_its_option(field: str, value: float) -> None:
    with pytest.raises(UsageError, match=f"--{field.replace('_', '-')} is "):
        Limits(**{field: value})


def test_sizes_are_counted_in_powers_of_two() -> None:
    limits = Limits(body_mb_max=2, json_mb_max=0.5, buffered_mb_max=3, header_kb_max=1.5)
    assert limits.body_bytes_max == 2 * 2**20
    assert limits.json_bytes_max == 2**19
    assert limits.buffered_bytes_max == 3 * 2**20
    assert limits.header_bytes_max == 1536


def test_a_picture_is_bounded_by_its_own_limits() -> None:
    bounds = Limits(picture_seconds=2.0, picture_memory_mb=300).picture_bounds
    assert (bounds.processor_seconds, bounds.memory_mb) == (2.0, 300)
