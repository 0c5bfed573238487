from __future__ import annotations

import numpy as np
import pytest

from conftest import drawn_digits
from tenfold.digits import DataFile, Digits, join
from tenfold.errors import DataError


def test_joined_digits_keep_order_lineage_and_places() -> None:
    one, two = drawn_digits(3), drawn_digits(4)
    a = Digits(one.images, one.labels, (DataFile("a.csv", "x", 1, 3, first_line=2),))
    b = Digits(two.images, two.labels, (DataFile("b-idx3", "y", 1, 4),))
    both = join([a, b])
    assert [both.place(row) for row in (0, 2, 3, 6)] == [
        "a.csv:2",
        "a.csv:4",
        "b-idx3[0]",
        "b-idx3[3]",
    ]
    assert len(both) == 7
    assert np.array_equal(both.labelled()[3:], two.labelled())


def test_labels_are_demanded_with_a_remedy() -> None:
    digits = Digits(np.zeros((1, 28, 28), np.uint8), None, (DataFile("test.csv", "", 1, 1),))
    with pytest.raises(DataError, match=r"test\.csv: has no labels"):
        digits.labelled()


def test_images_lie_in_one_piece_of_memory() -> None:
    """As those of a table of 785 columns do not, and what measures bytes needs it."""
    table = np.zeros((3, 785), np.uint8)
    images = Digits(table[:, 1:].reshape(3, 28, 28), None).images
    assert images.flags.c_contiguous
