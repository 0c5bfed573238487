"""Unseen rows: the labelled rows that a model may be measured on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tenfold.digits import Digits, Rows
from tenfold.evaluation.measured_on import Kind, MeasuredOn
from tenfold.model_folder import ModelFolder


def rows_to_measure(model: ModelFolder, digits: Digits) -> tuple[Rows, MeasuredOn]:
    """Choose the row numbers int64 [k] to measure `model` on, and describe these rows.

    They are the rows that it was neither trained on nor chosen by. Where there are none, they are
    the rows that it was only chosen by; where it was trained on all, there are none. If the model
    folder has no list of rows, all rows are taken, and the hashes of the files say whether the
    model was trained on these files.
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
    if not unseen.all():  # then the model has seen some of the unknown rows too
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
