"""The columns of a Parquet file as digits: pictures, lists of pixels, or a column a pixel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.console import printable_line
from tenfold.digits import PIXELS, SIDE, DataOptions, Images, Labels
from tenfold.digits.column_names import is_label_name
from tenfold.digits.frame_code import PARQUET
from tenfold.digits.levels import range_problem
from tenfold.digits.memory import labels_from
from tenfold.digits.table_frame import Frame, frame_of
from tenfold.errors import DataError, Fault, UsageError
from tenfold.sources.decoding.isolated import TileReader, Unreadable
from tenfold.sources.tables.rows import TableRows

KINDS = ("PNG", "JPEG")  # what data sets hold; few decoders are safer
PICTURE_MAGICS = (b"\x89PNG", b"\xff\xd8")  # theirs
BYTES_MAX = 2 << 30  # of all pictures of a file; a dictionary can repeat one in every row
Read = tuple[Images, Labels | None, tuple[str, ...]]


def read_pictures(file: Any, path: str, image: str, options: DataOptions, batch_rows: int) -> Read:
    """Read pictures (a struct with `bytes`, or bytes) and their labels.

    Those of 28 x 28 are tiles already; others are framed. Raises DataError.
    """
    label = _label_column(file, path, image, options)
    tiles: list[npt.NDArray[np.uint8]] = []
    labels: list[npt.NDArray[Any]] = []
    size = framed = raw = 0
    with TileReader(kinds=KINDS, as_tiles=True) as reader:
        for batch in _batches(file, [image, label], batch_rows):
            contents = _contents(batch.column(image), path, len(tiles))
            size += sum(map(len, contents))
            if size > BYTES_MAX:
                raise DataError(f"{path}: its pictures are too large", hint="make them smaller")
            labels += [] if label is None else [_plain(batch.column(label))]
            if _are_raw(contents):
                tiles += list(np.frombuffer(b"".join(contents), np.uint8).reshape(-1, SIDE, SIDE))
                raw += len(contents)
                continue
            names = [f"{path}[{len(tiles) + row}]" for row in range(len(contents))]
            results = reader.read(list(zip(names, contents, strict=True)))
            if faults := [result for result in results if isinstance(result, Unreadable)]:
                raise DataError(faults, hint=faults[0].remedy)
            read = [result for result in results if not isinstance(result, Unreadable)]
            tiles += [result.tile for result in read]
            framed += sum(not result.tile_sized for result in read)
    words = [f"{framed:,} pictures framed"] if framed else []
    words += [f"{raw:,} images of 784 bytes each"] if raw else []
    return np.stack(tiles), _labels(labels, path), tuple(words)


def _are_raw(contents: Sequence[bytes]) -> bool:
    """Whether values are the pixels themselves, a byte each, and no files of pictures."""
    return all(len(c) == PIXELS and not c.startswith(PICTURE_MAGICS) for c in contents)


def read_lists(file: Any, path: str, image: str, options: DataOptions, batch_rows: int) -> Read:
    """Read lists of 784 values, or of 28 lists of 28, and their labels. Raises DataError."""
    label = _label_column(file, path, image, options)
    frame = Frame(PIXELS, None, tuple(range(PIXELS)))
    rows = TableRows(frame, path, lambda row: f"{path}[{row}]")
    labels: list[npt.NDArray[Any]] = []
    for batch in _batches(file, [image, label], batch_rows):
        numbers = _flat(batch.column(image), f"{path}: {image}")
        rows.add(_levels(numbers.reshape(len(batch), PIXELS), path))
        labels += [] if label is None else [_plain(batch.column(label))]
    images, _, words = rows.finish()
    said = tuple(word for word in words if word != "no labels")
    return images, _labels(labels, path), said if len(said) > 1 else ()


def read_columns(file: Any, path: str, options: DataOptions, batch_rows: int) -> Read:
    """Read a table with a column for each pixel. Raises DataError."""
    names = file.schema_arrow.names
    frame = frame_of(
        names,
        len(names),
        options,
        path,
        PARQUET,
    )
    rows = TableRows(frame, path, lambda row: f"{path}[{row}]")
    for batch in file.iter_batches(batch_size=batch_rows, use_threads=False):
        columns = [_plain(batch.column(c)) for c in range(len(names))]
        numbers = [
            _numbers(column, path, name) for column, name in zip(columns, names, strict=True)
        ]
        table = np.column_stack(numbers)
        _levels(table[:, rows.certain], path)
        rows.add(table)
    return rows.finish()


def _batches(file: Any, columns: list[str | None], batch_rows: int) -> Iterator[Any]:
    wanted = [column for column in columns if column is not None]
    yield from file.iter_batches(batch_size=batch_rows, columns=wanted, use_threads=False)


def _label_column(file: Any, path: str, image: str, options: DataOptions) -> str | None:
    """The column of the labels beside that of the images. Raises DataError, UsageError."""
    others = [name for name in file.schema_arrow.names if name != image]
    named = [name for name in others if is_label_name(name)]
    if options.label == "none":
        return None
    if options.label is not None and options.label not in ("first", "last"):
        if options.label not in others:
            names = printable_line(", ".join(others[:5]))
            raise UsageError(
                f"{path}: has no column '{options.label}' beside '{image}'",
                hint=f"its columns are {names or 'the images alone'}",
            )
        return options.label
    candidates = named or others
    if len(candidates) > 1:
        raise DataError(
            f"{path}: columns '{candidates[0]}' and '{candidates[1]}' may both be the label",
            hint=printable_line(
                f"say which is: --label {candidates[0]} or --label {candidates[1]} (in Python, "
                f"label='{candidates[0]}')"
            ),
        )
    return candidates[0] if candidates else None


def _contents(column: Any, path: str, first_row: int) -> list[bytes]:
    """The bytes of pictures. Raises DataError where there are none."""
    values = column.field("bytes") if hasattr(column, "field") else column
    contents: list[bytes | None] = values.to_pylist()
    missing = [row for row, content in enumerate(contents) if not content]
    if missing:
        raise DataError(
            [Fault(f"{path}[{first_row + row}]", "holds no picture") for row in missing],
            hint="it may hold paths of pictures alone: give the folder of the pictures",
        )
    return [content for content in contents if content]


def _flat(column: Any, place: str) -> npt.NDArray[Any]:
    """All values of nested lists, 784 a row. Raises DataError for other lengths."""
    rows = len(column)
    values = getattr(column, "storage", column)
    while hasattr(values, "flatten") and hasattr(values.type, "value_type"):
        if values.null_count:
            raise DataError(f"{place}: has rows without an image", hint="leave these rows out")
        lengths = values.value_lengths().to_numpy(zero_copy_only=False)
        if len(lengths) and lengths.min() != lengths.max():
            raise DataError(
                f"{place}: has lists of {lengths.min()} to {lengths.max()} values, expected "
                f"{PIXELS}",
                hint="give images of 28 x 28 alone",
            )
        values = values.flatten()
    if len(values) != rows * PIXELS or values.null_count:
        raise DataError(
            f"{place}: has {len(values) // max(rows, 1)} values a row, expected {PIXELS}",
            hint="give images of 28 x 28: lists of 784 values, or of 28 lists of 28",
        )
    return values.to_numpy(zero_copy_only=False)


def _plain(column: Any) -> npt.NDArray[Any]:
    if hasattr(column, "dictionary_decode"):
        column = column.dictionary_decode()
    return column.to_numpy(zero_copy_only=False)


def _numbers(column: npt.NDArray[Any], path: str, name: str) -> npt.NDArray[Any]:
    """A column as numbers. Raises DataError for text and for missing values."""
    try:
        numbers = column if column.dtype.kind in "biuf" else column.astype(np.float64)
    except (TypeError, ValueError) as problem:
        raise DataError(
            f"{path}: column '{name[:20]}' holds no numbers: {str(problem)[:60]}",
            hint=f"leave it out:{PARQUET.mend(f'table = table.drop(columns={name!r})')}",
        ) from problem
    if not np.isfinite(numbers).all():
        raise DataError(
            f"{path}: column '{name[:20]}' has missing values",
            hint=f"leave these rows out:{PARQUET.mend('table = table.dropna()')}",
        )
    return numbers


def _levels(numbers: npt.NDArray[Any], path: str) -> npt.NDArray[Any]:
    """The same numbers. Raises DataError where they are no grey levels."""
    if problem := range_problem(numbers):
        raise DataError(f"{path}: {problem[0]}", hint=problem[1])
    return numbers


def _labels(parts: list[npt.NDArray[Any]], path: str) -> Labels | None:
    return labels_from(np.concatenate(parts), path)[0] if parts else None
