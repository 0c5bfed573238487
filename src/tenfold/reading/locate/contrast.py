"""The contrast of runs: where it is low, they are the grain of paper and no writing."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from tenfold.framing.percentile import percentile
from tenfold.reading.locate.cutting import placement, resampled
from tenfold.reading.locate.pyramid import Grey
from tenfold.reading.locate.runs import Run

FAINT = 0.3  # of the contrast of the page's clearest run; fainter is grain, or shines through
STANDS_OUT = 2.3  # times the spread of the ground; of noise alone it is 1.8
LIGHT = 31  # pixels of a strip: light that changes within more is taken off
SPECK_HEIGHT, SPECK_LENGTH, SPECK_SCORE = 0.4, 2.2, 0.75  # of the main run's; heights; probability
LONG = 3.0  # heights: no grain looks like a row; beside a shadow, pencil hardly stands out


def clear_runs(grey: Grey, runs: Sequence[Run]) -> list[Run]:
    """The runs whose ink stands out from the ground around it, and beside that of other runs.

    Specks go too: short, small and unsure beside a run that is none of it.
    """
    measured = [(run, *_contrast(grey, run)) for run in runs]
    clear = [
        (run, contrast)
        for run, contrast, spread in measured
        if contrast >= STANDS_OUT * spread or run.length > LONG * run.height
    ]
    if not clear:
        return []
    main, strongest = max(clear, key=lambda pair: pair[0].score * pair[0].length)
    return [r for r, contrast in clear if contrast >= FAINT * strongest and not _is_speck(r, main)]


def _is_speck(run: Run, main: Run) -> bool:
    small = run.height < SPECK_HEIGHT * main.height and run.length < SPECK_LENGTH * run.height
    return small and run.score < min(SPECK_SCORE, main.score)


def _contrast(grey: Grey, run: Run) -> tuple[float, float]:
    """How far the strongest ink of a run lies from its ground, and how far the ground spreads, with
    slow light taken off."""
    to_picture, width, sag = placement(run, (run.x0, run.x1))
    levels = resampled(grey, to_picture, width, sag)[0].astype(np.float32)
    levels = levels if run.bright >= 0.5 else 255 - levels
    levels -= cv2.blur(levels, (LIGHT, LIGHT), borderType=cv2.BORDER_REPLICATE)
    ground = percentile(levels, 50)
    return percentile(levels, 99) - ground, max(1.0, ground - percentile(levels, 10))
