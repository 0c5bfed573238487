"""Whether a submission may be submitted: who made it, and whether its model has seen the images."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import numpy as np

from tenfold.classifier import Classifier, find_model
from tenfold.digits import Digits
from tenfold.errors import DataError, ModelError, UsageError
from tenfold.progress import Progress
from tenfold.run_folder import RunFolder
from tenfold.sources import Data, open_digits
from tenfold.sources.kaggle import NOTEBOOK_FOLDER, in_notebook
from tenfold.submission import read_submission

AGREEMENT_MIN = 0.99  # of two engines on the same rows; another model differs in more of them


def check_lineage(path: Path, model: str | None, data: Data, progress: Progress) -> None:
    """Check that the submission is the model's, and that the model has seen none of its images.

    The model of a run's own submission is that run. Raises UsageError where model or images are not
    known, DataError where the model answers otherwise, ModelError where it has seen the images.
    """
    run = RunFolder(path.parent)
    if model is None and os.path.isfile(run.recipe):
        model = os.fspath(run.path)
    if model is None:
        raise UsageError(
            f"{path}: which model made it is not known",
            hint="name it: --model mnist, or a run; --unchecked submits what another program made",
        )
    folder = find_model(model)
    test = _test_images(model, data)
    labels = read_submission(path, rows=len(test))
    if folder.seen is None:
        raise ModelError(
            f"{model}: whether it has seen the test images cannot be told: it has no rows.bin",
            hint="train a model on train.csv alone",
        )
    found = folder.seen.find(test)
    if seen := int((found.trained_on | found.chosen_by).sum()):
        raise ModelError(
            f"{model}: has seen {seen:,} of the {len(test):,} test images in its training, so its "
            "score would say nothing",
            hint="submit the predictions of a model that was trained on train.csv alone",
        )
    answers = Classifier(folder, tiles=len(test)).predict(test.images)
    agreement = float(np.mean(answers == labels))
    if agreement < AGREEMENT_MIN:
        raise DataError(
            f"{path}: is not what {model} says: they agree on {agreement:.1%} of the rows",
            hint="name the model that made it: --model; --unchecked submits what another made",
        )
    progress.say(f"lineage: {model} has seen none of the {len(test):,} test images")


def _test_images(model: str, data: Data) -> Digits:
    """The test rows: those given, those of the run's data, or the notebook's."""
    run = RunFolder(Path(model))
    if data is not None:
        candidates: list[Data] = [data]
    elif run.data.exists():
        candidates = list(run.read_data().paths)
    else:
        candidates = [NOTEBOOK_FOLDER] if in_notebook() else []
    for candidate in candidates:
        with contextlib.suppress(DataError):  # a source of training rows alone
            test = open_digits(candidate, ("test",)).test
            if test is not None:
                return test
    if data is not None:
        return open_digits(data, ("test",)).rows_to_predict()
    raise UsageError(
        "the test images are not where they were",
        hint="give them: --data test.csv, or --data digit-recognizer.zip",
    )
