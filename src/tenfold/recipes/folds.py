"""Which folds of a cross-validation are trained, and what its final model is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from tenfold.errors import UsageError
from tenfold.recipes import MEMBERS_MAX, Recipe

Final = Literal["refit", "ensemble", "none"]


@dataclass(frozen=True)
class Folds:
    """`count` folds; `only` some of them, by number from 0 (empty: all); and what the run's own
    model is afterwards: one more training on all rows, the ensemble of the folds', or none."""

    count: int
    only: tuple[int, ...] = ()
    final: Final = "refit"

    def __post_init__(self) -> None:
        if wrong := [fold for fold in self.only if not 0 <= fold < self.count]:
            raise UsageError(
                f"there is no fold {wrong[0]} among {self.count}",
                hint=f"folds are numbered from 0 to {self.count - 1}",
            )
        if self.only and self.final == "ensemble":
            raise UsageError(
                "some folds alone make no ensemble of all", hint="leave out --only, or --final none"
            )

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.only))) or tuple(range(self.count))

    def recipe(self, recipe: Recipe) -> Recipe:
        """The recipe of each fold, which keeps the fold's share of the rows out."""
        if recipe.schedule == "plateau" and self.final == "refit":
            raise UsageError(
                "the plateau schedule needs validation rows, and a refit on all rows has none",
                hint="use --final ensemble or --final none, or --schedule one-cycle",
            )
        if self.final == "ensemble" and self.count * recipe.members > MEMBERS_MAX:
            raise UsageError(
                f"an ensemble of {self.count * recipe.members} networks, and one model holds at "
                f"most {MEMBERS_MAX}",
                hint="use --final refit, or fewer --folds or --members",
            )
        return recipe.replace(validation=1 / self.count)

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self) | {"only": list(self.only)}

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Folds:
        return cls(saved["count"], tuple(saved["only"]), saved["final"])
