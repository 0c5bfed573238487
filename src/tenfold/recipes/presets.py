"""Presets: the recipes that ship, by name."""

from __future__ import annotations

import dataclasses

from tenfold.errors import UsageError
from tenfold.recipes.field_values import nearest_hint
from tenfold.recipes.recipe import PresetDefault, Recipe

FAST = Recipe()
# what the shipped model weights/mnist was trained by
MNIST = dataclasses.replace(
    FAST, name="mnist", epochs=PresetDefault(24), average=0.998, final_rate=0.05
)

RECIPES: dict[str, Recipe] = {
    "notebook": Recipe(
        name="notebook",
        network="notebook",
        optimizer="rmsprop",
        schedule="plateau",
        learning_rate=1e-3,
        momentum=0.9,
        weight_decay=0.0,
        average=0.0,
        label_smoothing=0.0,
        batch_size=86,
        epochs=30,
        steps_min=0,
        augment=False,
        rotation=10.0,
        zoom=0.1,
        shift=0.1,
        elastic=0.0,
        thickness=0.0,
        easy_skipped=0.0,
        clean_norms=False,
    ),
    "smoke": Recipe(
        name="smoke",
        channels=16,
        muon_learning_rate=0.05,
        final_rate=0.0,
        average=0.0,
        label_smoothing=0.1,
        batch_size=64,
        epochs=1,
        steps_min=0,
        elastic=0.0,
        thickness=0.0,
        easy_skipped=0.0,
        clean_norms=False,
    ),
    "fast": FAST,
    "strong": dataclasses.replace(MNIST, name="strong", channels=48, members=2),
    "gpu": Recipe(
        name="gpu",
        network="vgg",
        channels=64,
        batch_size=512,
        epochs=PresetDefault(16),
        average=0.998,
        final_rate=0.05,
        thickness=0.0,
        clean_norms=False,
    ),
    "mnist": MNIST,
    # what the shipped model weights/pictures was trained by
    "pictures": Recipe(
        name="pictures",
        network="stem",
        channels=38,
        pictures=0.6,
        non_digits=0.14,
        european=0.07,
        epochs=PresetDefault(48),
        average=0.998,
        final_rate=0.05,
        elastic=0.7,
        thickness=0.0,
        easy_skipped=0.0,
        clean_norms=False,
        answered_accuracy=0.996,
    ),
}


def preset(name: str) -> Recipe:
    """The recipe of this name. Raises UsageError with the nearest name."""
    if name not in RECIPES:
        raise UsageError(
            f"unknown recipe '{name}'",
            hint=nearest_hint(name, list(RECIPES), "the recipes (or a .toml file)"),
        )
    return RECIPES[name]
