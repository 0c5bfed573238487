"""Find the strips of a picture: as it lies, or turned where it is clearly likelier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tenfold.framing.percentile import median
from tenfold.framing.strip import STRIP_DIGIT_HEIGHT, STRIP_MIDDLE, Strip
from tenfold.reading.detections import Box, Cell, PlaceInGrid
from tenfold.reading.locate.cell_runs import runs_by_cells, written_cells
from tenfold.reading.locate.combs import Combs
from tenfold.reading.locate.contrast import clear_runs
from tenfold.reading.locate.cutting import cut_strip, teeth_along
from tenfold.reading.locate.found_strips import FoundStrip, FoundStrips
from tenfold.reading.locate.pyramid import Grey, pyramid
from tenfold.reading.locate.rows import rows_of
from tenfold.reading.locate.runs import LocatorOutputs, Run, outputs_of, runs_of, without_doubles
from tenfold.reading.locate.seen import Looked

Locate = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]]
# log odds that strips are not upside down, to be decided by their sign alone or not
UprightOdds = Callable[[Sequence[Strip], bool], float]
STRIPS_MAX = 200
SIDEWAYS = 0.6  # probability, over all writing, that rows go up or down the page
KEPT = 0.8  # of the writing that was found before the turn
DIGITS_MIN = 2.0  # in a row: one digit is no row that could lie on its side
SURELY_SIDEWAYS = 0.7  # the same, from which it does not matter what was found before the turn
UPSIDE_DOWN = -3.5  # log odds: a page of 1s, 0s and 8s says nothing
JUDGED = 12  # strips, the longest ones, of which the page's turn is judged
SCORE_MIN, SCORE_SHARE = 0.5, 0.72  # of a run; of the best run's: print beside writing has less


def find_strips(
    grey: Grey,
    locate: Locate,
    *,
    turn: int | None = None,
    upright_odds: UprightOdds | None = None,
    height_max: float = np.inf,
) -> FoundStrips:
    """The strips of a picture, uint8 [height, width], in reading order.

    `locate` takes pages uint8 [n, h, w], h and w multiples of 8, and gives float32
    [n, 8, h/4, w/4]. The picture is turned clockwise by `turn` degrees; where that is None, as far
    as it clearly lies on its side or, by `upright_odds`, upside down. Only digits of at most
    `height_max` pixels are looked for.
    """
    lying = 0 if turn is None else turn
    upright = _turned(grey, lying)
    runs, turns, looked = _runs(upright, locate, height_max)
    if turn is None and turns[1] + turns[3] >= SIDEWAYS:
        on_side = _turned(grey, 90)
        others, again, looked_again = _runs(on_side, locate, height_max)
        lies = (
            again[0] + again[2] >= SIDEWAYS and _digits(clear_runs(on_side, others)) >= DIGITS_MIN
        )
        clearly = min(turns[1] + turns[3], again[0] + again[2]) >= SURELY_SIDEWAYS
        if lies and (clearly or _sum(others) > KEPT * _sum(runs)):
            lying, upright, runs, looked = 90, on_side, others, looked_again
    found = _found(upright, runs, looked, lying)
    strips = found.strips
    if turn is None and upright_odds is not None and strips:
        longest = sorted(strips, key=lambda strip: -strip.pixels.shape[1])[:JUDGED]
        odds = upright_odds([strip.pixels for strip in longest], bool(lying))
        if odds < (0.0 if lying else UPSIDE_DOWN):
            lying = (lying + 180) % 360
            upright = _turned(grey, lying)
            runs, _, looked = _runs(upright, locate, height_max)
            return _found(upright, runs, looked, lying)
    return found


def _runs(
    grey: Grey, locate: Locate, height_max: float
) -> tuple[list[Run], npt.NDArray[np.float64], Looked]:
    """The runs of a picture, how likely it is turned by each quarter, over all its writing, and
    what the locator said of each place."""
    runs: list[Run] = []
    votes = np.zeros(4)
    looked = []
    for page in pyramid(grey):
        answers = outputs_of(locate(page.pixels[None])[0])
        runs += [run for run in runs_of(page, answers) if run.height <= height_max]
        votes += _votes(answers)
        looked.append((page, answers))
    best = max((run.score for run in runs), default=0.0)
    runs = [run for run in runs if run.score >= max(SCORE_MIN, SCORE_SHARE * best)]
    return without_doubles(runs), votes / max(votes.sum(), 1e-9), Looked(looked)


def _votes(answers: LocatorOutputs) -> npt.NDArray[np.float64]:
    sure = np.maximum(answers.digits, answers.others)
    weights = np.where(sure > 0.5, sure, 0)
    return (answers.turns * weights).sum(axis=(1, 2)).astype(np.float64)


def _sum(runs: Sequence[Run]) -> float:
    return sum(run.score * run.length * run.height for run in runs)


def _digits(runs: Sequence[Run]) -> float:
    """About how many digits runs can hold."""
    return sum(run.length / run.height for run in runs)


def _turned(grey: Grey, turn: int) -> Grey:
    """The picture turned clockwise by degrees."""
    return np.ascontiguousarray(np.rot90(grey, -(turn // 90)))


def _found(upright: Grey, runs: Sequence[Run], looked: Looked, turn: int) -> FoundStrips:
    """The strips and the cells of an upright picture."""
    runs = clear_runs(upright, runs)
    height, width = upright.shape
    if not runs:
        return FoundStrips((), width, height, turn)
    is_dark = median([run.bright for run in runs]) < 0.5
    digit_height = median([run.height for run in runs])
    written = written_cells(upright, digit_height, looked, ink_is_dark=is_dark)
    beside, in_cells = runs_by_cells(runs, written, looked, ink_is_dark=is_dark)
    cells = written.cells
    combs = Combs(cells, in_cells)
    parts = [part for run in beside for part in combs.parted(run)]
    rows = rows_of([*parts, *in_cells], combs.joins, combs.same_row)
    strips: list[FoundStrip] = []
    for at, row in enumerate(rows):
        for column, run in enumerate(row):
            if len(strips) < STRIPS_MAX:
                room = in_cells.get(run) or _room(row, column, width)
                strip = cut_strip(upright, run, at, room)
                pitch = combs.pitch(run) / run.height * STRIP_DIGIT_HEIGHT
                strips.append(replace(strip, pitch=pitch, box=combs.box(run)))
    cells += _teeth(upright, strips, cells, is_dark)
    more = sum(map(len, rows)) > STRIPS_MAX
    notes = (f"more than {STRIPS_MAX} numbers: the first are read",) if more else ()
    return FoundStrips(tuple(strips), width, height, turn, notes, cells)


def _teeth(
    upright: Grey, strips: Sequence[FoundStrip], cells: Sequence[Cell], is_dark: bool
) -> tuple[Cell, ...]:
    """The cells of combs along strips that lie in no cell."""
    known = list(cells)
    for strip in strips:
        x, y = strip.points_in_picture([(strip.pixels.shape[1] / 2, STRIP_MIDDLE)])[0]
        if any(c.box[0] <= x < c.box[2] and c.box[1] <= y < c.box[3] for c in known):
            continue
        teeth = teeth_along(upright, strip, ink_is_dark=is_dark)
        if any(_crosses(box, cell.box) for box, _ in teeth for cell in cells):
            continue  # a table of which some lines were not seen
        grid = known[-1].place.grid + 1 if known else 0
        known += [
            Cell(PlaceInGrid(grid, 0, column), box, is_empty)
            for column, (box, is_empty) in enumerate(teeth)
        ]
    return tuple(known[len(cells) :])


def _crosses(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _room(row: Sequence[Run], at: int, width: int) -> tuple[float, float]:
    left = (row[at - 1].x1 + row[at].x0) / 2 if at else -np.inf
    right = (row[at].x1 + row[at + 1].x0) / 2 if at + 1 < len(row) else np.inf
    return max(left, -8.0), min(right, width + 8.0)
