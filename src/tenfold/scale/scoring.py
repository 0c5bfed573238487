"""What `tenfold score` does: inputs of any size to a folder of parts, each row exactly once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tenfold.classifier import Engine, find_model
from tenfold.classifier.engine_choice import choose
from tenfold.digits import AUTO, TableOptions
from tenfold.errors import DataError, Fault, Interrupted, UsageError
from tenfold.progress import SILENT, Progress
from tenfold.scale import plan
from tenfold.scale.inputs.finding import find_inputs
from tenfold.scale.journal import add_receipt, read_receipts, write_receipts
from tenfold.scale.manifest import Manifest, refuse_other_job
from tenfold.scale.output_folder import held, open_folder, whole_parts
from tenfold.scale.outputs.rejects import too_many
from tenfold.scale.pace import Pace, pace_of
from tenfold.scale.runners.choice import HERE, runner_for
from tenfold.scale.runners.events import Advanced, Finished, Job, Runner
from tenfold.scale.scored import Scored
from tenfold.scale.settings import FORMATS, PartFormat, Settings
from tenfold.scale.shard import Receipt, Shard
from tenfold.signals import stop_signals

Path_ = str | os.PathLike[str]


def score(
    data: Path_ | Sequence[Path_],
    output: Path_,
    *,
    model: Path_ = "mnist",
    engine: Engine = "auto",
    format: PartFormat = "csv",
    probabilities: bool = False,
    keep: Sequence[str] = (),
    id: str | None = None,
    bad_rows_max: int = 0,
    workers: int | None = None,
    on: str = HERE,
    shard_rows: int | None = None,
    verify: bool = False,
    force: bool = False,
    options: TableOptions = AUTO,
    progress: Progress = SILENT,
) -> Scored:
    """Classify the rows of inputs of any size, and write a part for each shard into `output`.

    The same call continues a job that was interrupted. Raises DataError, ModelError, OutputError,
    UsageError, MissingExtraError; Interrupted on Ctrl-C and SIGTERM.
    """
    if format not in FORMATS:
        raise UsageError(f"format is '{format}'", hint=f"one of {', '.join(FORMATS)}")
    runner = runner_for(on, workers)
    words = [data] if isinstance(data, str | os.PathLike) else list(data)
    settings = Settings(
        format=format,
        probabilities=probabilities,
        keep=tuple(keep),
        id=id,
        label=options.label,
        header=options.header,
        rows=shard_rows or 0,
    )
    folder = Path(output)
    old = open_folder(folder, force=force)
    new = _manifest(
        [os.fspath(word) for word in words], os.fspath(model), engine, settings, old, progress
    )
    with held(folder):
        call = _Call(folder, _continued(old, new, folder, verify), bad_rows_max, verify, progress)
        return call.run(runner)


def _manifest(
    words: Sequence[str],
    model: str,
    engine: Engine,
    settings: Settings,
    old: Manifest | None,
    progress: Progress,
) -> Manifest:
    """The manifest of a job that is not planned yet. Raises DataError, ModelError, UsageError."""
    found = find_model(model)
    inputs = find_inputs(words, settings.wanted.options, progress.say)
    rows = sum(file.rows_about for file in inputs)
    if engine == "auto" and old is not None and old.model_sha256 == found.facts.graph.sha256:
        engine = old.engine  # type: ignore[assignment]
    chosen = choose(engine, rows, found, threads=1)  # of a worker, one of several
    settings = replace(settings, rows=settings.rows or plan.shard_rows(rows))
    return Manifest(
        model=model,
        model_sha256=found.facts.graph.sha256,
        engine=chosen,
        versions=plan.versions_of(chosen, settings.format),
        settings=settings,
        columns=settings.columns(several_inputs=len(inputs) > 1),
        inputs=tuple(inputs),
    )


def _continued(old: Manifest | None, new: Manifest, folder: Path, verify: bool) -> Manifest:
    """The manifest of the job that `new` begins or continues. Raises DataError for changed inputs,
    OutputError for another job."""
    if old is None:
        return new
    refuse_other_job(old, new, folder)
    return replace(old, inputs=plan.unchanged(old.inputs, verify=verify), model=new.model)


@dataclass(eq=False)
class _Call:
    """One call of a job."""

    folder: Path
    manifest: Manifest
    bad_rows_max: int
    verify: bool
    progress: Progress
    receipts: dict[int, Receipt] = field(default_factory=dict)

    def run(self, runner: Runner) -> Scored:
        """Do what is left of the job; what it has done. Raises Interrupted."""
        job = self.manifest
        job.write(self.folder)
        self._find_receipts()
        done_bytes = sum(s.cut.size_bytes for s in job.shards if s.number in self.receipts)
        with (
            stop_signals() as stopped,
            pace_of(self.progress, job.size_bytes, done_bytes) as pace,
        ):
            self._refuse_bad_rows()
            for event in runner.run(self._job(), self._shards_left(), stopped):
                self._take(event, pace)
            if stopped():
                raise Interrupted(
                    f"{self.folder}: stopped after {self._sum('rows_in'):,} rows",
                    hint="continue: run the same command again",
                )
        return self._finished(pace)

    def _find_receipts(self) -> None:
        """Take over what earlier calls have done."""
        listed = read_receipts(self.folder)
        self.receipts = whole_parts(self.folder, self.manifest, listed, verify=self.verify)
        if damaged := sorted({*listed} - {*self.receipts}):
            self.progress.say(
                f"note: {len(damaged):,} parts are missing or damaged, such as "
                f"{Shard.name_of(damaged[0])}, and are made again"
            )
        if self.receipts:
            self.progress.say(
                f"note: {self.folder}: continues after {self._sum('rows_in'):,} rows in "
                f"{len(self.receipts):,} parts"
            )

    def _job(self) -> Job:
        return Job(self.folder, self.manifest, self.bad_rows_max)

    def _shards_left(self) -> Iterator[Shard]:
        """The shards without a receipt, in their order; cut on the way where that is not done."""
        job = self.manifest
        shards: Iterable[Shard] = job.shards if job.planned else plan.cut_inputs(job, self.folder)
        for shard in shards:
            if shard.number not in self.receipts:
                yield shard

    def _take(self, event: Any, pace: Pace) -> None:
        """Count, and keep the receipt of, what a runner tells."""
        if isinstance(event, Advanced):
            pace.advance(event.rows, event.size_bytes)
        elif isinstance(event, Finished):
            self.receipts[event.receipt.shard] = event.receipt
            add_receipt(self.folder, event.receipt)
            self._refuse_bad_rows()
        else:
            self.progress.say(event.text)

    def _refuse_bad_rows(self) -> None:
        """Raise DataError where all shards together have more bad rows than are allowed."""
        rejected = self._sum("rejected")
        if rejected > self.bad_rows_max:
            raise too_many(
                [
                    Fault(
                        str(self.folder / "rejects"),
                        f"lists {rejected:,} bad rows so far, more than {self.bad_rows_max:,}",
                    )
                ]
            )

    def _finished(self, pace: Pace) -> Scored:
        """The last word. Raises DataError where a row is missing, or there twice."""
        manifest = self.manifest
        rows_in, rows_out, rejected = map(self._sum, ("rows_in", "rows_out", "rejected"))
        if rows_in != rows_out + rejected:
            raise DataError(
                f"{self.folder}: {rows_in:,} rows in, {rows_out:,} out, {rejected:,} rejected",
                hint="run the same command with --verify",
            )
        write_receipts(self.folder, self.receipts.values())
        scored = Scored(
            str(self.folder),
            rows_in,
            rows_out,
            rejected,
            self._sum("unsure"),
            len(self.receipts),
            manifest.model_sha256[:12],
            manifest.engine,
            pace.rows,
            pace.seconds,
        )
        self.progress.say(str(scored))
        return scored

    def _sum(self, name: str) -> int:
        return sum(getattr(receipt, name) for receipt in self.receipts.values())
