"""The data of a run: opened, joined and checked before anything is created."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tenfold.checks import Finding, inspect
from tenfold.checks.fitness import refuse_known, refuse_too_few, refuse_unfit
from tenfold.digits import AUTO, CLASSES, DataOptions, Digits
from tenfold.digits.file_facts import FileFacts
from tenfold.errors import DataError, Fault, UsageError
from tenfold.model_folder import ModelFolder
from tenfold.progress import Progress
from tenfold.recipes import Recipe
from tenfold.sources import Data, Source, open_digits
from tenfold.sources.opening import join_training

# findings that do not matter for fine-tuning, because the model knows all ten digits
UNIMPORTANT_TO_FINE_TUNING = ("missing-class", "imbalance")


@dataclass(frozen=True, eq=False)
class RunData:
    """The sources of a run, their joined training rows, and the rows to predict, if any."""

    sources: list[Source]
    train: Digits
    test: Digits | None

    @classmethod
    def open(
        cls,
        paths: Sequence[Data],
        progress: Progress,
        *,
        submit: bool,
        options: DataOptions = AUTO,
    ) -> RunData:
        """Open all sources; without `submit`, their training rows alone.

        Raises DataError, and UsageError where there are several test sets.
        """
        kinds = ("train", "test") if submit else ("train",)
        given = paths or [None]
        sources = [open_digits(path, kinds, options) for path in given]
        for source in sources:
            for note in source.notes:
                progress.say(f"note: {note}")
        labelled = [source for source in sources if source.train is not None]
        # `run train.csv test.csv`: a file without labels is the test set of the others
        train = join_training(labelled if submit and labelled else sources)
        tests = [source for source in sources if source.test is not None] if submit else []
        if len(tests) > 1:
            raise UsageError(
                "more than one test set: " + ", ".join(source.path for source in tests),
                hint="use tenfold train, then tenfold predict for each",
            )
        return cls(sources, train, tests[0].test if tests else None)

    def say_counts(self, progress: Progress) -> None:
        """Say how many rows there are."""
        counts = np.bincount(self.train.labelled(), minlength=CLASSES)
        progress.say(
            f"data: {len(self.train):,} labelled rows "
            f"({counts.min():,} to {counts.max():,} a class)"
            + (f", {len(self.test):,} to predict" if self.test is not None else "")
        )

    def check(self, recipe: Recipe, progress: Progress) -> list[str]:
        """Check the rows for training new networks: say the warnings and return them.

        Raises DataError with all errors.
        """
        refuse_unfit(self.train, recipe)
        return _report_findings(inspect(self.train, self.test), self.train, progress)

    def check_for_fine_tuning(self, model: ModelFolder, name: str, progress: Progress) -> list[str]:
        """Check the rows for fine-tuning `model`: say the warnings and return them.

        Raises DataError with all errors, and where the model has seen too many of the rows.
        """
        refuse_too_few(self.train)
        if known := refuse_known(self.train, model.seen, name):
            progress.say(
                f"warning: {name} was trained on {known:,} of these rows: they are left out of "
                "the figures"
            )
        findings = [
            finding
            for finding in inspect(self.train, self.test)
            if finding.name not in UNIMPORTANT_TO_FINE_TUNING
        ]
        return _report_findings(findings, self.train, progress)


def refuse_other_rows(digits: Digits, files: Sequence[FileFacts], out: str) -> None:
    """Raise DataError if the rows are not from the files that the run `out` began with."""
    if [file.sha256 for file in digits.files] != [file.sha256 for file in files]:
        raise DataError(
            f"{digits.where()}: not the rows that {out} was started with",
            hint="give the same files, or start another run",
        )


def lasting_path(path: str) -> str:
    """The absolute path of what exists, so that it is found from another working folder."""
    return os.path.abspath(path) if os.path.exists(path) else path


def _report_findings(findings: Sequence[Finding], digits: Digits, progress: Progress) -> list[str]:
    """Say the warnings and return them. Raises DataError with all errors."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise DataError(
            [
                Fault(finding.places[0] if finding.places else digits.where(), finding.message)
                for finding in errors
            ],
            hint=errors[0].remedy,
        )
    warnings = [finding.message for finding in findings if finding.severity == "warning"]
    for warning in warnings:
        progress.say(f"warning: {warning} (tenfold check shows which)")
    return warnings
