"""Numbers in boxes: in which box each digit stands, what no box explains, what stays empty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from tenfold.reading.answers.number import Digit, Number, doubted
from tenfold.reading.detections import Box, Cell, PlaceInGrid

Rows = tuple[tuple[Number, ...], ...]

WITHIN = 0.6  # of a digit's box lies in its cell
FITTING = 0.7  # of the digits on a grid; on squared paper fewer stand in one square each
NARROW = 0.45  # of its height: a divider is narrower, as a 1 is
UNREAD = "a box beside it is written in, and was not read"
DIVIDER = "a line between two boxes was left out"
BLANK_MAX = 40  # cells of a grid without any digit: more are squared paper
LISTED_MAX = 12  # empty boxes that a note names


class Boxed(NamedTuple):
    """The rows of a picture with their boxes, the cells around them, and notes."""

    rows: Rows
    cells: tuple[Cell, ...]
    notes: tuple[str, ...]


def boxed(rows: Rows, cells: Sequence[Cell]) -> Boxed:
    """The numbers with the box of each digit. A sure divider is no digit, and a box that is written
    in and was not read makes its neighbours unsure."""
    if not cells:
        return Boxed(rows, (), ())
    grids: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        grids[cell.place.grid].append(cell)
    digits = [digit for row in rows for number in row for digit in number.digits]
    marks = [mark.box for row in rows for number in row for mark in number.marks]
    kept = [grid for grid in grids.values() if _holds(grid, digits)]
    written = _written([cell for grid in kept for cell in grid], [*(d.box for d in digits), *marks])
    read = [digit for digit in digits if digit.reason != "not_a_digit"]
    unread = {cell.place for cell in written if not cell.is_empty} - _places(written, read, marks)
    placed = tuple(
        tuple(number for number in (_placed(n, written, unread) for n in row) if number.digits)
        for row in rows
    )
    return Boxed(tuple(row for row in placed if row), written, tuple(_notes(written, unread)))


def _holds(grid: Sequence[Cell], digits: Sequence[Digit]) -> bool:
    """Whether the digits that lie on a grid stand in its cells, as on squared paper they do not;
    for a grid without digits, whether it is a small one."""
    lefts, tops, rights, bottoms = zip(*(cell.box for cell in grid), strict=True)
    hull = min(lefts), min(tops), max(rights), max(bottoms)
    on_it = [digit.box for digit in digits if _cell_at([hull], _middle(digit.box)) is not None]
    if not on_it:
        return len(grid) <= BLANK_MAX
    fitting = sum(any(_share(box, cell.box) >= WITHIN for cell in grid) for box in on_it)
    return fitting >= FITTING * len(on_it)


def _written(cells: Sequence[Cell], boxes: Iterable[Box]) -> tuple[Cell, ...]:
    """The cells; one with a character in it is not empty, however faint its ink."""
    places = [_cell_at([cell.box for cell in cells], _middle(box)) for box in boxes]
    inside = {place for place in places if place is not None}
    return tuple(
        replace(cell, is_empty=cell.is_empty and at not in inside) for at, cell in enumerate(cells)
    )


def _places(
    cells: Sequence[Cell], digits: Sequence[Digit], marks: Sequence[Box]
) -> set[PlaceInGrid]:
    """The cells in which something was read."""
    boxes = [cell.box for cell in cells]
    found = (_cell_at(boxes, _middle(box)) for box in [*(d.box for d in digits), *marks])
    return {cells[at].place for at in found if at is not None}


def _placed(number: Number, cells: Sequence[Cell], unread: set[PlaceInGrid]) -> Number:
    """The number with the place of each digit, without dividers, and unsure beside a box that was
    not read."""
    boxes = [cell.box for cell in cells]
    kept: list[Digit] = []
    marks = list(number.marks)
    beside = False
    for digit in number.digits:
        at = _cell_at(boxes, _middle(digit.box))
        if at is None:
            between = _between(digit, cells)
            if between is not None and not unread & set(between):
                marks = [
                    m if m.after <= len(kept) else replace(m, after=m.after - 1) for m in marks
                ]
                continue
            kept.append(digit)
            continue
        place = cells[at].place
        beside |= any(abs(p.column - place.column) == 1 for p in unread if p[:2] == place[:2])
        kept.append(replace(digit, cell=place))
    changed = replace(number, digits=tuple(kept), marks=tuple(marks))
    with_marks = number.text == number.written
    if len(kept) != len(number.digits):
        changed = doubted(changed, DIVIDER, with_marks=with_marks)
    return doubted(changed, UNREAD, with_marks=with_marks) if beside else changed


def _between(digit: Digit, cells: Sequence[Cell]) -> tuple[PlaceInGrid, PlaceInGrid] | None:
    """The two neighbouring cells between which a 1 stands that is their divider; None for any other
    digit."""
    left, top, right, bottom = digit.box
    if digit.likeliest != 1 or right - left > NARROW * (bottom - top):
        return None
    reach = (bottom - top) / 2
    y = (top + bottom) / 2
    beside = [
        cell
        for cell in cells
        if cell.box[1] <= y < cell.box[3]
        and (abs(cell.box[2] - left) < reach or abs(cell.box[0] - right) < reach)
    ]
    for a in beside:
        for b in beside:
            if a.place[:2] == b.place[:2] and b.place.column == a.place.column + 1:
                return a.place, b.place
    return None


def _notes(cells: Sequence[Cell], unread: set[PlaceInGrid]) -> Iterable[str]:
    """What rows of boxes have that no number shows: empty boxes, and those that were not read."""
    rows: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        rows[cell.place.grid, cell.place.row].append(cell)
    for row in rows.values():
        if len(row) < 2:
            continue
        of = f"of a row of {len(row)} boxes"
        empty = [cell.place.column + 1 for cell in row if cell.is_empty]
        if len(empty) == len(row):
            yield f"a row of {len(row)} boxes is empty"
        elif 0 < len(empty) <= LISTED_MAX:
            yield f"{_listed(empty)} {of} {'is' if len(empty) == 1 else 'are'} empty"
        elif empty:
            yield f"{len(empty)} {of} are empty"
        left = [cell.place.column + 1 for cell in row if cell.place in unread]
        if left and len(left) < len(row):
            are = "is" if len(left) == 1 else "are"
            yield f"{_listed(left)} {of} {are} written in, and not read"


def _listed(columns: Sequence[int]) -> str:
    """`box 3`, `boxes 1, 2 and 5`."""
    if len(columns) == 1:
        return f"box {columns[0]}"
    return f"boxes {', '.join(map(str, columns[:-1]))} and {columns[-1]}"


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _cell_at(boxes: Sequence[Box], point: tuple[float, float]) -> int | None:
    """Which of the boxes a point lies in."""
    x, y = point
    for at, (left, top, right, bottom) in enumerate(boxes):
        if left <= x < right and top <= y < bottom:
            return at
    return None


def _share(box: Box, cell: Box) -> float:
    """The share of a box that lies in a cell."""
    across = min(box[2], cell[2]) - max(box[0], cell[0])
    down = min(box[3], cell[3]) - max(box[1], cell[1])
    area = (box[2] - box[0]) * (box[3] - box[1])
    return max(0, across) * max(0, down) / max(1, area)
