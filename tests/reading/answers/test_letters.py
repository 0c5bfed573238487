"""What speaks for a number, and what is taken for letters."""

from __future__ import annotations

import numpy as np

from readings import digit, number
from tenfold.classifier import Outputs
from tenfold.reading.answers.letters import (
    AMONG_LETTERS,
    LETTERS,
    Read,
    evidence,
    without_letters,
    without_remains,
)
from tenfold.reading.answers.number import Number
from tenfold.reading.detections import FoundCharacter, FoundString, Variant

BOX = (0, 0, 20, 30)


def outputs(is_digit: float) -> Outputs:
    return Outputs(np.full((1, 10), 0.1, np.float32), np.array([is_digit], np.float32))


def read(probability: float, *, score: float = 0.9, other: float = 0.05) -> Read:
    variant = Variant((FoundCharacter("7", BOX, 0),), probability, np.full((1, 10), 0.1))
    string = FoundString(0, (variant,), score=score, other=other)
    of_one = number(digit(7, probability, box=BOX))
    return string, Number(of_one.text, probability, (), of_one.digits)


def test_each_witness_counts() -> None:
    string, seven = read(0.5)
    known = evidence(string, seven, outputs(0.9))
    assert evidence(string, seven, outputs(0.1)) < known
    assert evidence(*read(0.2), outputs(0.9)) < known
    assert evidence(*read(0.5, score=0.6), outputs(0.9)) < known
    assert evidence(*read(0.5, other=0.5), outputs(0.9)) < known


def test_an_unsure_number_for_which_little_speaks_is_no_number() -> None:
    weak = read(0.1, score=0.6, other=0.4)
    assert evidence(*weak, outputs(0.3)) < LETTERS
    (letters,) = without_letters([weak], outputs(0.3))
    assert not letters.is_number
    (kept,) = without_letters([read(0.8)], outputs(0.9))
    assert kept.is_number


def test_a_sure_number_stays_whatever_the_locator_says() -> None:
    sure = read(0.99, score=0.5, other=0.9)
    (kept,) = without_letters([sure], outputs(0.1))
    assert kept.text == "7"


def test_where_most_writing_is_letters_a_number_needs_more() -> None:
    weak, fair = read(0.2, score=0.6, other=0.4), read(0.5, score=0.7, other=0.1)
    assert LETTERS < evidence(*fair, outputs(0.9)) < AMONG_LETTERS
    assert [n.is_number for n in without_letters([fair], outputs(0.9))] == [True]
    assert not any(n.is_number for n in without_letters([weak, weak, fair], outputs(0.9)))
    sure, less = read(0.99), read(0.99, score=0.6, other=0.1)
    kept = without_letters([weak, weak, weak, weak, fair, sure, less], outputs(0.9))
    assert [n.text for n in kept[4:]] == ["?", "7", "?"]


def test_small_strokes_alone_are_remains_of_ruling() -> None:
    strokes, real = number(digit(1, 0.99), digit(7, 0.99)), number(digit(1, 0.99), digit(4, 0.99))
    assert without_remains(((strokes,), (real, strokes)), 300, alone=True) == ((real,),)
    assert without_remains(((strokes,),), 100, alone=True) == ((strokes,),)  # 30 pixels high
    assert without_remains(((strokes,),), 300, alone=False) == ((strokes,),)


def test_strokes_side_by_side_are_dividers() -> None:
    dividers = number(*[digit(1, 0.99)] * 3)
    real = number(digit(1, 0.99), digit(1, 0.99), digit(3, 0.99))
    assert without_remains(((dividers, real),), 50, alone=False) == ((real,),)
