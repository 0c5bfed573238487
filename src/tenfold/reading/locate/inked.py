"""Runs whose ink stands out: the grain of blank paper, its contrast raised, looks like writing."""

from __future__ import annotations

from collections.abc import Sequence

from tenfold.framing.percentile import percentile
from tenfold.reading.locate.cutting import placement, resampled
from tenfold.reading.locate.pyramid import Grey
from tenfold.reading.locate.runs import Run

FAINT = 0.3  # of the contrast of the page's clearest run; fainter is grain, or shines through
STANDS_OUT = 2.7  # times the spread of the ground; of noise alone it is 2
LONG = 3.0  # heights: no grain looks like a row; beside a shadow, pencil hardly stands out


def inked_runs(grey: Grey, runs: Sequence[Run]) -> list[Run]:
    """The runs whose ink stands out from the ground around it, and beside that of other runs."""
    if not runs:
        return []
    measured = [_contrast(grey, run) for run in runs]
    clearest = max(range(len(runs)), key=lambda at: runs[at].score * runs[at].length)
    least = FAINT * measured[clearest][0]
    return [
        run
        for run, (contrast, spread) in zip(runs, measured, strict=True)
        if contrast >= least and (contrast >= STANDS_OUT * spread or run.length > LONG * run.height)
    ]


def _contrast(grey: Grey, run: Run) -> tuple[float, float]:
    """How far the strongest ink of a run lies from its ground, and how far the ground spreads."""
    to_picture, width, sag = placement(run, (run.x0, run.x1))
    levels = resampled(grey, to_picture, width, sag)
    levels = levels if run.bright >= 0.5 else 255 - levels
    ground = percentile(levels, 50)
    return percentile(levels, 99) - ground, max(1.0, ground - percentile(levels, 10))
