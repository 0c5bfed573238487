"""Check data files: open each path, and inspect the rows that could be read."""

from __future__ import annotations

import os

from tenfold.checks.check_report import CheckReport
from tenfold.checks.findings import SPLITS, Finding, by_severity
from tenfold.checks.inspection import inspect
from tenfold.checks.rows_seen_findings import seen_findings
from tenfold.classifier import find_model
from tenfold.digits import AUTO, DataOptions, join
from tenfold.errors import FAULTS_SHOWN, DataError
from tenfold.model_folder import ModelFolder
from tenfold.progress import SILENT, Progress
from tenfold.sources import Data, Source, name_of, open_digits
from tenfold.sources.given_data import sources_of


def check(
    data: Data,
    *,
    model: str | os.PathLike[str] | ModelFolder | None = None,
    options: DataOptions = AUTO,
    progress: Progress = SILENT,
) -> CheckReport:
    """Read all of `data`, one path or data in memory or a list of them, and inspect what they hold;
    with `model`, which rows it has seen. `options` decide where a table can be read in two ways.

    A file that cannot be read is an error among the findings, not an exception, so it does not hide
    the faults of the others. Raises ModelError.
    """
    if isinstance(model, str | os.PathLike):
        model = find_model(model)
    sources: list[Source] = []
    findings: list[Finding] = []
    for source in sources_of(data):
        progress.say(f"reading {name_of(source)}")
        opened, problems = _open(source, options)
        sources += opened
        findings += [_unreadable(name_of(source), problem) for problem in problems]
        findings += [Finding("info", "note", note) for part in opened for note in part.notes]
    train = [source.train for source in sources if source.train is not None]
    test = [source.test for source in sources if source.test is not None]
    joined = join(train) if train else None, join(test) if test else None
    progress.say(
        f"inspecting {sum(len(digits) for digits in joined if digits is not None):,} images"
    )
    findings += inspect(*joined)
    if model is not None:
        findings += seen_findings(model, *joined)
    return CheckReport(*joined, tuple(by_severity(findings)))


def _open(path: Data, options: DataOptions) -> tuple[list[Source], list[DataError]]:
    """Open the readable splits of `path`, and collect the faults of the rest."""
    try:
        return [open_digits(path, options=options)], []
    except DataError as problem:
        problems = [problem]
    sources = []
    for split in SPLITS:  # train or test alone may be readable
        try:
            sources.append(open_digits(path, (split,), options, to_predict=False))
        except DataError as problem:
            if str(problem) not in map(str, problems):
                problems.append(problem)
    return sources, problems


def _unreadable(path: str, problem: DataError) -> Finding:
    if problem.fault_count > 1:
        message = f"{path}: cannot be used, for {problem.fault_count:,} faults"
        places = tuple(str(fault) for fault in problem.faults[:FAULTS_SHOWN])
        return Finding("error", "unreadable", message, places, problem.fault_count, problem.hint)
    places = tuple(fault.place for fault in problem.faults)
    return Finding("error", "unreadable", problem.message, places, remedy=problem.hint)
