"""What a number is expected to be: a regular expression, a range, a check digit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tenfold.errors import UsageError

Expectation = Callable[[str], bool]
Expect = str | range | Expectation | Sequence["str | range | Expectation"] | None

RANGE = re.compile(r"(\d+)\.\.(\d+)")


def expectation(expect: Expect) -> Expectation | None:
    """`"luhn"`, `"1..31"`, a `range`, a regular expression that the whole number must match, a
    function of the text, or several of these that must all hold. Raises UsageError."""
    if expect is None or callable(expect):
        return expect
    if isinstance(expect, range):
        return lambda text: int(text) in expect
    if isinstance(expect, str):
        return _named(expect)
    every = [wanted for one in expect if (wanted := expectation(one)) is not None]
    return (lambda text: all(wanted(text) for wanted in every)) if every else None


def _named(expect: str) -> Expectation:
    if expect == "luhn":
        return luhn
    if between := RANGE.fullmatch(expect):
        first, last = int(between[1]), int(between[2])
        return lambda text: first <= int(text) <= last
    try:
        pattern = re.compile(expect)
    except re.error as problem:
        raise UsageError(
            f"'{expect}' is no regular expression: {problem}",
            hint="give for example '[0-9]{5}', '1..31' or luhn",
        ) from problem
    return lambda text: pattern.fullmatch(text) is not None


def luhn(text: str) -> bool:
    """The check digit of bank cards (H. P. Luhn, US patent 2,950,048): from the right, every second
    digit is doubled and its cross sum taken; the total is a multiple of ten."""
    digits = [int(character) for character in reversed(text)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return len(digits) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0
