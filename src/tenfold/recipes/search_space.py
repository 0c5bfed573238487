"""The search space of a recipe: which of its fields a search may vary, and how far.

What the validation rows cannot judge is not varied: the width and the number of networks and the
epochs, because more of them costs more and nearly always helps a little; and, of a recipe for
pictures, the distortions, because the validation rows are not distorted.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tenfold.errors import UsageError
from tenfold.recipes.field_values import nearest_hint
from tenfold.recipes.recipe import LIMITS, Recipe

DIGITS_KEPT = 4  # significant digits of a varied number: a recipe is read by people


@dataclass(frozen=True)
class Span:
    """Numbers from `low` to `high`; `log`: as many tries in 0.01..0.1 as in 0.1..1."""

    low: float
    high: float
    log: bool = False

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}{', logarithmic' if self.log else ''}"

    def widened(self, value: float) -> Span:
        """The same span with `value` in it."""
        return Span(min(self.low, value), max(self.high, value), self.log)


@dataclass(frozen=True)
class Choice:
    """One of these values."""

    values: tuple[Any, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.values))


Space = Mapping[str, Span | Choice]

RATES: dict[str, dict[str, Span]] = {  # by optimiser
    "muon": {
        "learning_rate": Span(0.05, 0.6, log=True),
        "muon_learning_rate": Span(0.008, 0.08, log=True),
        "weight_decay": Span(5e-5, 5e-3, log=True),
    },
    "sgd": {
        "learning_rate": Span(0.01, 0.6, log=True),
        "weight_decay": Span(5e-5, 5e-3, log=True),
    },
    "rmsprop": {"learning_rate": Span(1e-4, 5e-3, log=True), "momentum": Span(0.8, 0.99)},
}
ONE_CYCLE = {"final_rate": Span(0.0, 0.3), "warm_up": Span(0.1, 0.5)}
PLATEAU = {"plateau_factor": Span(0.2, 0.8)}
EVERY_RECIPE = {"label_smoothing": Span(0.0, 0.15)}
AUGMENTATION = {
    "rotation": Span(4.0, 20.0),
    "zoom": Span(0.04, 0.2),
    "shift": Span(0.02, 0.14),
    "elastic": Span(0.0, 1.2),
    "thickness": Span(0.0, 1.0),
}


def search_space(recipe: Recipe) -> dict[str, Span | Choice]:
    """The fields of `recipe` that a search varies, each with a span that has the recipe's value."""
    spans = {
        **RATES[recipe.optimizer],
        **(ONE_CYCLE if recipe.schedule == "one-cycle" else PLATEAU),
        **EVERY_RECIPE,
        **(AUGMENTATION if recipe.augment and not recipe.pictures else {}),
    }
    return {
        name: span.widened(getattr(recipe, name))
        for name, span in spans.items()
        if not (span.log and getattr(recipe, name) <= 0)  # 0 has no place on such a scale
    }


def chosen_space(
    recipe: Recipe, vary: Sequence[str] | Mapping[str, Any]
) -> dict[str, Span | Choice]:
    """The space of a search: all of `search_space`, the fields named, or given spans.

    `vary` is a list of names of the recipe's search space, or a mapping from any field to (low,
    high), (low, high, "log") or a list of values. Raises UsageError.
    """
    whole = search_space(recipe)
    if isinstance(vary, Mapping):
        return {_field(name): _given(recipe, _field(name), span) for name, span in vary.items()}
    if not vary:
        return whole
    names = [_field(name) for name in vary]
    for name in names:
        if name not in whole:
            raise UsageError(
                f"'{name}' has no span in the search space of '{recipe.name}'",
                hint=nearest_hint(name, whole, "it varies")
                + "; in Python vary={name: (low, high)} takes any field",
            )
    return {name: whole[name] for name in names}


def varied_recipe(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """The recipe with these values, numbers rounded to DIGITS_KEPT. Raises UsageError."""
    return recipe.replace({name: rounded(value) for name, value in values.items()})


def rounded(value: Any) -> Any:
    """A number to DIGITS_KEPT significant digits; any other value as it is."""
    return float(f"{value:.{DIGITS_KEPT}g}") if isinstance(value, float) else value


def _field(name: str) -> str:
    field = name.replace("-", "_")
    known = [known for known in typing.get_type_hints(Recipe) if known != "name"]
    if field not in known:
        raise UsageError(
            f"unknown recipe field '{name}'", hint=nearest_hint(field, known, "the fields")
        )
    return field


def _given(recipe: Recipe, name: str, span: Any) -> Span | Choice:
    """A span or a choice that a caller gave, checked against what the field may be."""
    current = getattr(recipe, name)
    wrong = UsageError(
        f"{name} is to vary over {span!r}",
        hint=f"give (low, high), (low, high, 'log') or a list of values, with {current!r} in it",
    )
    if isinstance(span, Span | Choice):
        return span
    if isinstance(span, list):
        choice = Choice(tuple(span))
        for value in span:
            recipe.replace({name: value})  # refuses what the field cannot be
        if current not in span:
            raise wrong
        return choice
    if not isinstance(span, tuple) or len(span) not in (2, 3) or name not in LIMITS:
        raise wrong
    low, high, log = span[0], span[1], span[2:] == ("log",)
    if len(span) == 3 and not log:
        raise wrong
    for value in (low, high):
        recipe.replace({name: value})
    if not low < high or not low <= current <= high or (log and low <= 0):
        raise wrong
    return Span(low, high, log)
