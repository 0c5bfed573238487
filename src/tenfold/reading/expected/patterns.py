"""Regular expressions of numbers: whether one can match any number at all."""

from __future__ import annotations

import re
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

ALPHABET = "0123456789.,-/:="  # what a reading is made of


def can_match_a_number(pattern: str) -> bool:
    """Whether a pattern may match a text of digits and marks; True for syntax that Python lacks.

    Assertions and references to groups are taken to hold, so that no sensible pattern is refused.
    """
    try:
        parsed = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return True
    matches, longest = _reach(parsed)
    return matches and longest > 0


def _reach(parsed: Any) -> tuple[bool, int]:
    """Whether a sequence can match a text of the alphabet, and a length that such a text can have:
    0 where it is always empty, else a positive number."""
    length = 0
    for operator, argument in parsed:
        matches, added = _reach_of(operator, argument)
        if not matches:
            return False, 0
        length += added
    return True, length


def _reach_of(operator: Any, argument: Any) -> tuple[bool, int]:
    if operator in (sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY):
        return any(_is_in(operator, argument, character) for character in ALPHABET), 1
    if operator is sre.BRANCH:
        reaches = [_reach(branch) for branch in argument[1]]
        return any(matches for matches, _ in reaches), max(length for _, length in reaches)
    if operator is sre.SUBPATTERN:
        return _reach(argument[-1])
    if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        repeats_min, repeats_max, repeated = argument
        matches, length = _reach(repeated)
        return matches or repeats_min == 0, length * min(int(repeats_max), 1) if matches else 0
    if operator is sre.ATOMIC_GROUP:
        return _reach(argument)
    # an anchor or an assertion has no length; of a group or a condition it is not known
    return True, int(operator in (sre.GROUPREF, sre.GROUPREF_EXISTS))


def _is_in(operator: Any, argument: Any, character: str) -> bool:
    """Whether one element of a pattern matches a character."""
    code = ord(character)
    if operator is sre.ANY:
        return True
    if operator in (sre.LITERAL, sre.NOT_LITERAL):
        return (code == argument) == (operator is sre.LITERAL)
    negated = bool(argument) and argument[0][0] is sre.NEGATE
    return any(_member(kind, value, code) for kind, value in argument) != negated


def _member(kind: Any, value: Any, code: int) -> bool:
    if kind is sre.LITERAL:
        return code == value
    if kind is sre.RANGE:
        return value[0] <= code <= value[1]
    if kind is sre.CATEGORY:
        name = str(value).removeprefix("CATEGORY_").removeprefix("UNI_").removeprefix("LOC_")
        pattern = {"DIGIT": r"\d", "WORD": r"\w", "SPACE": r"\s"}[name.removeprefix("NOT_")]
        return bool(re.match(pattern, chr(code))) != name.startswith("NOT_")
    return False
