"""The rows of a search, in three parts: to train on, to choose by, and held out."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from tenfold.checks.fitness import refuse_unfit
from tenfold.digits import CLASSES, Digits, Rows, stratified_split
from tenfold.evaluation.tuning import RowsOfSearch
from tenfold.interop.tuning.settings import TuningFacts
from tenfold.recipes import Recipe
from tenfold.run_folder.facts import RunFacts


@dataclass(frozen=True, eq=False)
class SearchRows:
    """`search` are the rows that trials see, `held_out` those that none sees."""

    search: Digits
    held_out: Digits
    counts: RowsOfSearch

    def lengthened(self, recipe: Recipe) -> Recipe:
        """The recipe with the epochs that it takes on the rows that a trial trains on."""
        return recipe.lengthened(self.counts.train)

    def run_facts(self, facts: TuningFacts) -> RunFacts:
        """data.json of a trial's run folder."""
        counts = np.bincount(self.search.labelled(), minlength=CLASSES)
        return RunFacts(
            verb="train",
            paths=facts.paths,
            seed=facts.seed,
            label=facts.label,
            header=facts.header,
            transposed=facts.transposed,
            files=facts.files,
            rows=len(self.search),
            class_counts=counts.tolist(),
            warnings=[],
        )


def divided(digits: Digits, recipe: Recipe, held_out: float, seed: int) -> SearchRows:
    """Divide labelled rows, each class alike. Raises DataError where too few are left to train on.

    The same digits, recipe, share and seed give the same parts.
    """
    kept, aside = stratified_split(digits.labelled(), held_out, seed)
    search = _part(digits, kept)
    refuse_unfit(search, recipe)
    train, choose = stratified_split(search.labelled(), recipe.validation, seed)
    counts = RowsOfSearch(len(train), len(choose), len(aside))
    return SearchRows(search, _part(digits, aside), counts)


def _part(digits: Digits, rows: Rows) -> Digits:
    """Some of the rows, each still known by its place, and the files still named as the source."""
    places = tuple(digits.place(int(row)) for row in rows)
    return dataclasses.replace(digits.take(rows), files=digits.files, names=places)
