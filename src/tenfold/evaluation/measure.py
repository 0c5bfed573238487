"""Measure a model on labelled rows, and say so if they are rows that it was trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tenfold.classifier import Classifier, Engine, find_model
from tenfold.digits import Digits
from tenfold.errors import MissingExtraError
from tenfold.evaluation.evaluate import EVALUATION_FILES, Evaluation, evaluation_of
from tenfold.evaluation.report import REPORT_ENTRIES, Report
from tenfold.files import refuse_existing, staged_folder, write_json
from tenfold.model_folder import ModelFolder
from tenfold.progress import SILENT, Progress
from tenfold.run_folder import Rows, RunFolder
from tenfold.sources import open_digits

# what `write` leaves in its folder, and --force may therefore replace
ENTRIES = (*EVALUATION_FILES, *REPORT_ENTRIES, "data.json")


def measure(
    model: str,
    data: str,
    *,
    engine: Engine = "auto",
    out: str | None = None,
    force: bool = False,
    progress: Progress = SILENT,
) -> Evaluation:
    """Evaluate `model` (a folder, a run, or a ready-made name) on the labelled rows of `data`.

    A run that was trained on these very files is judged on the rows that it kept out. With `out`,
    numbers and CSVs are written there, and the report where its extra is installed. Raises
    DataError, ModelError, OutputError, MissingExtraError.
    """
    if out is not None:
        refuse_existing(out, force=force, ours=ENTRIES)  # before the work, not after it
    verified = find_model(model)
    source = open_digits(data)
    for note in source.notes:
        progress.say(f"note: {note}")
    digits = source.labelled_rows()
    rows, what = _rows_to_judge(model, verified, digits)
    classifier = Classifier(verified, engine=engine, tiles=len(rows))
    progress.say(f"judging on {what}, with {classifier.engine}")
    probabilities = classifier.probabilities(digits.images[rows])
    target = float(verified.facts["recipe"]["answered_accuracy"])
    evaluation = evaluation_of(digits, rows, probabilities, target, what)
    if out is not None:
        with staged_folder(Path(out), force=force, ours=ENTRIES) as folder:
            evaluation.write(folder)
            facts = {"measured_on": what, "files": [file.to_json() for file in digits.files]}
            write_json(folder / "data.json", facts)  # so that `compare` knows whose rows these are
            _draw(Report(evaluation, title=f"{model} on {data}", data=facts), folder, progress)
    return evaluation


def _rows_to_judge(model: str, folder: ModelFolder, digits: Digits) -> tuple[Rows, str]:
    """All rows, but of a run's own data only those that it was not trained on; and in words."""
    trained_on = [file["sha256"] for file in folder.facts["lineage"]["files"]]
    given = [file.sha256 for file in digits.files]
    everything = np.arange(len(digits))
    if not set(given) & set(trained_on):
        return everything, f"{len(digits):,} rows of files that the model was not trained on"
    run = RunFolder(Path(model))
    if run.split.exists() and given == trained_on:
        _, kept_out = run.read_split(len(digits))
        if len(kept_out):
            return kept_out, f"the {len(kept_out):,} of {len(digits):,} rows that this run kept out"
    return everything, (
        f"{len(digits):,} rows of which the model was trained on some or all: the figure says how "
        "well it remembers them, not how well it reads others"
    )


def _draw(report: Report, folder: Path, progress: Progress) -> None:
    try:
        report.write(folder)
    except MissingExtraError as missing:
        progress.say(f"note: numbers only: {missing.message} ({missing.hint})")
