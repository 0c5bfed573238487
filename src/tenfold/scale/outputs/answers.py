"""The answers for a batch, as columns of the output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from tenfold.classifier import Outputs, Probabilities
from tenfold.digits import Labels
from tenfold.metrics import Bools
from tenfold.reading.answers.segmentation import DIGIT_MIN

Column: TypeAlias = Any  # a list, or an array of numpy or of pyarrow

NOT_A_DIGIT, LOW_CONFIDENCE = "not_a_digit", "low_confidence"  # the words of `tenfold read`


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers for n rows. ids, labels: [n]; probability float32 [n] of the label; reasons: why a
    label is not sure, "" where it is; probabilities float32 [n, 10]; kept: other columns of the
    source by the names that they have in the output."""

    ids: Column
    labels: Column
    probability: Column
    reasons: Sequence[str]
    probabilities: Probabilities | None = None
    kept: dict[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def unsure(self) -> int:
        return sum(map(bool, self.reasons))

    @property
    def numbers(self) -> int:
        """Of pictures alone: a tile is no number."""
        return 0


def answers_of(outputs: Outputs, ids: Column, kept: dict[str, Column], threshold: float) -> Answers:
    """The answers from a model's outputs; `threshold` is its reject threshold."""
    labels: Labels = outputs.probabilities.argmax(axis=1)
    best = outputs.probabilities.max(axis=1, initial=0)
    return Answers(
        ids, labels, best, reasons_of(best, outputs, threshold), outputs.probabilities, kept
    )


def reasons_of(best: Any, outputs: Outputs, threshold: float) -> list[str]:
    """Why each label is not sure; "" where it is."""
    no_digit: Bools = np.asarray(outputs.is_digit < DIGIT_MIN)
    low: Bools = np.asarray(best * outputs.is_digit < threshold)
    if not (no_digit.any() or low.any()):
        return [""] * len(best)
    words = np.where(no_digit, NOT_A_DIGIT, np.where(low, LOW_CONFIDENCE, ""))
    return [str(word) for word in words]
