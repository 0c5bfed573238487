"""Runs in cells: in a row of equal boxes for one digit each, digits are one number, however far
apart; the cells of a table hold a number each, however near."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import replace
from itertools import pairwise

from tenfold.framing.percentile import median
from tenfold.reading.detections import Cell, PlaceInGrid
from tenfold.reading.locate.runs import Run

BOXES_MIN = 4
EQUAL = 1.35  # ratio of the widest to the narrowest
WIDTH_MAX = 2.4  # of a digit's height: wider cells hold whole numbers


class Combs:
    """The rows of cells of a picture, and which of them are equal boxes. Runs that are `alone`, in
    one cell each, are never joined before they are read."""

    def __init__(self, cells: Iterable[Cell], alone: Container[Run] = ()) -> None:
        rows: dict[tuple[int, int], list[Cell]] = defaultdict(list)
        for cell in cells:
            rows[cell.place.grid, cell.place.row].append(cell)
        self._rows = {
            place: sorted(row, key=lambda cell: cell.place.column) for place, row in rows.items()
        }
        self._equal = {place for place, row in self._rows.items() if _are_equal(row)}
        self._alone = alone
        self._known: dict[Run, tuple[int, int] | None] = {}

    def same_row(self, left: Run, right: Run) -> bool | None:
        """Whether two runs lie in one row of cells; None where one of them lies in no cell."""
        a, b = self._row_of(left), self._row_of(right)
        return None if a is None or b is None or a[0] != b[0] else a == b

    def joins(self, left: Run, right: Run) -> bool | None:
        """Whether two runs are one number because they stand in neighbouring boxes, or two because
        they stand in other cells; None where cells say nothing."""
        if left in self._alone or right in self._alone:
            return False
        place = self._row_of(left)
        if place is None or place != self._row_of(right):
            return None
        row = self._rows[place]
        ends = _cell_at(row, left, left.x1 - 0.2 * left.height)
        begins = _cell_at(row, right, right.x0 + 0.2 * right.height)
        if ends is None or begins is None:
            return None
        apart = begins.place.column - ends.place.column
        if apart <= 0:
            return None
        return apart == 1 and self._are_boxes(place, left)

    def pitch(self, run: Run) -> float:
        """The pixels from one box to the next, where a run lies in a row of them; 0 elsewhere."""
        place = self._row_of(run)
        if place is None or not self._are_boxes(place, run):
            return 0.0
        return median([cell.box[2] - cell.box[0] for cell in self._rows[place]])

    def parted(self, run: Run) -> list[Run]:
        """A run as one for each cell of a table that it goes through."""
        ends = [run.x0, *self._borders(run), run.x1]
        if len(ends) == 2:
            return [run]
        return [
            replace(run, x0=a, y0=run.middle_at(a), x1=b, y1=run.middle_at(b), sag=0.0)
            for a, b in pairwise(ends)
        ]

    def box(self, run: Run) -> PlaceInGrid | None:
        """The box for one digit in which a run stands alone; None for any other run."""
        place = self._row_of(run)
        if run not in self._alone or place is None or not self._are_boxes(place, run):
            return None
        cell = _cell_at(self._rows[place], run, (run.x0 + run.x1) / 2)
        return None if cell is None else cell.place

    def _borders(self, run: Run) -> list[float]:
        """The picture's x at which a run goes from one cell of a table to the next."""
        found = []
        for place, row in self._rows.items():
            if self._are_boxes(place, run):
                continue
            for a, b in pairwise(row):
                x = (a.box[2] + b.box[0]) / 2
                y = run.middle_at(x)
                level = max(a.box[1], b.box[1]) <= y < min(a.box[3], b.box[3])
                if level and run.x0 < x < run.x1:
                    found.append(x)
        return sorted(found)

    def _row_of(self, run: Run) -> tuple[int, int] | None:
        if run not in self._known:
            x = (run.x0 + run.x1) / 2
            places = (p for p, row in self._rows.items() if _cell_at(row, run, x) is not None)
            self._known[run] = next(places, None)
        return self._known[run]

    def _are_boxes(self, place: tuple[int, int], run: Run) -> bool:
        """Whether the cells of a row are boxes for one digit each."""
        if place not in self._equal:
            return False
        widths = [cell.box[2] - cell.box[0] for cell in self._rows[place]]
        return median(widths) <= WIDTH_MAX * run.height


def _are_equal(row: list[Cell]) -> bool:
    widths = [cell.box[2] - cell.box[0] for cell in row]
    return len(row) >= BOXES_MIN and max(widths) <= EQUAL * min(widths)


def _cell_at(row: list[Cell], run: Run, x: float) -> Cell | None:
    y = run.middle_at(x)
    for cell in row:
        left, top, right, bottom = cell.box
        if left <= x < right and top <= y < bottom:
            return cell
    return None
