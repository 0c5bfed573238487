"""Rows of cells: in equal boxes for one digit each, digits are one number, however far apart; the
cells of a table hold a number each, however near."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from tenfold.framing.percentile import median
from tenfold.reading.detections import Cell
from tenfold.reading.locate.runs import Run

BOXES_MIN = 4
EQUAL = 1.35  # ratio of the widest to the narrowest
WIDTH_MAX = 2.4  # of a digit's height: wider cells hold whole numbers


class Combs:
    """The rows of equal boxes among the cells of a picture."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        rows: dict[tuple[int, int], list[Cell]] = defaultdict(list)
        for cell in cells:
            rows[cell.place.grid, cell.place.row].append(cell)
        self._rows = [row for row in rows.values() if _are_equal(row)]
        self._all = list(rows.values())

    def joins(self, left: Run, right: Run) -> bool:
        """Whether the gap between two runs lies between neighbouring boxes of one row."""
        for row in self._rows:
            ends = _cell_at(row, left, left.x1 - 0.2 * left.height)
            begins = _cell_at(row, right, right.x0 + 0.2 * right.height)
            if ends is None or begins is None or _is_wide(row, left):
                continue
            return begins.place.column - ends.place.column <= 1
        return False

    def pitch(self, run: Run) -> float:
        """The pixels from one box to the next, where a run lies in a row of them; 0 elsewhere."""
        for row in self._rows:
            if _cell_at(row, run, (run.x0 + run.x1) / 2) is not None and not _is_wide(row, run):
                return median([cell.box[2] - cell.box[0] for cell in row])
        return 0.0

    def borders(self, run: Run) -> list[float]:
        """The picture's x at which a run goes from one cell of a table to the next."""
        found = []
        for row in self._all:
            if any(row is other for other in self._rows) and not _is_wide(row, run):
                continue
            for a, b in pairwise(sorted(row, key=lambda cell: cell.place.column)):
                x = (a.box[2] + b.box[0]) / 2
                y = run.middle_at(x)
                level = max(a.box[1], b.box[1]) <= y < min(a.box[3], b.box[3])
                if level and run.x0 < x < run.x1:
                    found.append(x)
        return found


def _are_equal(row: list[Cell]) -> bool:
    widths = [cell.box[2] - cell.box[0] for cell in row]
    return len(row) >= BOXES_MIN and max(widths) <= EQUAL * min(widths)


def _is_wide(row: list[Cell], run: Run) -> bool:
    return median([cell.box[2] - cell.box[0] for cell in row]) > WIDTH_MAX * run.height


def _cell_at(row: list[Cell], run: Run, x: float) -> Cell | None:
    y = run.middle_at(x)
    for cell in row:
        left, top, right, bottom = cell.box
        if left <= x < right and top <= y < bottom:
            return cell
    return None
