from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.errors import DataError, UsageError
from tenfold.recipes import LIMITS, RECIPES, Recipe, find_recipe


def test_the_notebook_recipe_is_the_notebook_to_the_letter() -> None:
    notebook = RECIPES["notebook"]
    assert (notebook.optimizer, notebook.learning_rate, notebook.momentum) == ("rmsprop", 1e-3, 0.9)
    assert (notebook.batch_size, notebook.epochs, notebook.validation) == (86, 30, 0.1)
    assert (notebook.schedule, notebook.patience, notebook.plateau_factor) == ("plateau", 3, 0.5)
    assert notebook.learning_rate_min == 1e-5
    assert (notebook.rotation, notebook.zoom, notebook.shift) == (10.0, 0.1, 0.1)
    assert not notebook.augment
    assert notebook.label_smoothing == notebook.weight_decay == 0


@pytest.mark.parametrize("name", RECIPES)
def test_toml_keeps_every_field(name: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPES[name].to_toml())
    assert find_recipe(str(path)) == RECIPES[name]


def test_a_toml_file_may_begin_from_a_preset(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('recipe = "notebook"\nepochs = 2\n')
    assert find_recipe(str(path)) == RECIPES["notebook"].replace({"epochs": 2, "name": "mine"})


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


def test_an_unknown_recipe_says_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'fast'"):
        find_recipe("fats")


@pytest.mark.parametrize(
    "content", [b"epochs = ", b"\xff\xfe", b"[[", b"epochs = " + b"9" * 5000, b"a = " + b"[" * 9999]
)
def test_broken_toml_is_a_data_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"mine\.toml"):
        find_recipe(str(path))


def test_a_missing_toml_file_is_a_data_error() -> None:
    with pytest.raises(DataError, match=r"nowhere\.toml"):
        find_recipe("nowhere.toml")


def test_an_unknown_preset_in_toml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('recipe = "notebok"\n')
    with pytest.raises(UsageError, match="did you mean 'notebook'"):
        find_recipe(str(path))


def test_whole_numbers_do_for_fractions() -> None:
    assert RECIPES["fast"].replace({"rotation": 5}).rotation == 5.0


def test_few_rows_get_more_epochs_and_many_do_not() -> None:
    recipe = Recipe(batch_size=100, epochs=2, steps_min=50)
    assert recipe.lengthened(1000).epochs == 5
    assert recipe.lengthened(100_000).epochs == 2


def test_no_number_of_rows_leads_out_of_the_range() -> None:
    recipe = Recipe(steps_min=1_000_000).lengthened(3)
    assert recipe.replace({"epochs": recipe.epochs}).epochs == LIMITS["epochs"][1]


def test_who_says_how_many_epochs_gets_so_many() -> None:
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


def test_readme_offers_every_recipe_and_no_other() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    part = readme.partition("Recipes are ")[2].partition("![Accuracy against time")[0]
    code = set(re.findall(r"(?<!`)`([a-z]+)`(?!`)", part))
    assert code == set(RECIPES), "the paragraphs on recipes name recipes alone, in code type"
