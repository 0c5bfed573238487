"""What a number is expected to be."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.errors import UsageError
from tenfold.reading.answer import digit_of
from tenfold.reading.expect import expectation
from tenfold.reading.number import Digit

TILE = np.zeros((28, 28), np.uint8)


def digits(count: int, seed: int, sharpness: float) -> list[Digit]:
    scores = np.random.default_rng(seed).normal(0, sharpness, (count, 10))
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return [digit_of(TILE, row, 1.0, (0, 0, 28, 28), 0.0) for row in shares.astype(np.float32)]


@pytest.mark.parametrize("expect", ["1.." + "9" * 5000, "9" * 5000 + "..1"])
def test_a_range_of_numbers_without_end_is_refused(expect: str) -> None:
    with pytest.raises(UsageError, match="more than 1,000 digits"):
        expectation(expect)


@pytest.mark.parametrize("expect", ["1..31", range(1, 32)], ids=["text", "range"])
def test_a_number_longer_than_python_takes_is_out_of_the_range(expect: str | range) -> None:
    expected = expectation(expect)
    assert expected is not None
    assert not expected("1" * 5000)
    assert expected("7")


def test_a_stranger_has_so_many_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("re2", reason="the serve extra is not installed")
    from tenfold.serving.gate import query
    from tenfold.serving.gate.refusals import Refused

    monkeypatch.setattr(query, "TRIES_MAX", 50)
    expected = query._expectation(["[0-9]"])
    assert expected is not None
    assert all(expected("1") for _ in range(50))
    with pytest.raises(Refused, match="of 50 readings too few match"):
        expected("1")
