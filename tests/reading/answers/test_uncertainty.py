"""Why an answer is not sure, in words."""

from __future__ import annotations

import pytest

from readings import digit, number, reading
from tenfold.reading.answers.number import Number
from tenfold.reading.answers.uncertainty import fault_of, guesses_of, numbers_of, uncertainty_of
from tenfold.reading.detections import AT_EDGE


@pytest.mark.parametrize(
    ("doubted", "reason", "words"),
    [
        (number(digit(4, 0.99), digit(7, 0.99)), None, ""),
        (number(digit(4, 0.99), digit(7, 0.9)), "low_confidence", "not sure: 47 90.0%, 41 9.0%"),
        (
            number(digit(4, 0.99), digit(7, 0.998, notes=(AT_EDGE,))),
            "cut_off",
            "cut off by the picture's edge (perhaps 47)",
        ),
        (
            number(digit(4, 0.99), digit(7, 0.99, is_digit=0.1)),
            "not_a_digit",
            "partly no digit (perhaps 4)",
        ),
        (
            number(digit(4, 0.99), unexpected=True),
            "unexpected",
            "nothing that it may be matches what is expected",
        ),
        (
            number(digit(4, 0.5), digit(7, 0.998, notes=(AT_EDGE,)), unexpected=True),
            "cut_off",
            "cut off by the picture's edge (perhaps 47)",
        ),
    ],
)
def test_a_doubt_is_said_in_json_and_in_words(
    doubted: Number, reason: str | None, words: str
) -> None:
    assert doubted.to_json()["reason"] == doubted.reason == reason
    assert uncertainty_of(doubted) == words


def test_guesses_without_weight_are_left_out() -> None:
    assert guesses_of(number(digit(4, 0.9), digit(7, 0.9))) == "47 90.0%, 41 9.0%"


def test_a_reading_without_numbers_says_why() -> None:
    assert fault_of(reading(reason="blank")) == "nothing on it"
    assert fault_of(reading(error="broken (save it again)")) == "error: broken (save it again)"
    assert fault_of(reading((number(digit(4, 0.99)),))) == ""


def test_rows_are_counted_as_they_are_shown() -> None:
    smudge = number(digit(4, 0.9, is_digit=0.1))
    four = number(digit(4, 0.99))
    assert numbers_of(reading((smudge,), (four, smudge), (four,))) == [(1, four), (2, four)]
