"""The work on one shard: its rows to tiles, their answers to a part. The same for every runner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tenfold.classifier import Classifier
from tenfold.classifier.classifier import BATCH
from tenfold.errors import DataError, ModelError
from tenfold.kept_memory import memory_kept
from tenfold.scale.inputs import BadRow, Batch, InputFile, form_of
from tenfold.scale.manifest import Manifest
from tenfold.scale.outputs import Column, Rejects, answers_of, open_part
from tenfold.scale.settings import kept_name
from tenfold.scale.shard import Receipt, Shard

GATHERED_ROWS = 8 * BATCH  # whatever blocks they come in: whole batches for the runtime

Advance = Callable[[int, int], None]  # rows and bytes that were read


@memory_kept()
def score_shard(
    shard: Shard,
    manifest: Manifest,
    folder: Path,
    classifier: Classifier,
    bad_rows_max: int,
    advance: Advance,
) -> Receipt:
    """Write the part of a shard, and its rejects if there are any; what came of it.

    The bytes follow from the shard and the model alone. Raises DataError for a changed input, for
    more bad rows than allowed, and where rows in are not rows out and rejects; OutputError.
    """
    file = manifest.inputs[shard.input]
    file.refuse_changed()
    settings = manifest.settings
    rejects = Rejects(file.shown, bad_rows_max)
    columns = manifest.columns
    own = settings.own_columns(several_inputs=len(manifest.inputs) > 1)
    batches = form_of(file).read(file, shard.cut, settings.wanted)
    threshold = classifier.model.reject_threshold
    path = manifest.part(folder, shard)
    with open_part(path, settings.format, columns, file.shown) as part:
        for batch in _gathered(batches, advance):
            outputs = classifier.outputs(batch.images)
            rejects.add(batch.bad)
            ids: Column = batch.rows if batch.ids is None else batch.ids
            kept = {kept_name(name, own): v for name, v in batch.kept.items()}
            part.write(answers_of(outputs, ids, kept, threshold))
        rows_in = part.rows + len(rejects)
        _refuse_other_count(file, shard, rows_in)
        # first the rejects: a part that is there has its rejects beside it
        rejects_sha256 = rejects.write(folder / "rejects" / f"{shard.name}.csv")
    return Receipt(
        shard.number,
        rows_in,
        part.rows,
        len(rejects),
        part.unsure,
        part.sha256,
        part.size_bytes,
        rejects_sha256,
    )


def open_classifier(manifest: Manifest, model: Any) -> Classifier:
    """The classifier of a job, one thread; `model` is its model folder, verified.

    Raises ModelError where that is another model than the job's.
    """
    if model.facts.graph.sha256 != manifest.model_sha256:
        raise ModelError(
            f"{manifest.model}: was changed after this job began",
            hint="begin again with --force, or with another place for the output",
        )
    return Classifier(model, engine=manifest.engine, threads=1)  # type: ignore[arg-type]


def _gathered(batches: Iterable[Batch], advance: Advance) -> Iterator[Batch]:
    """The same rows in batches of GATHERED_ROWS or a few more, but for the last one."""
    waiting: list[Batch] = []
    rows = 0
    for batch in batches:
        advance(len(batch.rows) + len(batch.bad), batch.size_bytes)
        waiting.append(batch)
        rows += len(batch.rows)
        if rows >= GATHERED_ROWS:
            yield _joined(waiting)
            waiting, rows = [], 0
    if waiting:
        yield _joined(waiting)


def _joined(batches: Sequence[Batch]) -> Batch:
    if len(batches) == 1:
        return batches[0]
    first = batches[0]
    bad: list[BadRow] = [row for batch in batches for row in batch.bad]
    return Batch(
        np.concatenate([batch.images for batch in batches]),
        np.concatenate([batch.rows for batch in batches]),
        None if first.ids is None else _chained([batch.ids for batch in batches]),
        {name: _chained([batch.kept[name] for batch in batches]) for name in first.kept},
        bad,
    )


def _chained(columns: Sequence[Any]) -> Any:
    """Lists, or arrays of pyarrow, one behind another."""
    if isinstance(columns[0], list):
        return [value for column in columns for value in column]
    import pyarrow as pa

    return pa.concat_arrays(columns)


def _refuse_other_count(file: InputFile, shard: Shard, rows_in: int) -> None:
    """Raise DataError where a shard had another number of rows than when it was cut."""
    if shard.cut.rows is not None and rows_in != shard.cut.rows:
        raise DataError(
            f"{file.shown}: {shard.name} has {rows_in:,} rows, and had {shard.cut.rows:,} when it "
            "was cut",
            hint="the file changed meanwhile: begin again with --force",
        )
