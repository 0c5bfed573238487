"""Findings about rows that a model has seen: measuring it on them would show nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tenfold.checks.findings import Finding, Split, Subject
from tenfold.digits import Digits
from tenfold.model_folder import ModelFolder

REMEDY = "measure the model on other rows; tenfold evaluate leaves these out"


def seen_findings(
    model: ModelFolder, train: Digits | None, test: Digits | None
) -> Iterator[Finding]:
    """Warnings about rows that `model` was trained on or chosen by, in either split."""
    if model.seen is None:
        message = f"{model.path}: which rows it has seen cannot be told: it has no rows.bin"
        yield Finding("info", "seen-unknown", message, remedy="train it anew with this version")
        return
    splits: tuple[tuple[Split, Digits | None], ...] = (("train", train), ("test", test))
    for split, digits in splits:
        if digits is None or not len(digits):
            continue
        subject, found = Subject(split, digits), model.seen.find(digits)
        for rows, name, how in (
            (np.flatnonzero(found.trained_on), "trained-on", "what the model was trained on"),
            (np.flatnonzero(found.chosen_by), "chosen-by", "what the model was chosen by"),
        ):
            if len(rows):
                message = f"{subject.so_many_are(len(rows))} {how}"
                yield subject.finding("warning", name, message, rows, REMEDY)
        if not found.known.all():
            message = (
                f"of {int((~found.known).sum()):,} {subject.noun} it cannot be told whether the "
                f"model has seen them: it knows one row in {2**model.seen.sampling}"
            )
            yield Finding("info", "seen-unknown", message)
    if not model.seen.complete:
        message = f"{model.path}: began as a model without rows.bin, whose rows cannot be told"
        yield Finding("info", "seen-unknown", message)
