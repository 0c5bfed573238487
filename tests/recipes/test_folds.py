"""Which folds are trained, and what the final model is."""

from __future__ import annotations

import pytest

from tenfold.errors import UsageError
from tenfold.recipes import MEMBERS_MAX, RECIPES
from tenfold.recipes.folds import Folds


def test_all_folds_are_trained_unless_some_are_named() -> None:
    assert Folds(3).numbers == (0, 1, 2)
    assert Folds(10, (7, 0, 7), "none").numbers == (0, 7)


def test_a_fold_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no fold 3 among 3"):
        Folds(3, (3,))


def test_an_ensemble_takes_all_folds() -> None:
    with pytest.raises(UsageError, match="some folds alone make no ensemble"):
        Folds(3, (1,), "ensemble")


def test_each_fold_keeps_its_share_of_the_rows_out() -> None:
    recipe = Folds(5).recipe(RECIPES["fast"])
    assert recipe.validation == 1 / 5
    assert recipe.epochs == RECIPES["fast"].epochs
    assert recipe.steps_min == RECIPES["fast"].steps_min


def test_the_plateau_cannot_steer_a_refit_on_all_rows() -> None:
    with pytest.raises(UsageError, match="the plateau schedule needs validation rows"):
        Folds(5).recipe(RECIPES["notebook"])
    assert Folds(5, final="none").recipe(RECIPES["notebook"]).schedule == "plateau"


def test_an_ensemble_is_no_larger_than_a_model_may_be() -> None:
    recipe = RECIPES["fast"].replace({"members": 9})
    with pytest.raises(UsageError, match=f"an ensemble of 90 networks.*at most {MEMBERS_MAX}"):
        Folds(10, final="ensemble").recipe(recipe)


def test_folds_come_back_from_json() -> None:
    folds = Folds(10, (0, 3), "none")
    assert Folds.from_json(folds.to_json()) == folds
