"""Readings that match what is expected."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.reading.answers import answer
from tenfold.reading.answers.answer import MATCHES_MAX, MATCHING_MIN, digit_of
from tenfold.reading.answers.number import Digit
from tenfold.reading.answers.segmentation import strings_of
from tenfold.reading.expected.expect import Expectation, expectation

TILE = np.zeros((28, 28), np.uint8)


def digits(count: int, seed: int, sharpness: float) -> list[Digit]:
    scores = np.random.default_rng(seed).normal(0, sharpness, (count, 10))
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return [digit_of(TILE, row, 1.0, (0, 0, 28, 28), 0.0) for row in shares.astype(np.float32)]


def counted(expected: Expectation) -> tuple[Expectation, list[str]]:
    seen: list[str] = []

    def holds(text: str) -> bool:
        seen.append(text)
        return expected(text)

    return holds, seen


@pytest.mark.parametrize("expect", ["[0-4]+", "1..31", "luhn", "[0-9]{3}", "[05]{2,4}"])
@pytest.mark.parametrize("sharpness", [0.5, 3, 12])
def test_what_is_looked_through_is_enough(expect: str, sharpness: float) -> None:
    """The same as looking through all readings."""
    expected = expectation(expect)
    assert expected is not None
    for seed in range(6):
        number = digits(1 + seed % 4, seed, sharpness)
        everything = strings_of(np.stack([digit.probabilities for digit in number]))
        matching = [one for one in everything if expected(one[0])][:MATCHES_MAX]
        total = sum(probability for _, probability in matching)
        wanted = [(t, p / total) for t, p in matching] if total >= MATCHING_MIN else None
        assert answer._matching(number, expected) == wanted


def test_where_nothing_can_match_any_more_no_further_reading_is_tried() -> None:
    holds, seen = counted(lambda text: False)
    assert answer._matching(digits(8, 0, 12), holds) is None
    assert len(seen) < 200  # of a hundred million
