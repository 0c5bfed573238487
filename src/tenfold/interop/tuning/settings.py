"""tuning.json: all that a search needs to go on, checked when it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from tenfold.digits.file_facts import FileFacts
from tenfold.digits.table_frame import Transposed
from tenfold.files import write_json
from tenfold.files.json_object import JsonObject
from tenfold.files.json_shapes import COUNT, SEED, Number, fault
from tenfold.files.saved_files import damage_as_data_error
from tenfold.recipes import RECIPES, Recipe
from tenfold.recipes.search_space import Choice, Space, Span

VERSION = 1
SHAPE = {
    "version": Number(VERSION, VERSION, whole=True),
    "paths": [str],
    "label?": str,
    "header?": bool,
    "transposed?": frozenset(("yes", "no")),
    "files": [{"sha256": str}],
    "rows": COUNT,
    "seed": SEED,
    "trials": Number(1, 100_000, whole=True),
    "held_out": Number(0.001, 0.9),
    "recipe": dict,
    "space": {str: ({"low": Number(), "high": Number(), "log": bool}, {"values": list})},
}


@dataclass(frozen=True, kw_only=True)
class TuningFacts(JsonObject):
    """The settings of a search; `recipe` holds its fields by name, `space` is of `saved_space`.

    files: those of the training rows; held_out: the share of the rows that no trial sees.
    """

    version: int = VERSION
    paths: tuple[str, ...]
    label: str | None = None
    header: bool | None = None
    transposed: Transposed | None = None
    files: tuple[FileFacts, ...]
    rows: int
    seed: int
    trials: int
    held_out: float
    recipe: Mapping[str, Any]
    space: Mapping[str, Any]

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        if mismatch := fault(saved, SHAPE):
            raise ValueError(mismatch)
        files = tuple(map(FileFacts.from_json, saved["files"]))
        return cls._read(saved, paths=tuple(saved["paths"]), files=files)

    def read_recipe(self) -> Recipe:
        """The recipe that the search began with. Raises UsageError."""
        return RECIPES["fast"].replace(self.recipe)

    def read_space(self) -> Space:
        return {
            name: Choice(tuple(span["values"])) if "values" in span else Span(**span)
            for name, span in self.space.items()
        }

    def write(self, file: Path) -> None:
        write_json(file, self.to_json())

    @classmethod
    def read(cls, file: Path) -> Self:
        """Raises DataError."""
        with damage_as_data_error(file):
            return cls.from_json(json.loads(file.read_text(encoding="utf-8")))


def saved_space(space: Space) -> dict[str, Any]:
    return {name: asdict(span) for name, span in space.items()}
