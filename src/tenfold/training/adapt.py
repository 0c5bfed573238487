"""A trained model adapted to new rows, from ten or so on: the corrections of one hand.

Four models are adapted on three quarters of the rows each, so that every row is judged before and
after by models that were not adapted on it; the last is adapted on all of them. It takes the
starting model's place only if it reads more of these rows and has forgotten no others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tenfold.classifier import Classifier
from tenfold.digits import Digits, join, stratified_split
from tenfold.evaluation.evaluate import Evaluation, evaluation_of
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.files import staged_folder
from tenfold.metrics import Bools, PairedComparison, compare_paired
from tenfold.model_folder import ModelFolder, adapted_lines, write_model
from tenfold.progress import SILENT, Progress
from tenfold.recipes import Folds, Recipe
from tenfold.run_folder import RunFolder
from tenfold.sources.sample import read_sample
from tenfold.training.facts import lineage, measured_facts
from tenfold.training.fit import never
from tenfold.training.folds import train_folds
from tenfold.training.restore import restored
from tenfold.training.start import CALIBRATION_ROWS_MIN, Start, start_from
from tenfold.training.train import Trained

FOLDS = 4
FORGOTTEN_MAX = 0.01  # of the reminders, net; three of the 359 built-in ones
REMINDERS_SHARE = 0.25  # of rows given to rehearse
TALKATIVE_ROWS = 1000  # below, each of the trainings takes seconds


@dataclass(frozen=True)
class Adapted:
    """The starting model (A) and the adapted one (B) on the same rows: the new ones, each by a
    model that was not adapted on it, and the reminders."""

    new: PairedComparison
    reminders: PairedComparison

    @property
    def verdict(self) -> str:
        """Which of the two models the run keeps, and why."""
        gained, lost = self.new.only_b, self.new.only_a
        forgotten = self.reminders.only_a - self.reminders.only_b
        if gained <= lost:
            return "the starting model: adapting did not read more of the rows held out"
        if forgotten > FORGOTTEN_MAX * self.reminders.n:
            return f"the starting model: adapting forgot {forgotten:,} of {self.reminders.n:,} rows"
        return "the adapted model"

    @property
    def helps(self) -> bool:
        return self.verdict == "the adapted model"

    def to_json(self) -> dict[str, Any]:
        return {
            "kept": "adapted" if self.helps else "start",
            "verdict": self.verdict,
            "new_rows": _paired_json(self.new),
            "reminders": _paired_json(self.reminders),
        }


def adapt(
    run: RunFolder,
    digits: Digits,
    recipe: Recipe,
    seed: int,
    model: ModelFolder,
    rehearse: Digits | None = None,
    *,
    stop: Callable[[], bool] = never,
    progress: Progress = SILENT,
) -> Trained:
    """Train `model` further on `digits`, and leave the better of the two in `run`.

    Rehearsed are the built-in digits, and three quarters of `rehearse`. Goes on where an
    interrupted run stopped. Raises ModelError, and what `train` raises.
    """
    start = start_of(model, rehearse, recipe, seed)
    progress.say(
        f"adapting {start.name} to {len(digits):,} rows, {FOLDS} times to judge it and once for "
        f"good; rehearsing what it says of others"
    )
    if start.keeps_calibration(digits):
        progress.say(
            f"temperature and reject threshold stay those of {start.name}: it would take "
            f"{CALIBRATION_ROWS_MIN:,} rows to set others"
        )
    talk = progress if len(digits) >= TALKATIVE_ROWS else SILENT
    trained = train_folds(
        run, digits, recipe, seed, Folds(FOLDS), start=start, stop=stop, progress=talk
    )
    assert trained.model is not None
    assert trained.evaluation is not None
    before, after = Classifier(model), Classifier(trained.model)
    of_start = _evaluation(digits, before, trained.evaluation, start)
    adapted = Adapted(
        compare_paired(of_start.correct, trained.evaluation.correct),
        compare_paired(_right(before, start.reminders), _right(after, start.reminders)),
    )
    facts = {"lineage": _lineage(start, digits, rehearse), "adapted": adapted.to_json()}
    settled = _settled(run, start, trained, of_start, digits, facts, helps=adapted.helps)
    assert settled.model is not None
    for line in adapted_lines(settled.model.facts["adapted"]):
        progress.say(line)
    return settled


def start_of(model: ModelFolder, rehearse: Digits | None, recipe: Recipe, seed: int) -> Start:
    """To rehearse the built-in digits and three quarters of `rehearse`; the others remind."""
    shown, reminders = read_sample()
    if rehearse is not None:
        rows, kept_out = stratified_split(rehearse.labelled(), REMINDERS_SHARE, seed)
        shown = join([shown, rehearse.take(rows)])
        reminders = join([reminders, rehearse.take(kept_out)])
    networks = restored(model, reminders.images)
    return start_from(model, networks, shown, reminders, recipe, seed)


def _evaluation(
    digits: Digits, classifier: Classifier, like: Evaluation, start: Start
) -> Evaluation:
    """Of the starting model, on the rows of `like`."""
    assert like.measured_on is not None
    measured_on = MeasuredOn(
        "before_adapting",
        len(like),
        len(digits),
        start=start.name,
        trained_on=like.measured_on.trained_on,
        complete=like.measured_on.complete,
    )
    probabilities = classifier.probabilities(digits.images[like.rows])
    return evaluation_of(digits, like.rows, probabilities, like.answered_accuracy, measured_on)


def _right(classifier: Classifier, digits: Digits) -> Bools:
    right: Bools = classifier.predict(digits.images) == digits.labelled()
    return right


def _settled(
    run: RunFolder,
    start: Start,
    trained: Trained,
    of_start: Evaluation,
    digits: Digits,
    facts: dict[str, Any],
    *,
    helps: bool,
) -> Trained:
    """Write the better of the two models in place of the adapted one, with both figures; `facts`
    are the lineage of the adapted model, and what adapting did."""
    assert trained.model is not None
    if helps:
        model, evaluation, seen = trained.model, trained.evaluation, trained.model.seen
        facts = {**model.facts, **facts}
    else:
        model, evaluation, seen = start.model, of_start, start.seen_if_kept(digits)
        facts = {**model.facts, "measured": measured_facts(of_start), "adapted": facts["adapted"]}
    with staged_folder(run.model, force=True) as staged:
        written = write_model(staged, model.graph, facts, seen)
    return Trained(replace(written, path=str(run.model)), evaluation)


def _lineage(start: Start, digits: Digits, rehearse: Digits | None) -> dict[str, Any]:
    """Everything that the weights have seen, before and now, each file once."""
    earlier, own = start.model.facts["lineage"], lineage(digits, np.arange(len(digits)))
    others = lineage(rehearse, np.arange(0))["files"] if rehearse is not None else []
    files = {file["sha256"]: file for file in [*earlier["files"], *own["files"], *others]}
    began = {"model": start.name, "sha256": start.model.facts["graph"]["sha256"]}
    if "from" in earlier:
        began["from"] = earlier["from"]
    rows = earlier["rows"] + own["rows"]
    return {**own, "files": list(files.values()), "rows": rows, "from": began}


def _paired_json(counts: PairedComparison) -> dict[str, Any]:
    before, after = counts.accuracies
    low, high = counts.interval
    return {
        "n": counts.n,
        "before": before.value,
        "before_95": list(before.interval),
        "after": after.value,
        "after_95": list(after.interval),
        "gain": -counts.difference,
        "gain_95": [-high, -low],
        "gained": counts.only_b,
        "lost": counts.only_a,
        "mcnemar_p": counts.p_value,
    }
