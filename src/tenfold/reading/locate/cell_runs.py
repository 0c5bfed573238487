"""Runs by cells: where writing stays inside the lines of a grid, each cell is a row of its own.

The locator looks for rows. A digit alone in a box, beside an empty one, is easily lost, and rows of
a grid that is askew run into each other; where lines say where a number may stand, they decide, and
the locator says only what kind of writing it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from tenfold.framing.percentile import median
from tenfold.reading.detections import Box, Cell, PlaceInGrid
from tenfold.reading.locate.cell_ink import CellInk, Touch, ink_in
from tenfold.reading.locate.grids import cells_of
from tenfold.reading.locate.pyramid import Grey
from tenfold.reading.locate.runs import SEED, Run
from tenfold.reading.locate.seen import Looked

SMALLER = (1.0, 0.5, 0.25)  # of the runs' height: a run over several cells is as high as they are
INSIDE = 0.7  # of the written cells of a grid, whose ink stays inside: on squared paper fewer
ACROSS = 1.3  # of a cell's height: a run so high is not of one cell
LOWER = 0.7  # of the usual height in a grid: a lower piece is a part of a digit
LEFT = 0.8  # of its height: a shorter rest of a run beside a grid is none


class WrittenCells(NamedTuple):
    """The cells of a picture; the ink of those in which the locator sees digits, in grids where
    writing stays inside the lines; and the cells over whose lines a stroke runs nevertheless."""

    cells: tuple[Cell, ...]
    inks: dict[Cell, CellInk]
    crossed: frozenset[PlaceInGrid] = frozenset()


def written_cells(grey: Grey, height: float, looked: Looked, *, ink_is_dark: bool) -> WrittenCells:
    """The cells of a picture whose runs are about `height` pixels high. Where there are none, they
    may be lower than the runs, if writing stays inside their lines."""
    for share in SMALLER:
        cells = cells_of(grey, share * height, ink_is_dark=ink_is_dark)
        inks = {cell.place: ink_in(grey, cell.box, ink_is_dark=ink_is_dark) for cell in cells}
        digits = {place for place, ink in inks.items() if _has_digits(ink, looked)}
        cells = tuple(
            replace(cell, is_empty=cell.is_empty and cell.place not in digits) for cell in cells
        )
        crossed = _crossed({cell.place: inks[cell.place] for cell in cells if not cell.is_empty})
        inside = _inside(digits, crossed)
        if cells and (share == 1.0 or inside):
            written = [c for c in cells if c.place in digits and c.place.grid in inside]
            return WrittenCells(cells, {cell: inks[cell.place] for cell in written}, crossed)
    return WrittenCells((), {})


def _has_digits(ink: CellInk, looked: Looked) -> bool:
    return ink.height > 0 and looked.at(ink.box, ink.height).digits >= SEED


def _crossed(inks: dict[PlaceInGrid, CellInk]) -> frozenset[PlaceInGrid]:
    """The cells from which a stroke goes on into a neighbour: both touch their line, at one place;
    and those that a stroke fills from line to line."""
    found = {place for place, ink in inks.items() if ink.fills}
    for place, ink in inks.items():
        for side, (down, across) in ((2, (0, 1)), (3, (1, 0))):
            beside = PlaceInGrid(place.grid, place.row + down, place.column + across)
            other = inks.get(beside)
            if other is not None and _meet(ink.touches, side, other.touches):
                found |= {place, beside}
    return frozenset(found)


def _meet(touches: Sequence[Touch], side: int, others: Sequence[Touch]) -> bool:
    return any(
        a < d and c < b
        for at, a, b in touches
        if at == side
        for other, c, d in others
        if other == side - 2
    )


def _inside(written: Iterable[PlaceInGrid], crossed: frozenset[PlaceInGrid]) -> set[int]:
    """The grids in whose cells writing stays inside the lines."""
    grids: dict[int, list[bool]] = defaultdict(list)
    for place in written:
        grids[place.grid].append(place not in crossed)
    return {grid for grid, inside in grids.items() if sum(inside) >= INSIDE * len(inside)}


def runs_by_cells(
    runs: Sequence[Run], written: WrittenCells, looked: Looked, *, ink_is_dark: bool
) -> tuple[list[Run], dict[Run, tuple[float, float] | None]]:
    """The runs, or what of them lies in no such cell and in no empty one beside them; and a run for
    each cell that is written in, with the picture's x between which that lies, None where
    a stroke goes on beyond."""
    grids = {cell.place.grid for cell in written.inks}
    cells = [cell for cell in written.cells if cell.place.grid in grids]
    boxes = [cell.box for cell in cells if cell.is_empty or cell in written.inks]
    all_boxes = [cell.box for cell in cells]
    beside = [
        part for run in runs if not _lies_across(run, all_boxes) for part in _beside(run, boxes)
    ]
    usual = {
        grid: median([ink.height for cell, ink in written.inks.items() if cell.place.grid == grid])
        for grid in grids
    }
    in_cells = {
        _run_of(_widened(ink, runs), LOWER * usual[cell.place.grid], looked, ink_is_dark): (
            None if cell.place in written.crossed else (float(ink.cell[0]), float(ink.cell[2]))
        )
        for cell, ink in written.inks.items()
    }
    return beside, in_cells


def _lies_across(run: Run, boxes: Sequence[Box]) -> bool:
    """Whether a run lies over cells that are lower than itself."""
    x = (run.x0 + run.x1) / 2
    return any(
        left <= x < right
        and run.height >= ACROSS * (bottom - top)
        and abs(run.middle_at(x) - (top + bottom) / 2) <= run.height / 2
        for left, top, right, bottom in boxes
    )


def _beside(run: Run, boxes: Sequence[Box]) -> Iterator[Run]:
    """What of a run lies in none of the boxes."""
    taken = sorted(
        (left, right)
        for left, top, right, bottom in boxes
        if left < run.x1 and right > run.x0
        if top <= run.middle_at(min(max(run.x0, (left + right) / 2), run.x1)) < bottom
    )
    if not taken:
        yield run
        return
    ends = [run.x0, *(x for pair in taken for x in pair), run.x1]
    for a, b in zip(ends[::2], ends[1::2], strict=True):
        if b - a > LEFT * run.height:
            yield replace(run, x0=a, y0=run.middle_at(a), x1=b, y1=run.middle_at(b), sag=0.0)


def _widened(ink: CellInk, runs: Sequence[Run]) -> CellInk:
    """The ink with what the locator's runs have of the cell beside it: pale digits, a wide gap."""
    left, top, right, bottom = ink.box
    y = (top + bottom) / 2
    for run in runs:
        x = min(max(run.x0, (left + right) / 2), run.x1)
        if abs(run.middle_at(x) - y) <= run.height / 2 and run.height < 2 * ink.height:
            begins, ends = max(run.x0, ink.cell[0]), min(run.x1, ink.cell[2])
            if ends > begins:
                left, right = min(left, int(begins)), max(right, int(ends))
    return ink._replace(box=(left, top, right, bottom))


def _run_of(ink: CellInk, height_min: float, looked: Looked, ink_is_dark: bool) -> Run:
    left, top, right, bottom = ink.box
    seen = looked.at(ink.box, ink.height)
    y = (top + bottom) / 2
    height = max(ink.height, height_min)
    return Run(left, y, right, y, height, 0.0, seen.digits, float(not ink_is_dark), seen.others)
