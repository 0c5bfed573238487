"""Regions that lines close in, and grids of them with what they lack between their cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

LACKING = 0.4  # of the cells of a grid: with more, it is none


@dataclass(frozen=True)
class Region:
    """What lines close in: its box in pixels of the page, how clear the writing in it is, and
    whether all its sides are drawn, none of them the picture's edge."""

    left: float
    top: float
    right: float
    bottom: float
    ink: float
    is_closed: bool

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


Grid = dict[tuple[int, int], Region]  # by row and column
InkOf = Callable[[int, int, int, int], float]  # of a box of the page: left, top, right, bottom


def completed(grids: Sequence[Grid], ink_of: InkOf) -> list[Grid]:
    """The grids, the largest first, with the cells that they lack between others: a stroke looked
    like a line, or hid one. What of another grid lies there belongs to it."""
    whole: list[Grid] = []
    for grid in sorted(grids, key=len, reverse=True):
        taken = [region for other in whole for region in other.values()]
        left = {place: r for place, r in grid.items() if not any(_overlap(r, t) for t in taken)}
        if left:
            whole.append(_filled(left, ink_of))
    return whole


def _filled(grid: Grid, ink_of: InkOf) -> Grid:
    """A grid with the cells between its own that it lacks; their sides are those of the nearest
    cells in their row and in their column."""
    rows, columns = ({place[axis] for place in grid} for axis in (0, 1))
    lacking = [(r, c) for r in rows for c in columns if (r, c) not in grid]
    if len(lacking) > LACKING * len(rows) * len(columns):
        return grid
    whole = dict(grid)
    for row, column in lacking:
        level = [place for place in grid if place[0] == row]
        over = [place for place in grid if place[1] == column]
        beside = grid[min(level, key=lambda place: abs(place[1] - column))]
        above = grid[min(over, key=lambda place: abs(place[0] - row))]
        sides = above.left, beside.top, above.right, beside.bottom
        left, top, right, bottom = map(int, sides)
        cell = Region(*sides, ink_of(left, top, right, bottom), True)
        if not any(_overlap(cell, other) or _overlap(other, cell) for other in whole.values()):
            whole[row, column] = cell
    return whole


def _overlap(a: Region, b: Region) -> bool:
    """Whether the middle of a region lies in another."""
    x, y = (a.left + a.right) / 2, (a.top + a.bottom) / 2
    return b.left <= x < b.right and b.top <= y < b.bottom
