"""Recipes by name, or from a TOML file."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tenfold.errors import DataError
from tenfold.recipes.presets import RECIPES, preset
from tenfold.recipes.recipe import Recipe


def find_recipe(name_or_file: str) -> Recipe:
    """A preset by name, or a TOML file: fields, and optionally `recipe = "preset"` to begin from.

    Raises UsageError for a name or a field that does not exist, DataError for a broken file.
    """
    if not name_or_file.endswith(".toml"):
        return preset(name_or_file)
    try:
        fields = tomllib.loads(Path(name_or_file).read_text(encoding="utf-8"))
    except OSError as problem:
        raise DataError(
            f"{name_or_file}: {problem.strerror}", hint="give the path of a recipe in TOML"
        ) from problem
    except (ValueError, RecursionError) as problem:  # TOML, UTF-8, an integer of 5,000 digits
        raise DataError(
            f"{name_or_file}: not valid TOML: {problem}", hint="one field a line: batch_size = 256"
        ) from problem
    if "recipe" in fields:
        fields.setdefault("name", Path(name_or_file).stem)
        return preset(str(fields.pop("recipe"))).replace(fields)
    return RECIPES.get(str(fields.get("name")), RECIPES["fast"]).replace(fields)
