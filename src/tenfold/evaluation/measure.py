"""Measure a model on labelled rows, without those that it has seen."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from tenfold.classifier import Classifier, Engine, find_model
from tenfold.classifier.any_onnx import Pixels
from tenfold.digits import AUTO, DataOptions, Digits, Rows
from tenfold.digits.file_facts import FileFacts
from tenfold.errors import DataError, MissingExtraError
from tenfold.evaluation.evaluation import Evaluation, evaluation_of
from tenfold.evaluation.evaluation_files import EVALUATION_FILES, write_evaluation
from tenfold.evaluation.given_predictions import are_predictions, given_probabilities
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.evaluation.report import REPORT_ENTRIES, Report, write_report
from tenfold.evaluation.unseen import rows_to_measure
from tenfold.files import refuse_existing, staged_folder, write_json
from tenfold.model_folder import ModelFolder
from tenfold.progress import SILENT, Progress
from tenfold.run_folder import RunFolder
from tenfold.run_folder.facts import EvaluationFacts, RunFacts
from tenfold.sources import Data, open_digits

ANSWERED_ACCURACY = 0.999  # of predictions without a recipe
# what `evaluate` leaves in its folder, and --force may therefore replace
ENTRIES = (*EVALUATION_FILES, *REPORT_ENTRIES, "data.json")


def evaluate(
    model: str | os.PathLike[str],
    data: Data,
    *,
    engine: Engine = "auto",
    pixels: Pixels = "auto",
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
    options: DataOptions = AUTO,
    progress: Progress = SILENT,
) -> Evaluation:
    """Evaluate `model` (a folder, a run, or a shipped name) on the labelled rows of `data`, a path
    or in memory; `options` decide where a table can be read in two ways.

    `model` may also be anybody's predictions for these rows: a CSV of labels or probabilities, or
    an ONNX file that takes images, with `pixels` as it was trained on. All rows are measured then.
    A run that was trained on these very files is measured on the rows that it kept out; otherwise
    the rows that the model was trained on or chosen by are left out, whatever file they come from.
    With `out`, numbers and CSVs are written there, and the report where its extra is installed.
    Raises DataError, also where no row is left; ModelError, OutputError, MissingExtraError.
    """
    model, out = os.fspath(model), None if out is None else os.fspath(out)
    if out is not None:
        refuse_existing(out, force=force, ours=ENTRIES)  # before the work, not after it
    verified = None if are_predictions(model) else find_model(model)
    source = open_digits(data, options=options)
    for note in source.notes:
        progress.say(f"note: {note}")
    digits = source.labelled_rows()
    if verified is None:
        evaluation = _of_given(model, digits, pixels, progress)
    else:
        rows, measured_on = _rows_to_measure(model, verified, source.path, digits)
        classifier = Classifier(verified, engine=engine, tiles=len(rows))
        progress.say(f"measuring on {measured_on}, with {classifier.engine}")
        probabilities = classifier.probabilities(digits.images[rows])
        target = float(verified.facts.recipe.answered_accuracy)
        evaluation = evaluation_of(digits, rows, probabilities, target, measured_on)
    if out is not None:
        with staged_folder(Path(out), force=force, ours=ENTRIES) as folder:
            write_evaluation(evaluation, folder)
            facts = EvaluationFacts(tuple(map(FileFacts.of, digits.files)))
            # so that `compare` knows whose rows these are
            write_json(folder / "data.json", facts.to_json())
            title, data_facts = f"{model} on {source.path}", RunFacts(files=facts.files)
            _draw(Report(evaluation, title=title, data=data_facts), folder, progress)
    return evaluation


def _of_given(path: str, digits: Digits, pixels: Pixels, progress: Progress) -> Evaluation:
    """Evaluate predictions that were made elsewhere, on all rows."""
    probabilities = given_probabilities(path, digits.images, pixels=pixels, say=progress.say)
    measured_on = MeasuredOn("given", len(digits), len(digits))
    rows = np.arange(len(digits))
    return evaluation_of(digits, rows, probabilities, ANSWERED_ACCURACY, measured_on)


def _rows_to_measure(
    model: str, verified: ModelFolder, data: str, digits: Digits
) -> tuple[Rows, MeasuredOn]:
    """Choose the rows to measure on: a run's kept-out rows, or rows that the model has not seen.

    Raises DataError where the model was trained on all of them.
    """
    trained_on = [file.sha256 for file in verified.facts.lineage.files]
    run = RunFolder(Path(model))
    if run.split.exists() and [file.sha256 for file in digits.files] == trained_on:
        _, kept_out = run.read_split(len(digits))
        if len(kept_out):
            steered = verified.facts.recipe.steered
            counts = len(kept_out), len(digits)
            return kept_out, MeasuredOn("kept_out", *counts, steered=steered)
    rows, measured_on = rows_to_measure(verified, digits)
    if not len(rows):
        raise DataError(
            f"{data}: no row is left to measure {model} on: of {len(digits):,} it was trained on "
            f"{measured_on.trained_on:,}",
            hint="give labelled rows that it has not seen; a run with --folds 10 measures all of "
            "its own, each by a model that was not trained on it (report/metrics.json)",
        )
    return rows, measured_on


def _draw(report: Report, folder: Path, progress: Progress) -> None:
    """Write the report, or say which extra is missing."""
    try:
        write_report(report, folder)
    except MissingExtraError as missing:
        progress.say(f"note: numbers only: {missing.message} ({missing.hint})")
