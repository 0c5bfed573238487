"""The outputs of a model."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.classifier import Outputs


def outputs(n: int) -> Outputs:
    return Outputs(np.full((n, 10), 0.1, np.float32), np.ones(n, np.float32))


def test_good_outputs_have_no_fault() -> None:
    assert outputs(3).fault(3) == ""
    assert outputs(0).fault(0) == ""


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        (outputs(2), "gives shapes"),
        (outputs(3)._replace(is_digit=np.ones(3)), "another type than float32"),
        (outputs(3)._replace(probabilities=np.full((3, 10), np.nan, np.float32)), "NaN"),
        (outputs(3)._replace(probabilities=np.full((3, 10), 0.2, np.float32)), "no probabilities"),
        (outputs(3)._replace(is_digit=np.full(3, 1.1, np.float32)), "no probabilities"),
        (outputs(3)._replace(is_digit=np.full(3, -0.1, np.float32)), "no probabilities"),
    ],
    ids=["count", "type", "nan", "sum", "above 1", "below 0"],
)
def test_other_outputs_have_one(changed: Outputs, fault: str) -> None:
    assert fault in changed.fault(3)


def test_batches_are_joined_in_their_order() -> None:
    first, second = outputs(1), outputs(2)._replace(is_digit=np.zeros(2, np.float32))
    assert Outputs.join([first, second]).is_digit.tolist() == [1, 0, 0]
    assert Outputs.join([]).probabilities.shape == (0, 10)
    assert Outputs.join([first, second]).of(slice(1, 3)).is_digit.tolist() == [0, 0]
