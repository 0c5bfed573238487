"""Slashes that look like 1s."""

from __future__ import annotations

import pytest

from tenfold.reading.strings.date_strings import DATE_PRIOR, dates_among, favoured, is_written_date
from tenfold.reading.strings.symbols import SYMBOLS, text_of


def symbols(text: str) -> tuple[int, ...]:
    return tuple(SYMBOLS.index(character) for character in text)


@pytest.mark.parametrize(
    ("read", "date"),
    [("2716123", "27/6/23"), ("27/6123", "27/6/23"), ("0311112024", "03/11/2024")],
)
def test_two_strokes_may_be_the_slashes_of_a_date(read: str, date: str) -> None:
    assert date in [text_of(found) for found in dates_among([symbols(read)])]


@pytest.mark.parametrize("read", ["2956123", "2739231", "12345678901", "1"])
def test_what_leaves_no_day_of_the_calendar_is_no_date(read: str) -> None:
    assert dates_among([symbols(read)]) == []


def is_date(text: str) -> bool:
    return is_written_date(symbols(text))


def test_a_date_has_marks() -> None:
    assert is_date("27.6.2023")
    assert not is_date("270623")
    assert not is_date("32/6/23")


def test_a_date_is_likelier_than_its_strokes_say() -> None:
    number, date = favoured([0.6, 0.1], [False, True])
    assert date / number == pytest.approx(DATE_PRIOR * 0.1 / 0.6)
    assert number + date < 1  # the rest stays possible
    assert favoured([0.6, 0.1], [False, False]) == [0.6, 0.1]
