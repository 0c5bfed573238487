"""Which fields a search varies, and how far."""

from __future__ import annotations

import dataclasses

import pytest

from tenfold.errors import UsageError
from tenfold.recipes import RECIPES
from tenfold.recipes.search_space import (
    Choice,
    Span,
    chosen_space,
    rounded,
    search_space,
    varied_recipe,
)

FAST = RECIPES["fast"]


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_lies_in_its_own_space(name: str) -> None:
    recipe = RECIPES[name]
    space = search_space(recipe)
    assert len(space) >= 3
    for field, span in space.items():
        assert isinstance(span, Span)
        assert span.low <= getattr(recipe, field) <= span.high
        recipe.replace({field: span.low})
        recipe.replace({field: span.high})


def test_width_members_and_epochs_are_not_varied() -> None:
    for recipe in RECIPES.values():
        assert not {"channels", "members", "epochs", "network"} & set(search_space(recipe))


def test_a_recipe_for_pictures_keeps_its_distortions() -> None:
    assert "rotation" in search_space(FAST)
    assert "rotation" not in search_space(RECIPES["pictures"])
    assert "rotation" not in search_space(FAST.replace(augment=False))


def test_a_span_is_widened_to_the_value_of_the_recipe() -> None:
    assert search_space(FAST.replace(rotation=40.0))["rotation"] == Span(4.0, 40.0)
    assert "weight_decay" not in search_space(FAST.replace(weight_decay=0.0))


def test_names_choose_among_the_space_and_a_wrong_one_gets_the_nearest() -> None:
    assert list(chosen_space(FAST, ["rotation", "learning-rate"])) == ["rotation", "learning_rate"]
    with pytest.raises(UsageError, match="did you mean 'rotation'"):
        chosen_space(FAST, ["rotatoin"])
    with pytest.raises(UsageError, match="'epochs' has no span"):
        chosen_space(FAST, ["epochs"])


def test_a_mapping_gives_spans_of_any_field() -> None:
    given = {"channels": (16, 48), "learning_rate": (0.1, 0.4, "log"), "batch_size": [128, 256]}
    space = chosen_space(FAST, given)
    assert space["channels"] == Span(16, 48)
    assert space["learning_rate"] == Span(0.1, 0.4, log=True)
    assert space["batch_size"] == Choice((128, 256))


@pytest.mark.parametrize(
    "span",
    [(0.3, 0.4), (0.4, 0.1), (0.1,), "0.1", (0.1, 0.4, "linear"), (-1, 0.4), [0.1, 0.3],
     (0, 1, "log")],
    ids=str,
)  # fmt: skip
def test_a_span_that_cannot_be_is_refused(span: object) -> None:
    with pytest.raises(UsageError):
        chosen_space(FAST, {"learning_rate": span})


def test_varied_numbers_are_short() -> None:
    assert rounded(0.123456) == 0.1235
    assert rounded(31) == 31
    assert varied_recipe(FAST, {"rotation": 7.654321}) == dataclasses.replace(FAST, rotation=7.654)
