"""Recipes: everything that decides what a training does.

In: the name of a preset, a TOML file, or the recipe of a model to fine-tune; and changed fields.
Out: a frozen `Recipe`, whose names and values were checked.
"""

from tenfold.recipes.fine_tuning import FINE_TUNING, fine_tuning_recipe, refuse_other_network
from tenfold.recipes.presets import RECIPES
from tenfold.recipes.recipe import LIMITS, MEMBERS_MAX, Recipe
from tenfold.recipes.recipe_file import find_recipe

__all__ = [
    "FINE_TUNING",
    "LIMITS",
    "MEMBERS_MAX",
    "RECIPES",
    "Recipe",
    "find_recipe",
    "fine_tuning_recipe",
    "refuse_other_network",
]
