from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import drawn_digits
from tenfold.digits import DataFile, Digits, join, stratified_folds, stratified_split
from tenfold.errors import DataError

label_lists = st.lists(st.integers(0, 9), min_size=1, max_size=300)


@given(label_lists, st.floats(0, 0.9), st.integers(0, 2**31))
def test_a_split_parts_all_rows_without_overlap(labels: list[int], share: float, seed: int) -> None:
    train, validation = stratified_split(np.array(labels), share, seed)
    assert sorted([*train, *validation]) == list(range(len(labels)))


def test_a_split_keeps_the_share_of_every_class() -> None:
    labels = np.repeat(np.arange(10), 100)
    _, validation = stratified_split(labels, 0.1, seed=3)
    assert np.bincount(labels[validation]).tolist() == [10] * 10


def test_a_split_of_zero_keeps_all_rows_for_training() -> None:
    train, validation = stratified_split(np.arange(10), 0.0, seed=0)
    assert len(train) == 10
    assert len(validation) == 0


def test_the_seed_decides_the_split() -> None:
    labels = np.repeat(np.arange(10), 20)
    one, again = (stratified_split(labels, 0.2, seed=1)[1] for _ in range(2))
    other = stratified_split(labels, 0.2, seed=2)[1]
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@given(label_lists, st.integers(2, 10), st.integers(0, 2**31))
def test_folds_and_their_classes_differ_by_at_most_one(
    labels: list[int], folds: int, seed: int
) -> None:
    fold_of = stratified_folds(np.array(labels), folds, seed)
    assert np.ptp(np.bincount(fold_of, minlength=folds)) <= 1
    for digit in range(10):
        in_class = np.bincount(fold_of[np.array(labels) == digit], minlength=folds)
        assert np.ptp(in_class) <= 1


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
