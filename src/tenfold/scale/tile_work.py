"""The work on tiles: the rows of a shard to tiles, in batches to the classifier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from tenfold.classifier import Classifier
from tenfold.classifier.classifier import BATCH
from tenfold.scale.inputs import BadRow, Batch, form_of
from tenfold.scale.manifest import Manifest
from tenfold.scale.outputs import Answers, Column, Rejects, answers_of
from tenfold.scale.settings import kept_name
from tenfold.scale.shard import Shard
from tenfold.scale.work import Advance, refuse_other_count

GATHERED_ROWS = 8 * BATCH  # whatever blocks they come in: whole batches for the runtime


class TileWork:
    """Classifies the rows of shards."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier

    def answers(
        self, manifest: Manifest, shard: Shard, rejects: Rejects, advance: Advance
    ) -> Iterator[Answers]:
        """Yield the answers of a shard; see `Work`."""
        file, settings = manifest.inputs[shard.input], manifest.settings
        answer_columns = settings.answer_columns(several_inputs=len(manifest.inputs) > 1)
        batches = form_of(file).read(file, shard.cut, settings.wanted)
        threshold = self._classifier.model.reject_threshold
        rows = 0
        for batch in _gathered(batches, advance):
            images = batch.images.transpose(0, 2, 1) if file.transposed else batch.images
            outputs = self._classifier.outputs(np.ascontiguousarray(images))
            rejects.add(batch.bad)
            ids: Column = batch.rows if batch.ids is None else batch.ids
            kept = {kept_name(name, answer_columns): v for name, v in batch.kept.items()}
            rows += len(batch.rows) + len(batch.bad)
            yield answers_of(outputs, ids, kept, threshold)
        refuse_other_count(file, shard, rows)


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
