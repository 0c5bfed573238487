"""Numbers from strings: marks, doubt, other lengths, what is no digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from tenfold.classifier import Outputs
from tenfold.reading.answers.answer import answer_of
from tenfold.reading.answers.number import Number, Reading
from tenfold.reading.detections import AT_EDGE, Detections, FoundCharacter, FoundString, Variant
from tenfold.reading.expected.expect import Expectation
from tenfold.reading.strings.symbols import MARKS

Share = dict[int, float]


def variant_of(text: str, probability: float, shares: Sequence[Share] | None = None) -> Variant:
    """A variant that spells `text`, each character with a tile of its place, marks without."""
    characters = tuple(
        FoundCharacter(symbol, (10 * i, 0, 10 * i + 8, 20), None if symbol in MARKS else i)
        for i, symbol in enumerate(text)
    )
    digits = [symbol for symbol in text if symbol.isdecimal()]
    matrix = np.full((len(digits), 10), 1e-6)
    for place, share in enumerate(shares or [{int(digit): 1.0} for digit in digits]):
        for digit, value in share.items():
            matrix[place, digit] = value
    return Variant(characters, probability, matrix / matrix.sum(axis=1, keepdims=True))


def read(
    *variants: Variant,
    tiles: str | None = None,
    expected: Expectation | None = None,
    marks: bool = False,
    change: Callable[[FoundString], FoundString] = lambda string: string,
) -> Reading:
    """The answer to one string, where the classifier of tiles reads `tiles`."""
    seen = tiles or "".join(c.symbol for c in variants[0].characters)
    probabilities = np.full((len(seen), 10), 0.001, np.float32)
    for place, symbol in enumerate(seen):
        if symbol.isdecimal():
            probabilities[place, int(symbol)] = 0.991
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    outputs = Outputs(probabilities, np.ones(len(seen), np.float32))
    images = np.zeros((len(seen), 28, 28), np.uint8)
    strings = (change(FoundString(0, variants)),)
    found = Detections(images, (), 100, 20, strings=strings)
    return answer_of(found, outputs, 0.9, expected, marks=marks)


def number_of(reading: Reading) -> Number:
    ((number,),) = reading.rows
    return number


def test_two_readers_that_agree_are_sure() -> None:
    number = number_of(read(variant_of("1250", 0.98)))
    assert number.text == "1250"
    assert number.probability == pytest.approx(0.98, abs=0.02)
    assert all(digit.reason is None for digit in number.digits)


def test_marks_stand_in_the_text_where_they_are_asked_for() -> None:
    variant = variant_of("12.50", 0.98)
    without, with_marks = number_of(read(variant)), number_of(read(variant, marks=True))
    assert (without.text, without.written) == ("1250", "12.50")
    assert (with_marks.text, with_marks.written) == ("12.50", "12.50")
    (mark,) = without.marks
    assert (mark.symbol, mark.after, mark.box) == (".", 2, (20, 0, 28, 20))
    assert without.to_json()["marks"] == [{"mark": ".", "after": 2, "box": [20, 0, 28, 20]}]


@pytest.mark.parametrize("text", ["27/6/23", "-4", "9:15", "2=2", "60.-"])
def test_each_mark_stands_where_it_is_written(text: str) -> None:
    assert number_of(read(variant_of(text, 0.99), marks=True)).text == text


def test_a_mark_that_may_not_be_there_takes_nothing_from_the_digits() -> None:
    reading = read(variant_of("1250", 0.49), variant_of("12.50", 0.49), tiles="12500")
    assert number_of(reading).text == "1250"
    assert number_of(reading).probability == pytest.approx(0.98, abs=0.02)


def test_a_strip_that_is_most_likely_blank_holds_no_number() -> None:
    reading = read(variant_of("", 0.7), variant_of("7", 0.3), tiles="7")
    assert reading.rows == ()
    assert reading.text == ""


def test_a_strip_that_may_be_blank_holds_a_number_that_is_not_sure() -> None:
    number = number_of(read(variant_of("", 0.45), variant_of("7", 0.4), tiles="7"))
    assert number.text == "?"
    assert number.likeliest == "7"


def test_a_digit_that_may_be_lost_makes_the_number_unsure() -> None:
    reading = read(variant_of("119", 0.6), variant_of("19", 0.39), tiles="119")
    number = number_of(reading)
    assert number.text == "???"
    assert number.alternatives[0][0] == "19"
    assert "may have more or fewer digits" in number.digits[0].notes


def test_readers_that_disagree_are_not_sure_of_that_digit() -> None:
    number = number_of(read(variant_of("17", 0.99), tiles="11"))
    assert number.text == "1?"
    assert number.digits[1].reason == "low_confidence"
    assert "two readers disagree: 7 or 1" in number.digits[1].notes


def test_of_an_unsure_number_the_weakest_digit_is_asked_for() -> None:
    shares = [{1: 0.95, 7: 0.05}, {2: 0.95, 8: 0.05}, {3: 0.92, 5: 0.08}]
    number = number_of(read(variant_of("123", 0.82, shares), tiles="123"))
    assert number.probability > 0.9  # the tiles confirm
    weak = number_of(read(variant_of("123", 0.5, [{1: 0.8, 7: 0.2}, {2: 1.0}, {3: 0.7, 5: 0.3}])))
    assert "?" in weak.text


def test_other_writing_is_a_question_mark_and_its_number_unsure() -> None:
    reading = read(variant_of("?60", 0.99))
    number = number_of(reading)
    assert number.text == "???"
    assert number.digits[0].reason == "not_a_digit"
    assert "beside writing that is no digit" in number.digits[1].notes


def test_other_writing_alone_is_no_number() -> None:
    reading = read(variant_of("?", 0.99))
    assert reading.reason == "no_digits"
    assert reading.text == ""


def test_a_mark_alone_is_no_number() -> None:
    reading = read(variant_of("-", 0.99))
    assert reading.reason == "no_digits"


def test_a_cut_off_digit_is_unsure() -> None:
    def cut(string: FoundString) -> FoundString:
        (variant,) = string.variants
        first, *others = variant.characters
        characters = (replace(first, notes=(AT_EDGE,)), *others)
        return FoundString(0, (Variant(characters, variant.probability, variant.digits),))

    assert number_of(read(variant_of("12", 0.99), change=cut)).text == "?2"


def test_an_expectation_chooses_among_lengths() -> None:
    variants = variant_of("119", 0.6), variant_of("1119", 0.3)
    number = number_of(read(*variants, tiles="1119", expected=lambda text: len(text) == 4))
    assert number.text == "1119"
    assert number.probability == pytest.approx(1.0, abs=0.01)


def test_an_expectation_may_be_of_the_digits_or_of_what_is_written() -> None:
    variant = variant_of("27/6/23", 0.99)
    for pattern in ("27623", "27/6/23"):
        assert number_of(read(variant, expected=pattern.__eq__)).text == "27623"


def test_what_cannot_match_is_said() -> None:
    reading = read(variant_of("12", 0.99), expected=lambda text: len(text) == 7)
    assert reading.notes == ("nothing that 12 may be matches what is expected",)
    assert number_of(reading).text == "12"


def test_marks_that_are_not_sure_leave_the_digits_sure() -> None:
    with_stop, without = variant_of("12.50", 0.6), variant_of("1250", 0.38)
    number = number_of(read(with_stop, without, tiles="12.50", marks=True))
    assert number.text == "12.50"
    assert number.reason == "low_confidence"
    assert [digit.digit for digit in number.digits] == [1, 2, 5, 0]
    plain = number_of(read(with_stop, without, tiles="12.50"))
    assert (plain.text, plain.reason) == ("1250", None)
