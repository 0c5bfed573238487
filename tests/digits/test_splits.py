"""Stratified splits and folds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tenfold.digits import stratified_folds, stratified_split

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
