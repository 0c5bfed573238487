"""Places of numbers and cells after a picture was turned."""

from __future__ import annotations

from dataclasses import replace

from tenfold.reading.answers.number import Digit, Mark, Number, Reading
from tenfold.reading.detections import Cell
from tenfold.reading.opening.turning import Size, box_after, size_after, turned


def numbers_after(
    turn: int, rows: tuple[tuple[Number, ...], ...], size: Size
) -> tuple[tuple[Number, ...], ...]:
    """Numbers in a picture of that size, after the picture was turned clockwise."""

    def digit_after(digit: Digit) -> Digit:
        return replace(digit, box=box_after(turn, digit.box, size))

    def mark_after(mark: Mark) -> Mark:
        return replace(mark, box=box_after(turn, mark.box, size))

    def number_after(number: Number) -> Number:
        digits, marks = map(digit_after, number.digits), map(mark_after, number.marks)
        return replace(number, digits=tuple(digits), marks=tuple(marks))

    return tuple(tuple(map(number_after, row)) for row in rows) if turn else rows


def cells_after(turn: int, cells: tuple[Cell, ...], size: Size) -> tuple[Cell, ...]:
    """Cells in a picture of that size, after the picture was turned clockwise."""
    return tuple(replace(cell, box=box_after(turn, cell.box, size)) for cell in cells)


def reading_upright(reading: Reading) -> Reading:
    """The reading with its places in the picture as it was turned to be read; its picture too."""
    if not reading.turn:
        return reading
    size = reading.width, reading.height
    width, height = size_after(reading.turn, size)
    picture = reading.picture
    return replace(
        reading,
        rows=numbers_after(reading.turn, reading.rows, size),
        cells=cells_after(reading.turn, reading.cells, size),
        picture=None if picture is None else turned(picture, reading.turn),
        width=width,
        height=height,
        turn=0,
    )
