from __future__ import annotations

import dataclasses

import pytest

from tenfold.errors import UsageError
from tenfold.recipes import FINE_TUNING, RECIPES, fine_tuning_recipe, refuse_other_network

SAVED = dataclasses.asdict(RECIPES["pictures"])


def test_a_model_is_fine_tuned_by_its_own_recipe_with_few_and_small_steps() -> None:
    recipe = fine_tuning_recipe(SAVED)
    assert dataclasses.asdict(recipe) == SAVED | FINE_TUNING


def test_fields_of_another_version_are_left_out() -> None:
    assert fine_tuning_recipe(SAVED | {"of_another_version": 1}) == fine_tuning_recipe(SAVED)


@pytest.mark.parametrize(
    ("field", "value"), [("network", "vgg"), ("channels", 8), ("members", 2), ("non_digits", 0.0)]
)
def test_a_recipe_with_another_network_is_refused(field: str, value: object) -> None:
    recipe = fine_tuning_recipe(SAVED).replace({field: value})
    with pytest.raises(UsageError, match=f"--{field.replace('_', '-')} .* not {value}"):
        refuse_other_network(recipe, SAVED, "pictures")


def test_a_recipe_with_the_same_network_is_accepted() -> None:
    refuse_other_network(fine_tuning_recipe(SAVED).replace({"epochs": 9}), SAVED, "pictures")
