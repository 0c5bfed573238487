"""Find the strips of a picture: upright, or turned where it is clearly likelier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from tenfold.errors import UsageError
from tenfold.reading.locate.contrast import clear_runs
from tenfold.reading.locate.cutting import cut_strip
from tenfold.reading.locate.pyramid import Grey, pyramid
from tenfold.reading.locate.rows import rows_of
from tenfold.reading.locate.runs import Answers, Run, answers_of, runs_of, without_doubles
from tenfold.reading.strip_found import FoundStrip, FoundStrips

Turn = Literal["auto", "0", "90", "180", "270"]
Locate = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]]
STRIPS_MAX = 200
TURN_SURE = 0.75  # probability, over all writing, from which another turn is tried
SIDEWAYS = 0.7  # the same for both sideways turns: which of them is surer only to who reads
KEPT = 0.8  # of the writing that was found before the turn
SCORE_MIN, SCORE_SHARE = 0.5, 0.72  # of a run; of the best run's: print beside writing has less


def find_strips(grey: Grey, locate: Locate, *, turn: Turn = "auto") -> FoundStrips:
    """The strips of a picture, uint8 [height, width], in reading order.

    `locate` takes pages uint8 [n, h, w], h and w multiples of 8, and gives float32
    [n, 8, h/4, w/4]. Raises UsageError for a turn that is none.
    """
    if turn not in get_args(Turn):
        raise UsageError(f"turn is '{turn}'", hint=f"one of {', '.join(get_args(Turn))}")
    if turn != "auto":
        quarters = int(turn) // 90
        runs, _ = _runs(_turned(grey, quarters), locate)
        return _found(grey, runs, quarters)
    runs, turns = _runs(grey, locate)
    quarters = int(turns.argmax())
    if quarters and (turns[quarters] >= TURN_SURE or turns[1] + turns[3] >= SIDEWAYS):
        upright = -quarters % 4
        others, again = _runs(_turned(grey, upright), locate)
        if again[0] + again[2] >= SIDEWAYS and _sum(others) > KEPT * _sum(runs):
            return _found(grey, others, upright, (f"turned by {90 * upright} degrees",))
    return _found(grey, runs, 0)


def _runs(grey: Grey, locate: Locate) -> tuple[list[Run], npt.NDArray[np.float64]]:
    """The runs of a picture, and how likely it is turned by each quarter, over all its writing."""
    runs: list[Run] = []
    votes = np.zeros(4)
    for page in pyramid(grey):
        answers = answers_of(locate(page.pixels[None])[0])
        runs += runs_of(page, answers)
        votes += _votes(answers)
    best = max((run.score for run in runs), default=0.0)
    runs = [run for run in runs if run.score >= max(SCORE_MIN, SCORE_SHARE * best)]
    return without_doubles(runs), votes / max(votes.sum(), 1e-9)


def _votes(answers: Answers) -> npt.NDArray[np.float64]:
    sure = np.maximum(answers.digits, answers.others)
    weights = np.where(sure > 0.5, sure, 0)
    return (answers.turns * weights).sum(axis=(1, 2)).astype(np.float64)


def _sum(runs: Sequence[Run]) -> float:
    return sum(run.score * run.length * run.height for run in runs)


def _turned(grey: Grey, quarters: int) -> Grey:
    """The picture turned clockwise by quarters."""
    return np.ascontiguousarray(np.rot90(grey, -quarters))


def _found(
    grey: Grey, runs: Sequence[Run], quarters: int, notes: tuple[str, ...] = ()
) -> FoundStrips:
    upright = _turned(grey, quarters)
    runs = clear_runs(upright, runs)
    strips: list[FoundStrip] = []
    rows = rows_of(runs)
    if sum(map(len, rows)) > STRIPS_MAX:
        notes = (*notes, f"more than {STRIPS_MAX} numbers: the first are read")
    for at, row in enumerate(rows):
        for column, run in enumerate(row):
            if len(strips) < STRIPS_MAX:
                strips.append(cut_strip(upright, run, at, _room(row, column, upright.shape[1])))
    back = _back(grey.shape, quarters)
    placed = tuple(_replaced(strip, back) for strip in strips) if quarters else tuple(strips)
    height, width = grey.shape
    return FoundStrips(placed, width, height, 90 * quarters, notes)


def _room(row: Sequence[Run], at: int, width: int) -> tuple[float, float]:
    left = (row[at - 1].x1 + row[at].x0) / 2 if at else -np.inf
    right = (row[at].x1 + row[at + 1].x0) / 2 if at + 1 < len(row) else np.inf
    return max(left, -8.0), min(right, width + 8.0)


def _back(shape: tuple[int, ...], quarters: int) -> npt.NDArray[np.float64]:
    """The map from a picture that was turned clockwise by quarters back, float64 [2, 3]."""
    height, width = shape
    return np.array(
        [
            [[1, 0, 0], [0, 1, 0]],
            [[0, 1, 0], [-1, 0, height - 1]],
            [[-1, 0, width - 1], [0, -1, height - 1]],
            [[0, -1, width - 1], [1, 0, 0]],
        ][quarters],
        np.float64,
    )


def _replaced(strip: FoundStrip, back: npt.NDArray[np.float64]) -> FoundStrip:
    square = np.vstack([strip.to_picture, [0, 0, 1]])
    return replace(strip, to_picture=back @ square)
