"""Numbers that are dates if strokes between their digits are slashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tenfold.reading.answers.number import Digit, Mark, Number, doubted, text_of
from tenfold.reading.strings.date_strings import dates_among
from tenfold.reading.strings.symbols import OTHER, SYMBOLS

ALTERNATIVES = 5
UPRIGHT = "strokes between its digits may be slashes"


def dated(number: Number, strokes: Sequence[Digit], *, marks: bool) -> Number | None:
    """The number as a date, not sure: `strokes`, 1s that it does not have, are slashes of it, and
    perhaps a 1 of its own. None where that is no day of the calendar."""
    parts: list[Digit | Mark] = sorted(
        [*number.digits, *number.marks, *strokes], key=lambda part: part.box[0]
    )
    missed = [at for at, part in enumerate(parts) if any(part is stroke for stroke in strokes)]
    for found in dates_among([tuple(map(_symbol, parts))]):
        if all(SYMBOLS[found[at]] == "/" for at in missed):
            return _spelled(number, parts, found, marks=marks)
    return None


def _symbol(part: Digit | Mark) -> int:
    if isinstance(part, Mark):
        return SYMBOLS.index(part.symbol)
    return SYMBOLS.index(OTHER if part.reason == "not_a_digit" else str(part.likeliest))


def _spelled(
    number: Number, parts: Sequence[Digit | Mark], symbols: tuple[int, ...], *, marks: bool
) -> Number:
    """The number of parts that are read as `symbols`, none of its digits sure."""
    digits: list[Digit] = []
    written: list[Mark] = []
    for part, symbol in zip(parts, symbols, strict=True):
        if isinstance(part, Digit) and SYMBOLS[symbol].isdecimal():
            digits.append(part)
        else:
            written.append(Mark(SYMBOLS[symbol], len(digits), part.box))
    changed = replace(
        number,
        digits=tuple(digits),
        marks=tuple(written),
        alternatives=((number.likeliest, number.probability), *number.alternatives)[:ALTERNATIVES],
        text=text_of(digits, written if marks else ()),
        unexpected=False,
    )
    return doubted(changed, UPRIGHT, with_marks=marks)
