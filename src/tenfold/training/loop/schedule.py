"""Learning-rate schedules: one-cycle, and halving on a plateau.

The rate is a function of the step and of the finished epochs, so no checkpoint needs to keep it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tenfold.recipes import Recipe

PLATEAU_MIN_GAIN = 1e-4  # Keras' ReduceLROnPlateau counts smaller gains as none
WARM_UP_FROM = 0.1  # of the highest rate


def learning_rate(
    recipe: Recipe, step: int, steps: int, epochs: Sequence[Mapping[str, float]]
) -> float:
    """Rate of step `step` of `steps` (from 0), after the finished `epochs` (as in epochs.csv)."""
    if recipe.schedule == "plateau":
        return _plateau_rate(recipe, [epoch["val_accuracy"] for epoch in epochs])
    warm_up = max(1, round(steps * recipe.warm_up))
    if step < warm_up:
        return recipe.learning_rate * (WARM_UP_FROM + (1 - WARM_UP_FROM) * step / warm_up)
    left = (steps - step) / (steps - warm_up)
    return recipe.learning_rate * (recipe.final_rate + (1 - recipe.final_rate) * left)


def _plateau_rate(recipe: Recipe, accuracies: Sequence[float]) -> float:
    """The rate that Keras' ReduceLROnPlateau gives after these validation accuracies."""
    rate, best, waited = recipe.learning_rate, float("-inf"), 0
    for accuracy in accuracies:
        if accuracy > best + PLATEAU_MIN_GAIN:
            best, waited = accuracy, 0
            continue
        waited += 1
        if waited >= recipe.patience:
            rate, waited = max(rate * recipe.plateau_factor, recipe.learning_rate_min), 0
    return rate
