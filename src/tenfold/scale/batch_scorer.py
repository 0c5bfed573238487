"""A scorer of one batch, to be called inside of Ray Data, Spark, Dask, polars, joblib."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tenfold.classifier import Classifier, Engine
from tenfold.console import printable_line
from tenfold.digits import PIXELS
from tenfold.digits.column_names import pixel_columns
from tenfold.errors import DataError, UsageError
from tenfold.scale.outputs.answers import Answers, answers_of
from tenfold.scale.settings import PROBABILITIES, kept_name

NAME = "the batch"
ANSWERS = ("label", "probability", "reason")


class Scorer:
    """Classifies a batch of tiles, and gives it back in the form in which it came.

    It is pickled by the bytes of its model, which other processes and machines need not have. An
    answer does not depend on the other rows of the batch.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] = "mnist",
        *,
        engine: Engine = "onnxruntime",
        images: str | None = None,
        probabilities: bool = False,
        threads: int = 1,
    ) -> None:
        """`images` is the column of the tiles: lists or arrays of 784 or of 28 x 28; None is a
        column a pixel, by name. `probabilities` adds the columns p0 to p9. `threads` of one call.

        Raises ModelError, UsageError, MissingExtraError.
        """
        self.images, self.probabilities = images, probabilities
        self._classifier = Classifier.load(model, engine=engine, threads=threads)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that answers have, without those of the batch that stay."""
        return (*ANSWERS, *(PROBABILITIES if self.probabilities else ()))

    def __call__(self, batch: Any) -> Any:
        """Classify a frame of pandas or polars, a table or a batch of pyarrow, a mapping of
        columns, or tiles [n, 28, 28] or [n, 784].

        A frame comes back as a frame, a table as a table, anything else as a dict of columns:
        label int64, probability float32, reason (empty where the label is sure), and the batch's
        columns but for the pixels; one that is called like an answer gets `source_` in front.
        Raises DataError.
        """
        if hasattr(batch, "column_names") and hasattr(batch, "schema"):  # pyarrow
            return self._arrow(batch)
        if hasattr(batch, "columns") and hasattr(batch, "iloc"):  # pandas
            return self._pandas(batch)
        if hasattr(batch, "columns") and hasattr(batch, "to_dict"):  # polars
            return self._polars(batch)
        if isinstance(batch, Mapping):
            return self._mapping(batch)
        return self._answers(batch)

    def _answers(self, tiles: Any) -> dict[str, Any]:
        outputs = self._classifier.outputs(tiles)
        rows = range(len(outputs.is_digit))
        answers = answers_of(outputs, rows, {}, self._classifier.model.reject_threshold)
        return self._columns(answers)

    def _columns(self, answers: Answers) -> dict[str, Any]:
        columns = {
            "label": answers.labels,
            "probability": answers.probability,
            "reason": np.array(answers.reasons, object),
        }
        if self.probabilities:
            assert answers.probabilities is not None
            columns |= dict(zip(PROBABILITIES, answers.probabilities.T, strict=True))
        return columns

    def _mapping(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        pixels = self._pixels(list(batch))
        if self.images is not None:
            tiles = _stacked(batch[self.images])
        else:
            tiles = np.stack([np.asarray(batch[name]) for name in pixels], axis=1)
        return self._kept(batch, pixels) | self._answers(tiles)

    def _pandas(self, batch: Any) -> Any:
        pixels = self._pixels([str(name) for name in batch.columns])
        if self.images is not None:
            tiles = _stacked(batch[self.images])
        else:
            tiles = batch[pixels].to_numpy()
        kept = batch.drop(columns=pixels)
        answer_columns = self.columns
        kept = kept.rename(columns={name: kept_name(name, answer_columns) for name in kept.columns})
        return kept.assign(**self._answers(tiles))

    def _polars(self, batch: Any) -> Any:
        pixels = self._pixels(list(batch.columns))
        if self.images is not None:
            tiles = _stacked(batch[self.images].to_numpy())
        else:
            tiles = batch.select(pixels).to_numpy()
        answers = self._answers(tiles)
        answers["reason"] = list(answers["reason"])  # or it would be a column of objects
        return type(batch)(self._kept(batch.to_dict(), pixels) | answers)

    def _arrow(self, batch: Any) -> Any:
        import pyarrow as pa

        pixels = self._pixels(batch.schema.names)
        if self.images is not None:
            tiles = _stacked(batch.column(self.images).to_numpy(zero_copy_only=False))
        else:
            columns = [batch.column(name).to_numpy(zero_copy_only=False) for name in pixels]
            tiles = np.stack(columns, axis=1)
        names = [name for name in batch.schema.names if name not in {*pixels}]
        kept = self._kept({name: batch.column(name) for name in names}, ())
        return pa.table(kept | self._answers(tiles))

    def _kept(self, batch: Mapping[str, Any], pixels: Sequence[str]) -> dict[str, Any]:
        """The other columns, under the names that they have beside the answers."""
        left_out = {*pixels}
        answer_columns = self.columns
        return {
            kept_name(n, answer_columns): column for n, column in batch.items() if n not in left_out
        }

    def _pixels(self, names: list[str]) -> list[str]:
        """The names of the columns that hold the tiles. Raises DataError, UsageError."""
        if self.images is not None:
            if self.images not in names:
                raise UsageError(
                    f"{NAME} has no column '{self.images}'",
                    hint=f"its columns are {printable_line(', '.join(names[:5]))}",
                )
            return [self.images]
        known = pixel_columns(names, NAME)
        if known is None:
            raise DataError(
                f"{NAME}: none of its {len(names)} columns are known as the {PIXELS} pixels",
                hint="name the column of the tiles: Scorer(images='image')",
            )
        return [names[column] for column in known]


def _stacked(column: Any) -> Any:
    """A column of arrays or lists as one array [n, ...]; one that is such an array as it is."""
    if not len(column):
        return np.empty((0, PIXELS), np.uint8)
    try:
        values = np.asarray(column)
        if values.dtype.kind != "O":
            return values
        return np.stack(
            [np.stack([*row]) if _is_nested(row) else np.asarray(row) for row in values]
        )
    except ValueError as problem:
        raise DataError(
            f"{NAME}: its tiles are of several sizes", hint="give tiles of 28 x 28 alone"
        ) from problem


def _is_nested(row: Any) -> bool:
    """Whether a row is an array of arrays, as pyarrow gives lists of lists."""
    return getattr(row, "dtype", np.dtype(np.uint8)).kind == "O"
