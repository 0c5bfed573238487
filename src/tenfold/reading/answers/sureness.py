"""How likely a number is to be right, and to be a number at all: two logistic regressions.

They weigh the quantities of `evidence`, with weights that `python -m bench.accuracy.train_sureness`
learned from composed pictures: numbers that were read right or wrong, words, and empty paper.
`sureness.json` holds them, and says what they were learned from.
"""

from __future__ import annotations

import functools
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tenfold.reading.answers.evidence import NAMES

FILE = Path(__file__).with_name("sureness.json")
SPREAD_MAX = 4.0  # standard deviations: what lies farther out was hardly learned from

Weights = npt.NDArray[np.float64]


class Judgement(NamedTuple):
    """`right`: the probability that all digits of a number are right and none is missing;
    `number`: the log odds that it is a number, and no letters, ruling or dust."""

    right: float
    number: float


@dataclass(frozen=True, eq=False)
class Sureness:
    """Weights of the quantities `NAMES`, float64 [n + 1] each, a constant last; `centre` and
    `scale` float64 [n] bring the quantities to mean 0 and spread 1."""

    centre: Weights
    scale: Weights
    right: Weights
    number: Weights

    def __call__(self, evidence: Weights) -> Judgement:
        standard = np.clip((evidence - self.centre) / self.scale, -SPREAD_MAX, SPREAD_MAX)
        with_constant = np.append(standard, 1.0)
        right = float(self.right @ with_constant)
        return Judgement(1 / (1 + math.exp(-right)), float(self.number @ with_constant))


@functools.cache
def shipped_sureness() -> Sureness:
    """The weights that ship."""
    return sureness_of(json.loads(FILE.read_text(encoding="utf-8")))


def sureness_of(saved: dict[str, Any]) -> Sureness:
    """The weights of the content of a sureness.json. Raises ValueError where it has others."""
    if saved["names"] != list(NAMES):
        raise ValueError("sureness.json weighs other quantities: learn the weights anew")
    return Sureness(
        *(np.array(saved[name], np.float64) for name in ("centre", "scale", "right", "number"))
    )
