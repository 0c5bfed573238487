"""Distinct rows and their weights."""

from __future__ import annotations

import numpy as np

from tenfold.interop.distinct_rows import distinct_rows

X = np.array([[1.0, 0.0], [2.0, 0.0], [1.0, 0.0], [1.0, -0.0]])
Y = np.array([3, 4, 3, 3])


def test_equal_rows_are_one_with_the_sum_of_their_weights() -> None:
    rows, labels, weights = distinct_rows(X, Y, np.array([1.0, 5.0, 2.0, 4.0]))
    assert sorted(zip(rows.tolist(), labels.tolist(), weights.tolist(), strict=True)) == [
        ([1.0, 0.0], 3, 7.0),
        ([2.0, 0.0], 4, 5.0),
    ]


def test_the_order_that_they_came_in_has_no_influence() -> None:
    weights = np.array([1.0, 5.0, 2.0, 4.0])
    order = np.array([3, 1, 0, 2])
    one, other = distinct_rows(X, Y, weights), distinct_rows(X[order], Y[order], weights[order])
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_the_same_row_with_two_labels_stays_two() -> None:
    rows, labels, _ = distinct_rows(X[:1].repeat(2, axis=0), np.array([3, 5]), np.ones(2))
    assert len(rows) == 2
    assert sorted(labels) == [3, 5]


def test_rows_without_weight_are_left_out() -> None:
    rows, *_ = distinct_rows(X, Y, np.array([0.0, 1.0, 0.0, 0.0]))
    np.testing.assert_array_equal(rows, [[2.0, 0.0]])


def test_images_of_bytes_are_compared_too() -> None:
    images = np.zeros((3, 28, 28), np.uint8)
    images[2, 5, 5] = 1
    rows, _, weights = distinct_rows(images, np.zeros(3, np.int64), np.ones(3))
    assert rows.shape == (2, 28, 28)
    assert sorted(weights) == [1.0, 2.0]
