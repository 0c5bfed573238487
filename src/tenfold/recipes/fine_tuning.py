"""The recipe for fine-tuning a model: its own recipe, with few steps and small ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from tenfold.errors import UsageError
from tenfold.recipes.recipe import Recipe

# changes to the model's recipe
FINE_TUNING: dict[str, Any] = {
    "name": "fine-tuned",
    "optimizer": "sgd",
    "schedule": "one-cycle",
    "learning_rate": 0.01,
    "weight_decay": 0.0,
    "warm_up": 0.1,
    "final_rate": 0.0,
    "average": 0.0,
    "easy_skipped": 0.0,
    "clean_norms": False,
    "batch_size": 32,
    "epochs": 2,
    "steps_min": 40,
}

NETWORK_FIELDS = ("network", "channels", "members", "non_digits")  # these decide the layers


def fine_tuning_recipe(saved: Mapping[str, Any]) -> Recipe:
    """The recipe for fine-tuning a model whose own recipe, in its model.json, is `saved`.

    Fields that this version does not know are left out. Raises UsageError.
    """
    known = {field.name for field in dataclasses.fields(Recipe)}
    recipe = Recipe().replace({key: value for key, value in saved.items() if key in known})
    return recipe.replace(FINE_TUNING)


def refuse_other_network(recipe: Recipe, saved: Mapping[str, Any], model: str) -> None:
    """Raise UsageError for a recipe with another network than `saved`, the recipe of `model`."""
    model_recipe = fine_tuning_recipe(saved)
    for field in NETWORK_FIELDS:
        wanted, actual = getattr(recipe, field), getattr(model_recipe, field)
        if wanted != actual:
            option = f"--{field.replace('_', '-')}"
            raise UsageError(
                f"{model} has a network with {option} {actual}, not {wanted}",
                hint=f"leave out {option}, or train anew, without --from",
            )
