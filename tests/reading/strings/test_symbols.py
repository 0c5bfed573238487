"""Symbols of the string reader."""

from __future__ import annotations

from tenfold.reading.strings.symbols import (
    BLANK,
    FIRST_MARK,
    MARKS,
    OTHER,
    OTHER_INDEX,
    SYMBOLS,
    is_digit,
    text_of,
)


def test_each_output_has_its_symbol() -> None:
    assert len(SYMBOLS) == 18
    assert SYMBOLS[BLANK] == ""
    assert SYMBOLS[OTHER_INDEX] == OTHER
    assert "".join(SYMBOLS[FIRST_MARK:OTHER_INDEX]) == MARKS


def test_only_digits_are_digits() -> None:
    assert [SYMBOLS[i] for i in range(len(SYMBOLS)) if is_digit(i)] == list("0123456789")


def test_a_text_leaves_blanks_out() -> None:
    assert text_of((3, 0, 11, 1, OTHER_INDEX)) == "2.0?"


def test_the_order_is_that_of_the_training() -> None:
    import pytest

    pytest.importorskip("cv2", reason="strips are composed with OpenCV")
    from tenfold.training.strips.texts import CHARACTERS

    assert "".join(SYMBOLS) == CHARACTERS
