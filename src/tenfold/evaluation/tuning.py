"""The result of a search for a better recipe: its trials, and the winner on rows that none saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from tenfold import notebook_html as html
from tenfold.evaluation.evaluation import Evaluation
from tenfold.metrics import PairedComparison, Proportion, compare_paired
from tenfold.recipes import Recipe
from tenfold.recipes.search_space import Space

State = Literal["finished", "pruned", "diverged", "unfinished"]


@dataclass(frozen=True)
class TrialRecord:
    """One trial: its number, the values that it tried, and what came of them.

    accuracies: on the choosing rows, one an epoch; accuracy: of the model that was written, None
    where the trial was given up; log_loss breaks ties.
    """

    number: int
    values: Mapping[str, Any]
    state: State
    accuracies: tuple[float, ...]
    accuracy: Proportion | None
    log_loss: float
    seconds: float

    def to_json(self) -> dict[str, Any]:
        saved = asdict(self) | {"accuracy": None, "n": None}
        if self.accuracy is not None:
            saved |= {"accuracy": self.accuracy.value, "n": self.accuracy.n}
        return saved | {"log_loss": self.log_loss if self.accuracy is not None else None}


@dataclass(frozen=True)
class RowsOfSearch:
    """How the rows of a search were divided: each row is in one part alone.

    train: every trial was trained on these; choose: every trial was measured on these, and the best
    one chosen by them; held_out: no trial saw these, and the figures come from them.
    """

    train: int
    choose: int
    held_out: int

    def __str__(self) -> str:
        return (
            f"{self.train:,} rows to train on, {self.choose:,} to choose by, {self.held_out:,} "
            "held out, which no trial saw"
        )


@dataclass(frozen=True, eq=False)
class Tuning:
    """The trials of a search, and its winner beside the recipe as it was.

    `recipe` is the winner's, in `recipe_file`; `tuned` and `untuned` are the models of the winning
    trial and of trial 0, both trained on the same rows, on the rows held out.
    """

    folder: Path
    recipe: Recipe
    recipe_file: Path
    base: Recipe
    space: Space
    trials: tuple[TrialRecord, ...]
    best: TrialRecord
    rows: RowsOfSearch
    seed: int
    tuned: Evaluation
    untuned: Evaluation

    @cached_property
    def counts(self) -> PairedComparison:
        """The winner (A) beside the recipe as it was (B), on the rows held out."""
        return compare_paired(self.tuned.correct, self.untuned.correct)

    @cached_property
    def as_good(self) -> int:
        """How many trials the choosing rows cannot tell from the best one: their accuracy lies in
        its 95 % interval."""
        assert self.best.accuracy is not None
        low, high = self.best.accuracy.interval
        found = [t.accuracy.value for t in self.trials if t.accuracy is not None]
        return sum(low <= value <= high for value in found)

    @property
    def verdict(self) -> str:
        """Whether the search has found something better, in words."""
        counts = self.counts
        if self.best.number == 0:
            return "No trial was better than the recipe as it is."
        if counts.better is None:
            return (
                f"No difference from the recipe as it is can be told from these {counts.n:,} rows."
            )
        return f"The tuned recipe is {'better' if counts.better == 'A' else 'worse'}."

    @property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """The varied fields as (before, now)."""
        return {name: (getattr(self.base, name), getattr(self.recipe, name)) for name in self.space}

    def summary(self) -> str:
        """The outcome for people, in lines."""
        counts, best = self.counts, self.best
        low, high = (100 * bound for bound in counts.interval)
        by_state = [trial.state for trial in self.trials]
        lines = [
            f"{len(self.trials)} trials: {by_state.count('finished')} finished, "
            f"{by_state.count('pruned')} given up early"
            + (f", {by_state.count('diverged')} diverged" if "diverged" in by_state else ""),
            f"best: trial {best.number}, {best.accuracy} on the rows it was chosen by; "
            f"{self.as_good} of the trials {'is' if self.as_good == 1 else 'are'} as good as these "
            "rows can tell",
            f"tuned:     {self.tuned.accuracy}",
            f"untuned:   {self.untuned.accuracy}",
            f"both on {self.tuned.measured_on}",
        ]
        if best.number:
            lines.append(
                f"tuned minus untuned: {100 * counts.difference:+.2f} points (95 % {low:+.2f} to "
                f"{high:+.2f}), exact McNemar p = {counts.p_value:.2g}"
            )
        return "\n".join([*lines, self.verdict])

    def to_json(self) -> dict[str, Any]:
        """The answer of `tenfold tune --json`."""
        counts = self.counts
        low, high = counts.interval
        return {
            "folder": str(self.folder),
            "recipe_file": str(self.recipe_file),
            "best": self.best.number,
            "fields": {name: now for name, (_, now) in self.changes.items()},
            "rows": asdict(self.rows),
            "tuned": self.tuned.numbers(),
            "untuned": self.untuned.numbers(),
            "difference": counts.difference,
            "difference_95_low": low,
            "difference_95_high": high,
            "mcnemar_p": counts.p_value,
            "verdict": self.verdict,
            "trials": [trial.to_json() for trial in self.trials],
        }

    def __repr__(self) -> str:
        return f"Tuning({str(self.folder)!r}: {self.verdict})"

    def _repr_html_(self) -> str:
        """The last line of a notebook's cell: the outcome, and what the winner changes."""
        return html.cell(
            html.title(self.verdict),
            html.lines(self.summary().splitlines()[:-1]),
            html.table(
                ["field", "before", "now", "tried"],
                [
                    [name, before, now, str(self.space[name])]
                    for name, (before, now) in self.changes.items()
                ],
            ),
            html.faint(f"recipe: {self.recipe_file}"),
        )
