"""What a number is expected to be."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.errors import UsageError
from tenfold.reading.answers.answer import digit_of
from tenfold.reading.answers.number import Digit
from tenfold.reading.expected.expect import expectation

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


@pytest.mark.parametrize(
    ("expect", "fits", "fits_not"),
    [
        ("[0-9]{5}", "12345", "1234"),
        ("1..31", "31", "32"),
        ("-10..10", "-4", "-11"),
        ("1..31", "12.50", "31,5"),
        ("luhn", "79927398713", "79927398714"),
        ("isbn", "9783161484100", "9783161484101"),
        ("iban", "89370400440532013000", "89370400440532013001"),
        ("iban:DE", "89370400440532013000", "611904300234573201"),
        ("mod11", "12345678903", "12345678904"),
        ("mod97", "79444", "79443"),
        ("date", "27/6/23", "32/6/23"),
        ("date:mdy", "12312023", "31122023"),
    ],
)
def test_what_is_expected_is_told_from_the_rest(expect: str, fits: str, fits_not: str) -> None:
    expected = expectation(expect)
    assert expected is not None
    assert expected(fits)
    assert not expected(fits_not)


@pytest.mark.parametrize(
    ("expect", "said", "remedy"),
    [
        ("31..1", "'31..1' holds no number", "the lower end comes first: 1..31"),
        ("1...31", "'1...31' is no range", "did you mean 1..31?"),
        ("1-31", "'1-31' is no range", "did you mean 1..31?"),
        ("lunh", "'lunh' matches no number", "did you mean luhn?"),
        ("ISBN", "'ISBN' matches no number", "did you mean isbn?"),
        ("iban:de", "'iban:de' matches no number", "did you mean iban:DE?"),
        ("d{5}", "'d{5}' matches no number", "give a pattern such as '[0-9]{5}'"),
        ("", "'' matches no number", "give a pattern"),
        ("(", "'(' is no regular expression: missing )", "give a pattern"),
        (range(5, 5), "range(5, 5) holds no number", "range(1, 32)"),
    ],
)
def test_what_no_number_can_be_is_refused(expect: str | range, said: str, remedy: str) -> None:
    with pytest.raises(UsageError) as refused:
        expectation(expect)
    assert refused.value.message.startswith(said)
    assert remedy in refused.value.hint


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
