"""Answers from a model's outputs: the label, and why it is not sure."""

from __future__ import annotations

import numpy as np

from tenfold.classifier import Outputs
from tenfold.scale.outputs.answers import answers_of


def outputs(best: list[float], is_digit: list[float]) -> Outputs:
    probabilities = np.zeros((len(best), 10), np.float32)
    probabilities[:, 3] = best
    probabilities[:, 7] = 1 - np.array(best, np.float32)
    return Outputs(probabilities=probabilities, is_digit=np.array(is_digit, np.float32))


def test_reasons_are_those_of_read() -> None:
    found = answers_of(outputs([0.9, 0.6, 0.99, 0.9], [1, 1, 0.01, 0.75]), [1, 2, 3, 4], {}, 0.7)
    assert list(found.labels) == [3, 3, 3, 3]
    assert found.reasons == ["", "low_confidence", "not_a_digit", "low_confidence"]
    assert found.unsure == 3
    assert len(found) == 4


def test_the_threshold_itself_is_sure_and_no_rows_are_no_answers() -> None:
    assert answers_of(outputs([0.5], [1]), [1], {}, 0.5).reasons == [""]
    assert len(answers_of(outputs([], []), [], {}, 0.5)) == 0
