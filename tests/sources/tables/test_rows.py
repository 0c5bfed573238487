"""Rows of a table as they arrive, and the digits that they are in the end."""

from __future__ import annotations

import numpy as np
import pytest

from conftest import drawn_digits
from tenfold.digits import AUTO
from tenfold.digits.table_frame import frame_of
from tenfold.errors import DataError
from tenfold.sources.tables.rows import TableRows

DIGITS = drawn_digits(20)
PIXELS = DIGITS.images.reshape(20, -1)
TABLE = np.column_stack([DIGITS.labelled(), PIXELS])


def rows(count: int = 785) -> TableRows:
    return TableRows(frame_of(None, count, AUTO, "a.csv"), "a.csv", lambda row: f"a.csv:{row + 1}")


@pytest.mark.parametrize("cut", [1, 7, 20])
def test_blocks_are_joined_and_the_label_is_found(cut: int) -> None:
    table = rows()
    for start in range(0, 20, cut):
        table.add(TABLE[start : start + cut])
    images, labels, words = table.finish()
    np.testing.assert_array_equal(images, DIGITS.images)
    assert labels is not None
    np.testing.assert_array_equal(labels, DIGITS.labelled())
    assert "20 rows" in words


def test_a_label_behind_the_pixels_is_found_too() -> None:
    table = rows()
    table.add(np.column_stack([PIXELS, DIGITS.labelled()]))
    images, labels, _ = table.finish()
    np.testing.assert_array_equal(images, DIGITS.images)
    assert labels is not None
    np.testing.assert_array_equal(labels, DIGITS.labelled())


def test_pixels_alone_have_no_labels() -> None:
    table = rows(784)
    table.add(PIXELS)
    images, labels, _ = table.finish()
    np.testing.assert_array_equal(images, DIGITS.images)
    assert labels is None


def test_shares_of_1_become_levels() -> None:
    table = rows()
    table.add(np.column_stack([DIGITS.labelled(), PIXELS / 255]))
    images, _, words = table.finish()
    np.testing.assert_array_equal(images, DIGITS.images)
    assert any("0..1" in word for word in words)


def test_a_change_of_the_scale_is_named_by_its_row() -> None:
    table = rows()
    table.add(np.column_stack([DIGITS.labelled(), PIXELS / 255])[:10])
    with pytest.raises(DataError, match=r"a\.csv:11: from about here pixels are above 1"):
        table.add(TABLE[10:])
