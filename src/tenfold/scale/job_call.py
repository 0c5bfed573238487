"""One call of a job: what is left of it is given to a runner, and what comes back is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tenfold.errors import DataError, Fault, Interrupted
from tenfold.progress import Progress
from tenfold.scale import plan
from tenfold.scale.journal import add_receipt, read_receipts, write_receipts
from tenfold.scale.manifest import Manifest
from tenfold.scale.output_folder import whole_parts
from tenfold.scale.outputs.rejects import too_many
from tenfold.scale.pace import Pace, pace_of
from tenfold.scale.result import ScoringResult
from tenfold.scale.runners.events import Advanced, Finished, Job, Runner
from tenfold.scale.shard import Receipt, Shard
from tenfold.signals import stop_signals


@dataclass(eq=False)
class JobCall:
    """A call for the job in `folder`; `receipts` are of the shards that are done."""

    folder: Path
    manifest: Manifest
    bad_rows_max: int
    verify: bool
    progress: Progress
    receipts: dict[int, Receipt] = field(default_factory=dict)

    def run(self, runner: Runner) -> ScoringResult:
        """Do what is left of the job; what it has done. Raises Interrupted."""
        job = self.manifest
        job.write(self.folder)
        self._find_receipts()
        done_bytes = sum(s.cut.size_bytes for s in job.shards if s.number in self.receipts)
        with (
            stop_signals() as stopped,
            pace_of(self.progress, job.size_bytes, done_bytes, self._unit) as pace,
        ):
            self._refuse_bad_rows()
            for event in runner.run(self._job(), self._shards_left(), stopped):
                self._take(event, pace)
            if stopped():
                raise Interrupted(
                    f"{self.folder}: stopped after {self._sum('rows_in'):,} {self._unit}",
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
                f"note: {self.folder}: continues after {self._sum('rows_in'):,} {self._unit} in "
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
        rejected, most = self._sum("rejected"), self.bad_rows_max
        if rejected > most:
            raise too_many(
                [
                    Fault(
                        str(self.folder / "rejects"),
                        f"lists {rejected:,} bad {self._unit} so far, more than {most:,}",
                    )
                ]
            )

    def _finished(self, pace: Pace) -> ScoringResult:
        """The last word. Raises DataError where a row is missing, or there twice."""
        manifest = self.manifest
        rows_in, rows_out, rejected = map(self._sum, ("rows_in", "rows_out", "rejected"))
        if rows_in != rows_out + rejected:
            raise DataError(
                f"{self.folder}: {rows_in:,} {self._unit} in, {rows_out:,} out, "
                f"{rejected:,} rejected",
                hint="run the same command with --verify",
            )
        write_receipts(self.folder, self.receipts.values())
        return ScoringResult(
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
            self._sum("numbers") if manifest.settings.pictures else None,
        )

    @property
    def _unit(self) -> str:
        """What is counted."""
        return "pictures" if self.manifest.settings.pictures else "rows"

    def _sum(self, name: str) -> int:
        return sum(getattr(receipt, name) for receipt in self.receipts.values())
