"""Numbers that are dates if strokes between their digits are slashes."""

from __future__ import annotations

from readings import digit, number
from tenfold.reading.answers.date_numbers import UPRIGHT, dated
from tenfold.reading.answers.number import Digit


def digits_of(text: str) -> list[Digit]:
    return [digit(int(c), 0.99, box=(30 * i, 0, 30 * i + 20, 30)) for i, c in enumerate(text)]


def test_strokes_that_are_slashes_become_marks_and_nothing_is_sure() -> None:
    two, seven, first, six, second, *year = digits_of("2716123")
    date = dated(number(two, seven, six, *year), [first, second], marks=True)
    assert date is not None
    assert (date.text, date.likeliest) == ("??/?/??", "27/6/23")
    assert date.alternatives[0][0] == "27623"
    assert UPRIGHT in date.digits[0].notes


def test_a_1_of_the_number_may_be_the_other_slash() -> None:
    two, seven, first, six, second, *year = digits_of("2716123")
    date = dated(number(two, seven, six, second, *year), [first], marks=True)
    assert date is not None
    assert date.likeliest == "27/6/23"


def test_what_is_no_day_stays_a_number() -> None:
    two, nine, first, five, second, year = digits_of("291512")  # no year has one digit
    assert dated(number(two, nine, five, year), [first, second], marks=True) is None
