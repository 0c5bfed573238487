from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tenfold.errors import DataError
from tenfold.scale.inputs.parquet_values import column_numbers, list_numbers

pa: Any = pytest.importorskip("pyarrow", reason="the parquet extra is not installed")


def test_columns_of_numbers_become_rows() -> None:
    numbers, missing = column_numbers([pa.array([1, 2]), pa.array([3, None])], "t.parquet")
    assert numbers[0].tolist() == [1, 3]
    assert np.isnan(numbers[1, 1])
    assert missing.tolist() == [False, False]


def test_a_dictionary_of_numbers_is_decoded() -> None:
    numbers, _ = column_numbers([pa.array([7, 9, 7]).dictionary_encode()], "t.parquet")
    assert numbers[:, 0].tolist() == [7, 9, 7]


def test_a_column_of_text_is_refused() -> None:
    with pytest.raises(DataError, match=r"t\.parquet: a pixel column holds string, not numbers"):
        column_numbers([pa.array(["a"])], "t.parquet")


@pytest.mark.parametrize("shape", [(784,), (28, 28)], ids=["flat", "nested"])
def test_lists_of_784_numbers_become_rows(shape: tuple[int, ...]) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 784)).astype(np.uint8)
    column = pa.array([image.reshape(shape).tolist() for image in images])
    numbers, missing = list_numbers(column)
    assert (numbers == images).all()
    assert not missing.any()


def test_lists_of_other_lengths_are_missing_and_the_others_are_read() -> None:
    column = pa.array([[1] * 784, None, [2] * 783, [3] * 784])
    numbers, missing = list_numbers(column)
    assert missing.tolist() == [False, True, True, False]
    assert numbers[[0, 3], 0].tolist() == [1, 3]
