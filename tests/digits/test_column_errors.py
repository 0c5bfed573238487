"""Why columns cannot be told apart."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.digits.column_errors import key_of, no_reading, two_readings
from tenfold.digits.frame_code import csv_code
from tenfold.digits.table_frame import DataOptions, frame_of

NAMES = ["class_of_row", *(f"p{i}" for i in range(784))]
BARE = csv_code(header=False)


def test_a_column_is_called_as_python_calls_it() -> None:
    assert key_of(frame_of(NAMES, 785, DataOptions(), "t", BARE), 0) == "'class_of_row'"
    assert key_of(frame_of(None, 785, DataOptions(), "t", BARE), 3) == "3"
    assert key_of(frame_of(None, 785, DataOptions(), "t"), 3) == ":, 3"  # an array


@pytest.mark.parametrize("top", [9, 28])
def test_classes_beyond_the_digits_have_a_remedy(top: int) -> None:
    frame = frame_of(None, 785, DataOptions(), "t", BARE)
    content = {0: np.array([0.0, 1, 2, 3, 4, top]), 784: np.zeros(6)}
    error = no_reading(frame, content, [], "t", lambda row: f"t:{row + 1}")
    assert ("table[table[0] < 10]" in error.hint) == (top > 9)


def test_two_labels_are_both_named() -> None:
    error = two_readings(frame_of(NAMES, 785, DataOptions(), "t"), [(0,), (784,)], "t")
    assert "'class_of_row'" in error.message
    assert "--label first or --label last" in error.hint
