"""What speaks for a number, and what is taken for letters."""

from __future__ import annotations

from readings import digit, number
from tenfold.reading.answers.letters import (
    AMONG_LETTERS,
    CLEAR,
    LETTERS,
    NO_NUMBER,
    PERHAPS,
    WEAK,
    Read,
    without_letters,
    without_remains,
)


def read(speaks: float, probability: float = 0.5) -> Read:
    return Read(number(digit(7, probability)), speaks)


def test_an_unsure_number_for_which_little_speaks_is_no_number() -> None:
    (letters,) = without_letters([read(LETTERS - 0.1)])
    assert not letters.is_number
    (kept,) = without_letters([read(LETTERS + 0.1)])
    assert kept.is_number


def test_where_writing_may_be_no_number_none_of_its_digits_is_sure() -> None:
    half = Read(number(digit(7, 0.99), digit(2, 0.5)), PERHAPS - 0.1)
    (perhaps,), (likely,) = (
        without_letters([half]),
        without_letters([half._replace(speaks=PERHAPS)]),
    )
    assert (perhaps.text, likely.text) == ("??", "7?")
    assert NO_NUMBER in perhaps.digits[0].notes


def test_a_sure_number_stays_whatever_the_locator_says() -> None:
    (kept,) = without_letters([read(LETTERS - 1, 0.99)])
    assert kept.text == "7"


def test_where_most_writing_is_letters_a_number_needs_more() -> None:
    weak, fair = read(WEAK - 0.1), read(AMONG_LETTERS - 0.1)
    assert [n.is_number for n in without_letters([fair])] == [True]
    assert not any(n.is_number for n in without_letters([weak, weak, fair]))
    sure, less = read(CLEAR + 0.1, 0.99), read(CLEAR - 0.1, 0.99)
    kept = without_letters([weak, weak, weak, weak, fair, sure, less])
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
