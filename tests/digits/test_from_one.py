from __future__ import annotations

import numpy as np
import pytest

from tenfold.digits.from_one import counted_from_one, is_label_from_one


def test_ten_is_what_tells() -> None:
    assert counted_from_one(np.array([1, 2, 10]))
    assert not counted_from_one(np.array([1, 2, 9]))
    assert not counted_from_one(np.array([0, 2, 10]))
    assert not counted_from_one(np.array([1, 2.5, 10]))


@pytest.mark.parametrize(("values", "expected"), [([1, 3, 5, 7, 10], True), ([1, 10, 10], False)])
def test_a_column_needs_several_values(values: list[int], expected: bool) -> None:
    assert is_label_from_one(np.array(values)) is expected
