"""Dates as people write them: which texts can be one."""

from __future__ import annotations

import datetime
import re

ORDERS = ("dmy", "mdy", "ymd")  # of day, month and year
YEARS = range(1900, 2100)  # of four digits; of two, any century
PARTED = re.compile(r"([0-9]{1,4})([./-])([0-9]{1,2})\2([0-9]{1,4})")
FOUR_DIGITS = 4


def date(text: str, order: str | None = None) -> bool:
    """Whether a text is a day of the calendar: `27.6.2023`, `27/06/23`, `2023-06-27`, `27062023`,
    `270623`. `order` is one of ORDERS; None allows each of them."""
    return any(
        _is_day(parts, candidate)
        for candidate in ([order] if order else ORDERS)
        for parts in [_parts_of(text, candidate)]
        if parts is not None
    )


def _parts_of(text: str, order: str) -> list[str] | None:
    """The three parts of a date in the order in which they are written."""
    if found := PARTED.fullmatch(text):
        # 32/6/23 would be a day of 2032
        whole = order[0] != "y" or len(found[1]) == FOUR_DIGITS
        return [found[1], found[3], found[4]] if whole else None
    if not (text.isascii() and text.isdigit() and len(text) in (6, 8)):
        return None
    year = len(text) - 4  # digits
    first = year if order[0] == "y" else 2
    return [text[:first], text[first : first + 2], text[first + 2 :]]


def _is_day(parts: list[str], order: str) -> bool:
    named = dict(zip(order, parts, strict=True))
    year, month, day = named["y"], named["m"], named["d"]
    if len(year) not in (2, FOUR_DIGITS) or max(len(month), len(day)) > 2:
        return False
    if len(year) == FOUR_DIGITS and int(year) not in YEARS:
        return False
    try:  # 2000 and 1900: whether there is a 29 February in the year of two digits is not known
        datetime.date(
            int(year) if len(year) == FOUR_DIGITS else 2000 + int(year), int(month), int(day)
        )
    except ValueError:
        return False
    return True
