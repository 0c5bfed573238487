"""Strings and their boxes, from outputs made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from strip_frames import outputs_of, spelled
from tenfold.reading.strings.characters import StringInStrip, strings_in


def text(string: StringInStrip) -> str:
    return "".join(character.symbol for character in string[0].characters)


def test_a_strip_without_symbols_has_no_strings() -> None:
    assert strings_in(outputs_of([])) == []
    assert strings_in(outputs_of([(9, {"3": 0.05})])) == []


def test_digits_and_marks_stand_in_their_boxes() -> None:
    (string,) = strings_in(outputs_of(spelled("12.50")))
    assert text(string) == "12.50"
    assert [c.box for c in string[0].characters] == [
        (2 * frame - 5, 5, 2 * frame + 7, 27) for frame in (5, 12, 19, 26, 33)
    ]
    assert string[0].digits.shape == (4, 10)
    assert string[0].digits.argmax(axis=1).tolist() == [1, 2, 5, 0]


def test_a_wide_gap_parts_two_numbers() -> None:
    peaks = spelled("12") + spelled("345", start=60)
    assert [text(string) for string in strings_in(outputs_of(peaks))] == ["12", "345"]


def test_equal_neighbours_are_two_digits() -> None:
    (string,) = strings_in(outputs_of(spelled("000", step=6)))
    assert text(string) == "000"


def test_forms_of_a_string_are_apart_and_digits_within_one_are_shares() -> None:
    peaks = [(5, {"7": 0.7, "1": 0.299}), (12, {"5": 0.999}), (19, {"3": 0.4})]
    (string,) = strings_in(outputs_of(peaks))
    assert [len(variant.digits) for variant in string] == [2, 3]
    assert string[0].probability == pytest.approx(0.7 * 0.6, rel=0.05)
    assert string[1].probability == pytest.approx(0.7 * 0.4, rel=0.05)
    for variant in string:
        assert variant.digits[0, [7, 1]] == pytest.approx([0.7, 0.3], abs=0.02)
        assert np.allclose(variant.digits.sum(axis=1), 1)


def test_boxes_lie_within_the_height_of_the_strip() -> None:
    outputs = outputs_of(spelled("4"))
    outputs.boxes[:, 1], outputs.boxes[:, 3] = -9, 99
    ((variant,),) = strings_in(outputs)
    assert variant.characters[0].box[1::2] == (0, 32)


def test_in_a_row_of_boxes_only_an_empty_one_parts_a_number() -> None:
    outputs = outputs_of(spelled("12") + spelled("345", start=60))  # some 90 pixels apart
    assert [text(string) for string in strings_in(outputs, 100.0)] == ["12345"]
    assert [text(string) for string in strings_in(outputs, 40.0)] == ["12", "345"]


def test_a_date_is_read_where_its_slashes_may_be_1s() -> None:
    strokes = {"1": 0.7, "/": 0.28}
    peaks = [(5, {"2": 0.99}), (12, {"7": 0.99}), (19, strokes), (26, {"6": 0.99}), (33, strokes)]
    (string,) = strings_in(outputs_of([*peaks, *spelled("23", start=40)]))
    assert text(string) == "27/6/23"
    assert string[0].probability > 0.5
    (number,) = strings_in(outputs_of([*peaks, *spelled("2", start=40)]))  # no year of one digit
    assert text(number) == "271612"


def test_an_unsure_string_is_what_its_views_agree_on() -> None:
    doubted = outputs_of([(5, {"9": 0.4, "8": 0.55}), (12, {"5": 0.99})])
    others = [outputs_of([(5, {"9": 0.9, "8": 0.05}), (12, {"5": 0.99})]).log_probabilities] * 3
    (alone,) = strings_in(doubted)
    (together,) = strings_in(doubted, other_views=lambda: others)
    assert alone[0].digits.argmax(axis=1).tolist() == [8, 5]
    assert together[0].digits.argmax(axis=1).tolist() == [9, 5]
    assert together[0].digits[0, 9] == pytest.approx((0.42 + 3 * 0.95) / 4, abs=0.02)


def test_other_views_may_see_a_digit_more() -> None:
    doubted = outputs_of([(5, {"1": 0.3}), (12, {"5": 0.99})])
    others = [outputs_of([(5, {"1": 0.95}), (12, {"5": 0.99})]).log_probabilities] * 3
    (string,) = strings_in(doubted, other_views=lambda: others)
    assert text(string) == "15"


def test_a_sure_string_is_read_once() -> None:
    def never() -> list[np.ndarray]:
        raise AssertionError

    (string,) = strings_in(outputs_of(spelled("1250")), other_views=never)
    assert text(string) == "1250"
