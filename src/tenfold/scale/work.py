"""The work on one shard: its rows to answers, these to a part. The same for every runner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from tenfold.errors import DataError
from tenfold.kept_memory import memory_kept
from tenfold.scale.inputs import InputFile
from tenfold.scale.manifest import Manifest
from tenfold.scale.outputs import Answers, Numbers, Rejects, open_part
from tenfold.scale.shard import Receipt, Shard

Advance = Callable[[int, int], None]  # rows and bytes that were read


class Work(Protocol):
    """What is done with the rows of a shard; knows the model alone, so it serves several jobs."""

    def answers(
        self, manifest: Manifest, shard: Shard, rejects: Rejects, advance: Advance
    ) -> Iterator[Answers | Numbers]:
        """Yield the answers for a shard, in order; what has none is added to the rejects.

        They follow from the shard and the model alone. Raises DataError, also where there are
        fewer rows than when the shard was cut.
        """


@memory_kept()
def score_shard(
    shard: Shard,
    manifest: Manifest,
    folder: Path,
    work: Work,
    bad_rows_max: int,
    advance: Advance,
) -> Receipt:
    """Write the part of a shard, and its rejects if there are any; what came of it.

    The bytes follow from the shard and the model alone. Raises DataError for a changed input, and
    for more bad rows than allowed; OutputError.
    """
    file = manifest.inputs[shard.input]
    file.refuse_changed()
    rejects = Rejects(file.shown, bad_rows_max)
    path = manifest.part(folder, shard)
    with open_part(path, manifest.settings.format, manifest.columns, file.shown) as part:
        for answers in work.answers(manifest, shard, rejects, advance):
            part.write(answers)
        # first the rejects: a part that is there has its rejects beside it
        rejects_sha256 = rejects.write(folder / "rejects" / f"{shard.name}.csv")
    return Receipt(
        shard.number,
        part.rows + len(rejects),
        part.rows,
        len(rejects),
        part.unsure,
        part.sha256,
        part.size_bytes,
        rejects_sha256,
        part.numbers,
    )


def refuse_other_count(file: InputFile, shard: Shard, count: int) -> None:
    """Raise DataError where a shard had another number of rows than when it was cut."""
    if shard.cut.rows is not None and count != shard.cut.rows:
        raise DataError(
            f"{file.shown}: {shard.name} has {count:,} rows, and had {shard.cut.rows:,} when it "
            "was cut",
            hint="the file changed meanwhile: begin again with --force",
        )
