"""What the locator says of a place in the picture, at the scale at which it knows such writing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tenfold.reading.detections import Box
from tenfold.reading.locate.pyramid import MARGIN, STRIDE, PyramidPage
from tenfold.reading.locate.runs import HEIGHT_UNIT, LocatorOutputs


class Seen(NamedTuple):
    """Probabilities of digits, and of other writing."""

    digits: float
    others: float


class Looked:
    """The locator's answers for all pages of a picture."""

    def __init__(self, answers: Sequence[tuple[PyramidPage, LocatorOutputs]]) -> None:
        self._answers = answers

    def at(self, box: Box, height: float) -> Seen:
        """What is most likely written in a box of the picture, in characters of that height."""
        page, answers = min(
            self._answers, key=lambda pair: abs(np.log(height * pair[0].scale / HEIGHT_UNIT))
        )
        place = [int((value * page.scale + MARGIN) / STRIDE) for value in box]
        window = slice(place[1], place[3] + 1), slice(place[0], place[2] + 1)
        return Seen(
            float(answers.digits[window].max()),
            float(answers.others[window].mean()),
        )
