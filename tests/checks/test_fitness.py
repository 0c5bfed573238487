"""Rows that nothing can be learnt from are refused."""

from __future__ import annotations

import numpy as np
import pytest

from conftest import drawn_digits
from tenfold.checks.fitness import refuse_unfit
from tenfold.errors import DataError
from tenfold.recipes import RECIPES

TINY = RECIPES["smoke"].replace(
    {"channels": 4, "batch_size": 32, "epochs": 3, "rotation": 5, "shift": 0.02}
)


def test_a_class_without_rows_is_refused() -> None:
    digits = drawn_digits(200)
    kept = np.flatnonzero(digits.labelled() != 7)
    with pytest.raises(DataError, match="has no rows of 7"):
        refuse_unfit(digits.take(kept), TINY)


def test_one_class_alone_is_refused() -> None:
    digits = drawn_digits(200)
    with pytest.raises(DataError, match="has no rows of 0, 2, 3, 4, 5, 6, 7, 8, 9"):
        refuse_unfit(digits.take(np.flatnonzero(digits.labelled() == 1)), TINY)


def test_fewer_rows_than_a_batch_are_refused_with_a_smaller_batch() -> None:
    with pytest.raises(
        DataError, match=r"90 rows to train on, fewer than a batch of 256"
    ) as caught:
        refuse_unfit(drawn_digits(100), RECIPES["fast"])
    assert "--batch-size 11" in caught.value.hint
