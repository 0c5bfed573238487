"""The three parts of the rows of a search."""

from __future__ import annotations

import numpy as np
import pytest

from conftest import drawn_digits
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.interop.tuning.search_rows import SearchRows, divided
from tenfold.interop.tuning.settings import TuningFacts
from tenfold.recipes import RECIPES

RECIPE = RECIPES["smoke"].replace({"batch_size": 32, "validation": 0.25})
DRAWN = drawn_digits(300)
DIGITS = Digits.of(DRAWN.images, DRAWN.labels)


def places(part: Digits) -> set[str]:
    return {part.place(row) for row in range(len(part))}


@pytest.fixture(scope="module")
def rows() -> SearchRows:
    return divided(DIGITS, RECIPE, 0.2, seed=0)


def test_each_row_is_in_one_part_and_keeps_its_place(rows: SearchRows) -> None:
    assert (len(rows.search), len(rows.held_out)) == (240, 60)
    assert not places(rows.search) & places(rows.held_out)
    assert places(rows.search) | places(rows.held_out) == places(DIGITS)
    row = int(rows.held_out.place(7).rpartition("[")[2][:-1])
    np.testing.assert_array_equal(rows.held_out.images[7], DIGITS.images[row])


def test_each_class_is_divided_alike(rows: SearchRows) -> None:
    assert np.bincount(rows.held_out.labelled()).tolist() == [6] * 10
    assert np.bincount(rows.search.labelled()).tolist() == [24] * 10


def test_the_counts_say_what_a_trial_trains_on(rows: SearchRows) -> None:
    assert (rows.counts.train, rows.counts.choose, rows.counts.held_out) == (180, 60, 60)


def test_the_seed_decides(rows: SearchRows) -> None:
    assert places(divided(DIGITS, RECIPE, 0.2, seed=0).held_out) == places(rows.held_out)
    assert places(divided(DIGITS, RECIPE, 0.2, seed=1).held_out) != places(rows.held_out)


def test_too_few_rows_to_train_on_are_refused() -> None:
    with pytest.raises(DataError, match="fewer than a batch"):
        divided(DIGITS, RECIPE, 0.9, seed=0)


def test_planned_epochs_become_those_of_the_rows_of_a_trial(rows: SearchRows) -> None:
    planned = RECIPES["fast"]
    assert rows.lengthened(planned) == planned.lengthened(180)
    assert rows.lengthened(planned).epochs > planned.epochs


def test_a_trials_data_json_is_of_the_rows_that_trials_see(rows: SearchRows) -> None:
    facts = TuningFacts(
        paths=("train.csv",), label="digit", files=(), rows=300, seed=5, trials=3, held_out=0.2,
        recipe={}, space={},
    )  # fmt: skip
    run = rows.run_facts(facts)
    assert (run.rows, run.class_counts) == (240, [24] * 10)
    assert (run.paths, run.label, run.seed) == (("train.csv",), "digit", 5)
