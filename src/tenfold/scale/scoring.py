"""What `tenfold score` does: inputs of any size to a folder of parts, each row exactly once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tenfold.classifier import Engine, find_model
from tenfold.classifier.engine_choice import choose
from tenfold.digits import AUTO, DataOptions
from tenfold.progress import SILENT, Progress
from tenfold.scale import plan, spool
from tenfold.scale.destination import Destination
from tenfold.scale.inputs import InputFile
from tenfold.scale.inputs.finding import find_inputs
from tenfold.scale.inputs.finding_pictures import find_pictures
from tenfold.scale.inputs.picture_contents import refuse_changed
from tenfold.scale.job_call import JobCall
from tenfold.scale.manifest import Manifest, refuse_other_job
from tenfold.scale.output_folder import held, open_folder
from tenfold.scale.result import ScoringResult
from tenfold.scale.runners.choice import HERE, runner_for
from tenfold.scale.settings import PartFormat, Settings

Path_ = str | os.PathLike[str]


def score(
    data: Path_ | Sequence[Path_],
    output: Path_,
    *,
    model: Path_ | None = None,
    engine: Engine = "auto",
    format: PartFormat | None = None,
    probabilities: bool = False,
    keep: Sequence[str] = (),
    id: str | None = None,
    pictures: bool = False,
    bad_rows_max: int = 0,
    workers: int | None = None,
    memory_mb: int | None = None,
    on: str = HERE,
    shard_rows: int | None = None,
    verify: bool = False,
    force: bool = False,
    options: DataOptions = AUTO,
    progress: Progress = SILENT,
) -> ScoringResult:
    """Classify the rows of inputs of any size, and write a part for each shard into `output`.

    With `pictures` the inputs are whole pictures and documents, and a row is a number found in
    them. `model` is "mnist" by default, and "pictures" for these. An output that ends in .csv or
    .parquet is one file, made of the parts in the end. `data` may be "-", standard input. `format`
    is by the output's ending, or csv. `memory_mb` is of all processes together, 1000 by default.
    The same call continues a job that was interrupted. Raises DataError, ModelError, OutputError,
    UsageError, MissingExtraError; Interrupted on Ctrl-C and SIGTERM.
    """
    place = Destination.of(output, format)
    runner = runner_for(on, workers, memory_mb)
    words = [data] if isinstance(data, str | os.PathLike) else list(data)
    settings = Settings(
        format=place.format,
        probabilities=probabilities,
        keep=tuple(keep),
        id=id,
        label=options.label,
        header=options.header,
        transposed=options.transposed,
        rows=shard_rows or 0,
        pictures=pictures,
    )
    place.refuse_existing(force=force)
    folder = place.folder
    old = open_folder(folder, force=force)
    paths = spool.with_stdin(
        [os.fspath(word) for word in words], folder, progress, again=old is not None
    )
    model = os.fspath(model or ("pictures" if pictures else "mnist"))
    new = _manifest(paths, folder, model, engine, settings, old, progress)
    with held(folder):
        call = JobCall(folder, _continued(old, new, folder, verify), bad_rows_max, verify, progress)
        done = call.run(runner)
        for file in call.manifest.inputs:  # also while the last shards were read
            refuse_changed(file)
        scored = place.join(done, new, call.receipts)
        spool.remove(folder)
    place.remove_job()
    progress.say(str(scored))
    return scored


def _manifest(
    paths: Sequence[str],
    folder: Path,
    model: str,
    engine: Engine,
    settings: Settings,
    old: Manifest | None,
    progress: Progress,
) -> Manifest:
    """The manifest of a job that is not planned yet. Raises DataError, ModelError, UsageError."""
    found = find_model(model)
    settings.columns(several_inputs=False)  # refused before the inputs are read
    inputs = spool.named(_inputs(paths, settings, progress), folder)
    rows = sum(file.rows_about for file in inputs)
    if engine == "auto" and old is not None and old.model_sha256 == found.facts.graph.sha256:
        engine = old.engine  # type: ignore[assignment]
    chosen = choose(engine, rows, found, threads=1)  # of a worker, one of several
    settings = replace(
        settings, rows=settings.rows or plan.shard_rows(rows, pictures=settings.pictures)
    )
    return Manifest(
        model=model,
        model_sha256=found.facts.graph.sha256,
        engine=chosen,
        versions=plan.versions_of(chosen, settings.format, pictures=settings.pictures),
        settings=settings,
        columns=settings.columns(several_inputs=len(inputs) > 1),
        inputs=tuple(inputs),
    )


def _inputs(paths: Sequence[str], settings: Settings, progress: Progress) -> list[InputFile]:
    if settings.pictures:
        return find_pictures(paths)
    return find_inputs(paths, settings.wanted.options, progress.say)


def _continued(old: Manifest | None, new: Manifest, folder: Path, verify: bool) -> Manifest:
    """The manifest of the job that `new` begins or continues. Raises DataError for changed inputs,
    OutputError for another job."""
    if old is None:
        return new
    refuse_other_job(old, new, folder)
    pairs = zip(old.inputs, new.inputs, strict=True)
    inputs = [replace(then, name=now.name) for then, now in pairs]  # the copy of standard input
    return replace(old, inputs=plan.unchanged(inputs, verify=verify), model=new.model)
