"""Which labelled rows a model may be measured on: those that it has not seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tenfold.digits import Digits, Rows
from tenfold.evaluation.measured_on import Kind, MeasuredOn
from tenfold.model_folder import ModelFolder


def rows_to_measure(model: ModelFolder, digits: Digits) -> tuple[Rows, MeasuredOn]:
    """The row numbers int64 [k] to measure `model` on, and what rows they are.

    They are the rows that it was neither trained on nor chosen by; where there are none, those that
    it was chosen by alone; no rows where it was trained on all. Where its folder does not tell rows
    apart, they are all rows, and the files' hashes say whether they are those of its training.
    """
    seen, n = model.seen, len(digits)
    trained_on = {file.sha256 for file in model.facts.lineage.files}
    same_files = any(file.sha256 in trained_on for file in digits.files)
    if seen is None or (same_files and not seen.complete):
        kind: Kind = "same_files" if same_files else "other_files"
        return np.arange(n), MeasuredOn(kind, n, n, complete=seen is None)
    found = seen.find(digits)
    unseen = ~(found.trained_on | found.chosen_by)
    not_known = 0
    if not unseen.all():  # then some of those that cannot be told have been seen, too
        not_known = int((unseen & ~found.known).sum())
        unseen &= found.known
    rows, chosen = np.flatnonzero(unseen), np.flatnonzero(found.chosen_by)
    measured_on = MeasuredOn(
        "unseen",
        len(rows),
        n,
        trained_on=int(found.trained_on.sum()),
        chosen_by=len(chosen),
        not_known=not_known,
        sampling=2**seen.sampling,
        complete=seen.complete,
    )
    if len(rows) or not len(chosen):
        return rows, measured_on
    steered = model.facts.recipe.steered
    only_chosen = replace(
        measured_on, kind="chosen_by", rows=len(chosen), chosen_by=0, steered=steered
    )
    return chosen, only_chosen
