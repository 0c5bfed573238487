from __future__ import annotations

import pytest

from tenfold.reading.expected.patterns import can_match_a_number


@pytest.mark.parametrize(
    "pattern",
    [
        "[0-9]{5}", r"\d+", r"\d{4}|none", "4711", "0*[1-9]", ".*", r"\S{3}", "[^a-z]{2}",
        r"(?P<a>[0-9])(?P=a)", "(?:12)+?", r"[0-9]+[.,][0-9]{2}", r"\d{2}/\d{2}", "x*5", r"[\d\s]+",
        "(?=1)1", "(?>12)", "1++", r"\w{3}", r"\pN{4}", "(1)(?(1)2|3)",
    ],
)  # fmt: skip
def test_a_pattern_of_digits_and_marks_is_sensible(pattern: str) -> None:
    assert can_match_a_number(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "lunh",
        "d{5}",
        "[A-Z]{2}",
        "a?",
        "x|y",
        r"\D{2}5a",
        "[^0-9.,:=/-]",
        r"\s+",
        "(abc)*",
        "^$",
    ],
)
def test_a_pattern_that_no_number_matches_is_not(pattern: str) -> None:
    assert not can_match_a_number(pattern)
