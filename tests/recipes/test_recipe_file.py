from __future__ import annotations

from pathlib import Path

import pytest

from tenfold.errors import DataError, UsageError
from tenfold.recipes import RECIPES, find_recipe


@pytest.mark.parametrize("name", RECIPES)
def test_toml_keeps_every_field(name: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPES[name].to_toml())
    assert find_recipe(str(path)) == RECIPES[name]


def test_a_toml_file_may_begin_from_a_preset(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('recipe = "notebook"\nepochs = 2\n')
    assert find_recipe(str(path)) == RECIPES["notebook"].replace({"epochs": 2, "name": "mine"})


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
