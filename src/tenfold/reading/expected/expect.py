"""Expectations of a number: a pattern, a range, a date, a check digit."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

from tenfold.errors import UsageError
from tenfold.reading.expected.check_digits import (
    DIGITS_MAX,
    IBAN_DIGITS,
    iban,
    isbn,
    luhn,
    mod11,
    mod97,
)
from tenfold.reading.expected.dates import ORDERS, date
from tenfold.reading.expected.patterns import can_match_a_number

Expectation = Callable[[str], bool]
Expect = str | range | Expectation | Sequence["str | range | Expectation"] | None

Match = Callable[[str], object]  # matches a whole text; None where it does not match

RANGE = re.compile(r"(-?[0-9]+)\.\.(-?[0-9]+)")
# not the two dots of a range, but meant so: 1...31, 1 .. 31, 1-31
RANGE_MEANT = re.compile(
    r"(-?[0-9]+) *(?:\.{2,}|\N{HORIZONTAL ELLIPSIS}|\N{EN DASH}|-) *(-?[0-9]+)"
)
NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
NAMED: dict[str, Expectation] = {
    "luhn": luhn, "isbn": isbn, "iban": iban, "mod11": mod11, "mod97": mod97, "date": date,
    **{f"iban:{country}": partial(iban, country=country) for country in IBAN_DIGITS},
    **{f"date:{order}": partial(date, order=order) for order in ORDERS},
}  # fmt: skip
SHORT_NAMES = tuple(name for name in NAMED if ":" not in name)
HINT = f"give a pattern such as '[0-9]{{5}}', a range such as 1..31, or {', '.join(SHORT_NAMES)}"


def expectation(expect: Expect) -> Expectation | None:
    """A function that says whether a text is possible; None where any text is.

    `expect` is a name of NAMED, `"1..31"`, a `range`, a regular expression that the whole number
    must match, a function of the text, or several of these that must all hold. Raises UsageError.
    """
    if expect is None or callable(expect):
        return expect
    if isinstance(expect, range):
        if not expect:
            raise UsageError(f"{expect} holds no number", hint="give for example range(1, 32)")
        return lambda text: text.isdecimal() and len(text) <= DIGITS_MAX and int(text) in expect
    if isinstance(expect, str):
        return named(expect)
    conditions = [holds for entry in expect if (holds := expectation(entry)) is not None]
    return (lambda text: all(holds(text) for holds in conditions)) if conditions else None


def _backtracking(pattern: str) -> Match:
    return re.compile(pattern).fullmatch


def named(expect: str, match_of: Callable[[str], Match] = _backtracking) -> Expectation:
    """The expectation that a single text names: one of NAMED, a range, or a regular expression.

    `match_of` compiles a regular expression, and raises re.error for a bad one. Raises UsageError,
    also for an expression that no number matches.
    """
    if expect in NAMED:
        return NAMED[expect]
    if between := RANGE.fullmatch(expect):
        return _range(*between.groups())
    if between := RANGE_MEANT.fullmatch(expect):
        raise UsageError(
            f"'{expect}' is no range", hint=f"did you mean {between[1]}..{between[2]}?"
        )
    try:
        match = match_of(expect)
    except (re.error, RecursionError, OverflowError) as problem:
        raise UsageError(
            f"'{expect}' is no regular expression: {problem}", hint=_nearest(expect)
        ) from problem
    if not can_match_a_number(expect):
        raise UsageError(f"'{expect}' matches no number", hint=_nearest(expect))
    return lambda text: match(text) is not None


def _nearest(expect: str) -> str:
    """What may have been meant: the nearest name, or all that there is."""
    close = difflib.get_close_matches(expect.lower()[:40], [name.lower() for name in NAMED], 1)
    known = {name.lower(): name for name in NAMED}
    return f"did you mean {known[close[0]]}?" if close else HINT


def _range(first: str, last: str) -> Expectation:
    if max(len(first), len(last)) > DIGITS_MAX:
        raise UsageError(
            f"a range of numbers of more than {DIGITS_MAX:,} digits", hint="give for example 1..31"
        )
    low, high = int(first), int(last)
    if low > high:
        raise UsageError(
            f"'{first}..{last}' holds no number",
            hint=f"the lower end comes first: {last}..{first}",
        )
    return lambda text: _is_between(text, low, high)


def _is_between(text: str, low: int, high: int) -> bool:
    if len(text) > DIGITS_MAX or not NUMBER.fullmatch(text):
        return False
    return low <= Decimal(text.replace(",", ".")) <= high
