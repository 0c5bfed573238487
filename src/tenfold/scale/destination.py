"""Where the output goes: a folder of parts; or one file, made of the parts of a folder beside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tenfold.errors import UsageError
from tenfold.files import os_errors_as_output_error, refuse_existing
from tenfold.scale.manifest import Manifest
from tenfold.scale.output_folder import PARTS, REJECTS
from tenfold.scale.outputs import join_parts, join_rejects
from tenfold.scale.result import ScoringResult
from tenfold.scale.settings import FORMATS, PartFormat
from tenfold.scale.shard import Receipt, Shard

JOB = ".job"  # behind the file's name: the folder of its parts, until they are joined
REJECTS_FILE = ".rejects.csv"


@dataclass(frozen=True)
class Destination:
    """folder: of the job; format: of the parts; file: that they become in the end, or None."""

    folder: Path
    format: PartFormat
    file: Path | None = None

    @classmethod
    def of(cls, output: str | os.PathLike[str], part_format: str | None) -> Destination:
        """The place that a user names: a file where the name ends as one of a format does.

        Raises UsageError for a format that is none, or another one than the file's.
        """
        if part_format is not None and part_format not in FORMATS:
            raise UsageError(f"format is '{part_format}'", hint=f"one of {', '.join(FORMATS)}")
        path = Path(output)
        for ending in FORMATS:
            if path.suffix.lower() != f".{ending}" or path.is_dir():
                continue
            if part_format not in (None, ending):
                raise UsageError(
                    f"{path}: ends in .{ending}, and --format is {part_format}",
                    hint=f"leave --format out, or call the file {path.stem}.{part_format}",
                )
            return cls(path.with_name(path.name + JOB), ending, path)
        chosen: PartFormat = next((known for known in FORMATS if known == part_format), "csv")
        return cls(path, chosen)

    def refuse_existing(self, *, force: bool) -> None:
        """Raise OutputError for a file that is there and may not be replaced. A job that has begun
        asked already."""
        if self.file is not None and (force or not os.path.lexists(self.folder)):
            refuse_existing(self.file, force=force)
            refuse_existing(self._rejects, force=force)

    def join(
        self, scored: ScoringResult, job: Manifest, receipts: Mapping[int, Receipt]
    ) -> ScoringResult:
        """Make the file of the parts, where there is to be one. Raises OutputError, and leaves
        then what was there; DataError for a part that is not as it was written."""
        if self.file is None:
            return scored
        done = [receipts[number] for number in sorted(receipts)]
        names = [self.folder / PARTS / f"{Shard.name_of(r.shard)}.{self.format}" for r in done]
        rejects = [
            self.folder / REJECTS / f"{Shard.name_of(r.shard)}.csv"
            for r in done
            if r.rejects_sha256
        ]
        if rejects:
            join_rejects(self._rejects, rejects)
        else:
            with os_errors_as_output_error(self._rejects):
                self._rejects.unlink(missing_ok=True)
        join_parts(self.file, self.format, job.columns, names, [r.sha256 for r in done])
        return replace(scored, output=str(self.file), parts=0)

    def remove_job(self) -> None:
        """Remove the folder of the parts once they are joined. Raises OutputError."""
        if self.file is not None:
            with os_errors_as_output_error(self.folder):
                shutil.rmtree(self.folder)

    @property
    def _rejects(self) -> Path:
        assert self.file is not None
        return self.file.with_name(self.file.name + REJECTS_FILE)
