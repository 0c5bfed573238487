"""Values of Parquet columns as rows of pixels, whatever types they are of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tenfold.digits import PIXELS, SIDE
from tenfold.errors import DataError
from tenfold.metrics import Bools
from tenfold.scale.inputs.batch import BadRow
from tenfold.scale.inputs.number_rows import Numbers, Tiles
from tenfold.sources.decoding.isolated import TileReader, Unreadable

NUMBERS = "biuf"


def column_numbers(columns: Sequence[Any], name: str) -> tuple[Numbers, Bools]:
    """Numbers [rows, 784] of a column for each pixel, NaN where one is missing; no row is without.
    Raises DataError for text."""
    arrays = []
    for column in columns:
        array = _decoded(column).to_numpy(zero_copy_only=False)
        if array.dtype.kind not in NUMBERS:
            raise DataError(
                f"{name}: a pixel column holds {column.type}, not numbers",
                hint="save the pixels as whole numbers 0..255",
            )
        arrays.append(array)
    return np.stack(arrays, axis=1), np.zeros(len(arrays[0]), bool)


def list_numbers(column: Any) -> tuple[Numbers, Bools]:
    """Numbers [rows, 784] of a column of lists, nested or not, and the mask of the rows that have
    no 784 values: they are 0 here."""
    values = getattr(column, "storage", column)
    flat, inner = values, 1
    even = values.null_count == 0
    while even and hasattr(flat.type, "value_type") and hasattr(flat, "flatten"):
        lengths = flat.value_lengths().to_numpy(zero_copy_only=False)
        even = bool(len(lengths)) and lengths.min() == lengths.max() and not flat.null_count
        inner *= int(lengths[0]) if even else 0
        flat = flat.flatten()
    if even and inner == PIXELS and not flat.null_count:
        numbers = flat.to_numpy(zero_copy_only=False)
        if numbers.dtype.kind in NUMBERS:
            return numbers.reshape(-1, PIXELS), np.zeros(len(values), bool)
    return _one_by_one(values)


def _one_by_one(values: Any) -> tuple[Numbers, Bools]:
    numbers = np.zeros((len(values), PIXELS))
    missing = np.ones(len(values), bool)
    for row, value in enumerate(values.to_pylist()):
        try:
            found = np.asarray(value, np.float64).reshape(-1)
        except (TypeError, ValueError):  # lists of several lengths, or text
            continue
        if len(found) == PIXELS:
            numbers[row], missing[row] = found, False
    return numbers, missing


def picture_tiles(column: Any, name: str, first_row: int, reader: TileReader) -> Tiles:
    """Tiles of a column of pictures: those of 28 x 28 as they are, others framed. `reader` takes
    tiles as they are."""
    values = column.field("bytes") if hasattr(column, "field") else column
    contents = [content or b"" for content in values.to_pylist()]
    results = reader.read([(name, content) for content in contents])
    bad = [
        BadRow(str(first_row + row), result.problem if contents[row] else "holds no picture")
        for row, result in enumerate(results)
        if isinstance(result, Unreadable)
    ]
    tiles = [result.tile for result in results if not isinstance(result, Unreadable)]
    good = np.array([not isinstance(result, Unreadable) for result in results], bool)
    images = np.stack(tiles) if tiles else np.empty((0, SIDE, SIDE), np.uint8)
    return Tiles(images, good, bad)


def _decoded(column: Any) -> Any:
    return column.dictionary_decode() if hasattr(column, "dictionary_decode") else column
