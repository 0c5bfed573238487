"""Dates among the strings that a strip may show: slashes that stand upright look like 1s.

The string reader sees strokes, not what people write. A number of seven digits whose 1s stand just
where the slashes of a day of the calendar would stand is far rarer than that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tenfold.reading.expected.dates import date
from tenfold.reading.strings.symbols import SYMBOLS

DATE_PRIOR = 50.0  # times as likely as its strokes say: of dates there are few, of numbers many
LONGEST = len("27/06/2023")
STROKES = ("1", "/")


def is_written_date(symbols: tuple[int, ...]) -> bool:
    """Whether symbols are a day of the calendar with its marks."""
    text = "".join(SYMBOLS[symbol] for symbol in symbols)
    return not text.isdecimal() and date(text)


def dates_among(strings: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The dates that strings are where two of their strokes, 1s or slashes, are slashes."""
    found = (candidate for symbols in strings for candidate in _dates(symbols))
    return list(dict.fromkeys(found))


def _dates(symbols: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    slash = SYMBOLS.index("/")
    strokes = [at for at, symbol in enumerate(symbols) if SYMBOLS[symbol] in STROKES]
    if len(symbols) > LONGEST or len(strokes) < 2:
        return
    for at, first in enumerate(strokes):
        for second in strokes[at + 1 :]:
            candidate = list(symbols)
            candidate[first] = candidate[second] = slash
            if is_written_date(tuple(candidate)):
                yield tuple(candidate)


def favoured(probabilities: Sequence[float], are_dates: Sequence[bool]) -> list[float]:
    """The probabilities of strings, of which dates are likelier than their strokes say. What is
    missing to 1 are other strings, which are no dates."""
    weights = [DATE_PRIOR if is_date else 1.0 for is_date in are_dates]
    total = 1 + sum((w - 1) * p for w, p in zip(weights, probabilities, strict=True))
    return [w * p / total for w, p in zip(weights, probabilities, strict=True)]
