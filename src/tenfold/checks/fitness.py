"""Fitness for training: the least that rows must have to be learnt from."""

from __future__ import annotations

import numpy as np

from tenfold.digits import CLASSES, Digits, stratified_split
from tenfold.errors import DataError, UsageError
from tenfold.model_folder.rows_seen import RowsSeen
from tenfold.recipes import Recipe

FINE_TUNING_ROWS_MIN = 10  # fewer tell nothing about whether it helped


def refuse_unfit(digits: Digits, recipe: Recipe) -> None:
    """Raise DataError for rows that cannot be learnt from with this recipe."""
    labels = digits.labelled()
    if recipe.schedule == "plateau" and recipe.validation == 0:
        raise UsageError(
            "the plateau schedule needs a validation accuracy, and --validation 0 leaves none",
            hint="use --schedule one-cycle, or keep some rows out",
        )
    counts = np.bincount(labels, minlength=CLASSES)
    if len(empty := np.flatnonzero(counts == 0)):
        listed = ", ".join(str(digit) for digit in empty)
        raise DataError(
            f"{digits.where()}: has no rows of {listed}", hint="training needs all ten digits"
        )
    left = len(labels) - len(stratified_split(labels, recipe.validation, 0)[1])
    if left < recipe.batch_size:
        raise DataError(
            f"{digits.where()}: {left:,} rows to train on, fewer than a batch of "
            f"{recipe.batch_size}",
            hint="give more rows"
            + (f", or a smaller batch: --batch-size {left // 8}" if left >= 64 else ""),
        )


def refuse_too_few(digits: Digits) -> None:
    """Raise DataError for rows that no model can be fine-tuned on."""
    counts = np.bincount(digits.labelled(), minlength=CLASSES)
    where, hint = digits.where(), "give more of one's own digits, corrected ones and others"
    if len(digits) < FINE_TUNING_ROWS_MIN:
        raise DataError(
            f"{where}: {len(digits)} rows, and fine-tuning takes {FINE_TUNING_ROWS_MIN}", hint=hint
        )
    if np.count_nonzero(counts) == 1:
        raise DataError(
            f"{where}: shows {counts.argmax()} alone, and a model fine-tuned on one digit forgets "
            "the others",
            hint=hint,
        )


def refuse_known(digits: Digits, seen: RowsSeen | None, model: str) -> int:
    """Count the rows that `model` was trained on: they cannot show whether fine-tuning it helps.

    Raises DataError where too few others are left.
    """
    known = 0 if seen is None else int(seen.find(digits).trained_on.sum())
    if len(digits) - known < FINE_TUNING_ROWS_MIN:
        raise DataError(
            f"{digits.where()}: {model} was trained on {known:,} of the {len(digits):,} rows, and "
            f"fine-tuning takes {FINE_TUNING_ROWS_MIN} others",
            hint="give rows that it has not seen",
        )
    return known
