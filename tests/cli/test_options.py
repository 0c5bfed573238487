"""Options made from the fields of a recipe, and options that verbs share."""

from __future__ import annotations

import dataclasses
import typing

from tenfold.classifier import Engine
from tenfold.cli import tenfold
from tenfold.recipes import Recipe


def test_every_field_of_a_recipe_is_an_option() -> None:
    for verb in ("run", "train"):
        options = {parameter.name for parameter in tenfold.commands[verb].params}
        assert {field.name for field in dataclasses.fields(Recipe)} - {"name"} <= options


def test_every_engine_can_be_asked_for() -> None:
    for verb in ("predict", "evaluate", "run", "read"):
        (option,) = [o for o in tenfold.commands[verb].params if o.name == "engine"]
        assert tuple(option.type.choices) == typing.get_args(Engine)
