"""The regression that says how sure a number is, on evidence made by hand."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="pictures are composed with OpenCV")

from bench.accuracy.train_sureness import Numbers, answered, fitted, logistic, right_ones


def test_the_weights_follow_the_odds() -> None:
    inputs = np.repeat([[0.0], [1.0]], 20_000, axis=0)
    wanted = np.concatenate([np.arange(20_000) % 2 == 0, np.arange(20_000) % 10 > 0])
    weight, constant = logistic(inputs, wanted, np.ones(len(inputs)))
    assert constant == pytest.approx(0.0, abs=0.05)  # one of two
    assert weight == pytest.approx(np.log(9), abs=0.1)  # nine of ten


def test_right_numbers_and_words_are_told_apart() -> None:
    random = np.random.default_rng(0)
    right, number = random.random(600) < 0.7, random.random(600) < 0.8
    right &= number
    evidence = random.normal(0, 0.5, (600, 2)) + np.stack([right, number], 1) * 3
    judge = fitted(Numbers(evidence, right, number, np.arange(600)))
    judged = [judge(row) for row in evidence]
    assert min(j.right for j, is_right in zip(judged, right, strict=True) if is_right) > 0.1
    assert np.mean([j.right for j in judged]) == pytest.approx(right.mean(), abs=0.1)
    assert np.mean([(j.number > 0) == n for j, n in zip(judged, number, strict=True)]) > 0.95


def test_a_number_is_right_where_no_digit_is_wrong_or_lost() -> None:
    assert right_ones(["12", "345"], "12345") == [True, True]
    assert right_ones(["12", "945"], "12345") == [True, False]
    assert right_ones(["12", "45"], "12345") == [False, False]  # whose 3 it was is not known
    assert right_ones(["12", "345", "7"], "12345") == [True, True, False]
    assert right_ones(["7", "000"], "7900000") == [False, False]
    assert right_ones(["12"], "") == [False]


def test_what_can_be_answered_at_some_share_of_right_ones() -> None:
    scores, right = np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True])
    assert answered(scores, right, 1.0) == (0.5, 0.8)
    assert answered(scores, right, 0.75) == (1.0, 0.6)
