"""The weights of what speaks for a number, those that ship and others."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.reading.answers.evidence import NAMES
from tenfold.reading.answers.sureness import (
    SPREAD_MAX,
    Sureness,
    shipped_sureness,
    sureness_of,
)


def saved(**changes: object) -> dict[str, object]:
    count = len(NAMES)
    weights = [1.0, *[0.0] * (count - 1), 0.5]
    one = {"centre": [2.0] * count, "scale": [2.0] * count, "right": weights, "number": weights}
    return {"names": list(NAMES), **one, **changes}


def test_quantities_are_weighed_by_their_distance_from_the_mean() -> None:
    judgement = sureness_of(saved())(np.full(len(NAMES), 4.0))
    assert judgement.number == 1.5
    assert judgement.right == pytest.approx(1 / (1 + np.exp(-1.5)))


def test_what_lies_far_out_says_no_more_than_what_was_learned_from() -> None:
    assert sureness_of(saved())(np.full(len(NAMES), 1e6)).number == SPREAD_MAX + 0.5


def test_weights_of_other_quantities_are_refused() -> None:
    with pytest.raises(ValueError, match="other quantities"):
        sureness_of(saved(names=["height"]))


@pytest.mark.parametrize("name", ["probability", "weakest", "form", "alone", "locator"])
def test_the_shipped_weights_take_more_for_more(name: str) -> None:
    shipped = shipped_sureness()
    assert isinstance(shipped, Sureness)
    more = shipped.centre.copy()
    more[NAMES.index(name)] += shipped.scale[NAMES.index(name)]
    assert shipped(more).right > shipped(shipped.centre).right
