"""An evaluation: labels and probabilities of the same rows, and the metrics computed from them.

Needs numpy only, so a base install can evaluate. `report/` draws it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tenfold import metrics
from tenfold import notebook_html as html
from tenfold.digits import CLASSES, Digits, Images, Labels, Rows
from tenfold.evaluation.cross_fitting import CrossFitted, cross_fit
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.metrics import Bools, Floats, Ints


@dataclass(frozen=True)
class Mistake:
    """A misclassified row, with the probabilities of the predicted digit and of the label."""

    row: int
    place: str
    label: int
    prediction: int
    probability: float
    probability_of_label: float

    @property
    def importance(self) -> float:
        """The probability of the predicted label minus that of the true one, as in the notebook."""
        return self.probability - self.probability_of_label


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Labels and probabilities of the same rows; metrics are computed when they are first used.

    images uint8 [n, 28, 28]; labels int64 [n]; probabilities float32 [n, 10]; rows int64 [n], the
    row numbers in the data that the images came from; places [n], such as `train.csv:4711`.
    `measured_on` describes the rows, and is None where that is not known.
    """

    images: Images
    labels: Labels
    probabilities: Floats
    rows: Rows
    places: tuple[str, ...]
    answered_accuracy: float = 0.999
    measured_on: MeasuredOn | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"Evaluation(accuracy {self.accuracy})"

    @cached_property
    def predictions(self) -> Ints:
        return self.probabilities.argmax(axis=1)

    @cached_property
    def confidence(self) -> Floats:
        return self.probabilities.max(axis=1).astype(np.float64)

    @cached_property
    def correct(self) -> Bools:
        return self.predictions == self.labels

    @cached_property
    def accuracy(self) -> metrics.Proportion:
        return metrics.accuracy(self.labels, self.predictions)

    @cached_property
    def confusion(self) -> Ints:
        """int64 [10, 10], row = true label."""
        return metrics.confusion_matrix(self.labels, self.predictions, CLASSES)

    @cached_property
    def class_scores(self) -> metrics.ClassScores:
        return metrics.class_scores(self.confusion)

    @cached_property
    def calibration(self) -> metrics.Calibration:
        return metrics.calibration(self.confidence, self.correct)

    @cached_property
    def risk_coverage(self) -> metrics.RiskCoverage:
        return metrics.risk_coverage(self.confidence, self.correct)

    @cached_property
    def reject_threshold(self) -> float:
        """The threshold set on all rows, for the model folder; `cross_fitted` tests it."""
        return metrics.reject_threshold(self.confidence, self.correct, self.answered_accuracy)

    @cached_property
    def cross_fitted(self) -> CrossFitted:
        return cross_fit(self.labels, self.probabilities, self.answered_accuracy)

    def top_losses(self, count: int | None = 12) -> list[Mistake]:
        """The `count` most important mistakes, worst first; all of them with None."""
        wrong = np.flatnonzero(~self.correct)
        mistakes = [
            Mistake(
                int(self.rows[i]),
                self.places[i],
                int(self.labels[i]),
                int(self.predictions[i]),
                float(self.probabilities[i, self.predictions[i]]),
                float(self.probabilities[i, self.labels[i]]),
            )
            for i in wrong
        ]
        return sorted(mistakes, key=lambda mistake: -mistake.importance)[:count]

    def most_confused(self, count: int = 10) -> list[tuple[int, int, int]]:
        """Pairs (true label, predicted label, count), the most frequent first."""
        off = self.confusion * (1 - np.eye(CLASSES, dtype=np.int64))
        order = np.argsort(-off, axis=None, kind="stable")[:count]
        pairs = [(int(i) // CLASSES, int(i) % CLASSES) for i in order]
        return [(true, read, int(off[true, read])) for true, read in pairs if off[true, read]]

    def numbers(self) -> dict[str, Any]:
        """The content of metrics.json. Proportions are shares of 1, not per cent."""
        low, high = self.accuracy.interval
        fitted = self.cross_fitted
        scores = self.class_scores
        return {
            "n": len(self),
            "measured_on": str(self.measured_on) if self.measured_on else "",
            "measured_rows": self.measured_on.to_json() if self.measured_on else None,
            "accuracy": self.accuracy.value,
            "accuracy_95_low": low,
            "accuracy_95_high": high,
            "errors": int((~self.correct).sum()),
            "negative_log_likelihood": metrics.negative_log_likelihood(
                self.labels, self.probabilities
            ),
            "ece": self.calibration.ece,
            "reject_threshold": self.reject_threshold,
            "cross_fitted": {
                "ece": fitted.ece,
                "negative_log_likelihood": fitted.negative_log_likelihood,
                "answered": _number(fitted.answered.value),
                "answered_right": _number(fitted.answered_right.value),
                "answered_right_target": fitted.target,
            },
            "classes": [
                {
                    "digit": digit,
                    "precision": _number(scores.precision[digit]),
                    "recall": _number(scores.recall[digit]),
                    "f1": _number(scores.f1[digit]),
                    "support": int(scores.support[digit]),
                }
                for digit in range(CLASSES)
            ],
            "most_confused": [
                {"label": true, "prediction": read, "count": count}
                for true, read, count in self.most_confused()
            ],
        }

    def summary(self) -> str:
        """The headline and the most confused pairs, for people."""
        fitted = self.cross_fitted
        lines = [
            f"accuracy: {self.accuracy}, {int((~self.correct).sum()):,} wrong",
            f"calibration error (ECE): {self.calibration.ece:.4f}",
        ]
        if self.measured_on is not None:
            lines[1:1] = [f"measured on {self.measured_on}", *self.measured_on.notes]
        if fitted.answered.hits:
            lines.append(
                f"answering the surest {fitted.answered.value:.1%}: "
                f"{fitted.answered_right.value:.2%} right (threshold cross-fitted for "
                f"{fitted.target:.1%})"
            )
        if pairs := self.most_confused(5):
            shown = ", ".join(f"{true} as {read} ({count})" for true, read, count in pairs)
            lines.append(f"most confused: {shown}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """The last line of a notebook's cell: summary, confusions and the worst mistakes."""
        return html.cell(
            html.title(f"accuracy {self.accuracy}"),
            html.lines(self.summary().splitlines()[1:]),
            html.counts(self.confusion),
            html.tiles(self._worst()),
        )

    def _worst(self) -> Iterator[tuple[Images, str]]:
        """Tiles and captions of the worst mistakes."""
        place = {int(row): index for index, row in enumerate(self.rows)}
        for mistake in self.top_losses(html.TILES_MAX):
            yield self.images[place[mistake.row]], f"{mistake.label} read {mistake.prediction}"


def evaluation_of(
    digits: Digits,
    rows: Rows,
    probabilities: Floats,
    answered_accuracy: float,
    measured_on: MeasuredOn,
) -> Evaluation:
    """Evaluate probabilities float32 [k, 10] of the rows `rows`, int64 [k], of `digits`.

    Raises DataError where the digits have no labels.
    """
    assert measured_on.rows == len(rows)
    return Evaluation(
        digits.images[rows],
        digits.labelled()[rows],
        probabilities,
        rows,
        tuple(digits.place(int(row)) for row in rows),
        answered_accuracy,
        measured_on,
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)  # JSON has no NaN
