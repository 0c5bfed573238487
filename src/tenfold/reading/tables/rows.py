"""Rows of a table of numbers: one for each number, and one for each page without any."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

from tenfold.console import printable_line
from tenfold.reading.answers.number import PLACES, Number, Reading
from tenfold.reading.answers.uncertainty import fault_of, numbers_of, uncertainty_of
from tenfold.reading.detections import Box


@dataclass(frozen=True)
class Row:
    """A number of a page, or a page without numbers, whose `reason` says why.

    `row` counts from 1 down the page. `text` is as in a Reading; texts, so that leading zeros
    live. `reason` is empty for a sure number. `box` is left, top, right and bottom in pixels.
    `written` has the marks of the number too.
    """

    file: str
    page: int | None
    row: int | None = None
    text: str = ""
    probability: float | None = None
    reason: str = ""
    box: str = ""
    likeliest: str = ""
    written: str = ""

    @property
    def values(self) -> tuple[str | int | float | None, ...]:
        """The values in the order of COLUMNS."""
        return astuple(self)


COLUMNS = tuple(field.name for field in fields(Row))


def rows_of(reading: Reading) -> list[Row]:
    """The rows of a reading."""
    numbers = numbers_of(reading)
    if not numbers:
        return [Row(_name(reading), reading.page, reason=printable_line(fault_of(reading)))]
    return [_row(reading, row, number) for row, number in numbers]


def _row(reading: Reading, row: int, number: Number) -> Row:
    return Row(
        _name(reading),
        reading.page,
        row,
        number.text,
        round(number.probability, PLACES),
        uncertainty_of(number),
        box_text(number.box),
        number.likeliest,
        number.written,
    )


def _name(reading: Reading) -> str:
    return printable_line(reading.file)


def box_text(box: Box) -> str:
    """`12 30 88 75`: left, top, right, bottom."""
    return " ".join(map(str, box))
