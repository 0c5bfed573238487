"""Expectations of a number: a regular expression, a range, a check digit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tenfold.errors import UsageError

Expectation = Callable[[str], bool]
Expect = str | range | Expectation | Sequence["str | range | Expectation"] | None

Match = Callable[[str], object]  # matches a whole text; None where it does not match

RANGE = re.compile(r"([0-9]+)\.\.([0-9]+)")
DIGITS_MAX = 1000  # of a number in a range: Python refuses to make a number of 4,301


def expectation(expect: Expect) -> Expectation | None:
    """A function that says whether a text is possible; None where any text is.

    `expect` is `"luhn"`, `"1..31"`, a `range`, a regular expression that the whole number must
    match, a function of the text, or several of these that must all hold. Raises UsageError.
    """
    if expect is None or callable(expect):
        return expect
    if isinstance(expect, range):
        return lambda text: len(text) <= DIGITS_MAX and int(text) in expect
    if isinstance(expect, str):
        return named(expect)
    conditions = [holds for entry in expect if (holds := expectation(entry)) is not None]
    return (lambda text: all(holds(text) for holds in conditions)) if conditions else None


def _backtracking(pattern: str) -> Match:
    return re.compile(pattern).fullmatch


def named(expect: str, match_of: Callable[[str], Match] = _backtracking) -> Expectation:
    """The expectation that a single text names: `luhn`, a range, or a regular expression.

    `match_of` compiles a regular expression, and raises re.error for a bad one. Raises UsageError.
    """
    if expect == "luhn":
        return luhn
    if between := RANGE.fullmatch(expect):
        return _range(*between.groups())
    try:
        match = match_of(expect)
    except (re.error, RecursionError, OverflowError) as problem:
        raise UsageError(
            f"'{expect}' is no regular expression: {problem}",
            hint="give for example '[0-9]{5}', '1..31' or luhn",
        ) from problem
    return lambda text: match(text) is not None


def _range(first: str, last: str) -> Expectation:
    if max(len(first), len(last)) > DIGITS_MAX:
        raise UsageError(
            f"a range of numbers of more than {DIGITS_MAX:,} digits", hint="give for example 1..31"
        )
    low, high = int(first), int(last)
    return lambda text: len(text) <= DIGITS_MAX and low <= int(text) <= high


def luhn(text: str) -> bool:
    """Whether the check digit of a bank card is right (H. P. Luhn, US patent 2,950,048).

    From the right, every second digit is doubled and replaced by the sum of its digits; the total
    is a multiple of ten.
    """
    digits = [int(character) for character in reversed(text)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return len(digits) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0
