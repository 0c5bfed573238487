from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.errors import UsageError
from tenfold.recipes import LIMITS, RECIPES, Recipe


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"epoch": 3}, "did you mean 'epochs'"),
        ({"optimizer": "mouon"}, "did you mean 'muon'"),
        ({"epochs": "three"}, "epochs takes a value of type int"),
        ({"epochs": True}, "epochs takes a value of type int"),
        ({"epochs": 0}, "epochs must lie in 1 to"),
        ({"rotation": 10**400}, "rotation takes a value of type float"),
        ({"name": "../evil"}, "use letters"),
        ({"learning_rate": float("nan")}, "learning_rate must lie in"),
        ({"validation": 1.0}, "validation must lie in 0 to 0.9"),
    ],
)
def test_a_wrong_field_says_what_would_be_right(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        RECIPES["fast"].replace(fields)
    assert said in caught.value.hint


def test_whole_numbers_do_for_fractions() -> None:
    assert RECIPES["fast"].replace({"rotation": 5}).rotation == 5.0


def test_few_rows_get_more_epochs_and_many_do_not() -> None:
    recipe = Recipe(batch_size=100, epochs=2, steps_min=50)
    assert recipe.lengthened(1000).epochs == 5
    assert recipe.lengthened(100_000).epochs == 2


def test_no_number_of_rows_leads_out_of_the_range() -> None:
    recipe = Recipe(steps_min=1_000_000).lengthened(3)
    assert recipe.replace({"epochs": recipe.epochs}).epochs == LIMITS["epochs"][1]


def test_a_number_of_epochs_that_was_asked_for_is_kept() -> None:
    assert RECIPES["fast"].replace({"epochs": 1}).lengthened(100).epochs == 1


def test_every_number_has_a_range() -> None:
    numbers = {
        field.name
        for field in dataclasses.fields(Recipe)
        if isinstance(getattr(RECIPES["fast"], field.name), int | float)
        and not isinstance(getattr(RECIPES["fast"], field.name), bool)
    }
    assert numbers == set(LIMITS)


@given(st.sampled_from(sorted(LIMITS)), st.floats(allow_nan=True))
def test_no_number_outside_its_range_gets_in(field: str, value: float) -> None:
    low, high = LIMITS[field]
    try:
        changed = RECIPES["fast"].replace({field: value})
    except UsageError:
        return
    assert low <= getattr(changed, field) <= high
