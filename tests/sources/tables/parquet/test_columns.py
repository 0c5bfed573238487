"""Columns of Parquet as digits: pictures, lists, or a column for each pixel."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

pytest.importorskip("pyarrow.parquet", reason="reading Parquet needs the 'parquet' extra")

import pyarrow as pa
import pyarrow.parquet as pq

from conftest import NEEDS_PHOTO, drawn_digits
from data_forms import PIXELS_1, flat, parquet_tables
from tenfold.digits import AUTO, DataOptions
from tenfold.errors import DataError, UsageError
from tenfold.sources.tables.parquet import columns as parquet_columns
from tenfold.sources.tables.parquet.columns import read_columns, read_lists, read_pictures

DIGITS = drawn_digits(7)
BATCH_ROWS = 3  # so that rows come in several batches


def file_of(table: Any) -> Any:
    content = io.BytesIO()
    pq.write_table(table, content)
    content.seek(0)
    return pq.ParquetFile(content)


def lists(table: Any, options: DataOptions = AUTO) -> Any:
    return read_lists(file_of(table), "a.parquet", "image", options, BATCH_ROWS)


def columns(table: Any) -> Any:
    return read_columns(file_of(table), "a.parquet", AUTO, BATCH_ROWS)


@pytest.mark.parametrize("form", ["lists", "lists of 0..1", "lists of lists"])
def test_lists_become_tiles_over_all_batches(form: str) -> None:
    images, labels, _ = lists(parquet_tables(DIGITS)[form])
    np.testing.assert_array_equal(images, DIGITS.images)
    assert labels.tolist() == DIGITS.labelled().tolist()


def test_pictures_of_28_x_28_are_tiles_as_they_are() -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    file = file_of(parquet_tables(DIGITS)["Hugging Face"])
    images, labels, words = read_pictures(file, "a.parquet", "image", AUTO, BATCH_ROWS)
    np.testing.assert_array_equal(images, DIGITS.images)
    assert labels.tolist() == DIGITS.labelled().tolist()
    assert words == ()


def test_a_picture_that_is_missing_is_named_by_its_row() -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    contents = parquet_tables(DIGITS)["bytes"]["png"].to_pylist()
    contents[4] = None
    table = pa.table({"png": contents})
    with pytest.raises(DataError, match=r"a\.parquet\[4\]: holds no picture"):
        read_pictures(file_of(table), "a.parquet", "png", AUTO, BATCH_ROWS)


def test_pictures_that_are_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_columns, "BYTES_MAX", 10)
    table = parquet_tables(DIGITS)["bytes"]
    with pytest.raises(DataError, match="pictures are too large"):
        read_pictures(file_of(table), "a.parquet", "png", AUTO, BATCH_ROWS)


@pytest.mark.parametrize("form", ["columns", "OpenML", "OpenML, categories"])
def test_a_column_for_each_pixel(form: str) -> None:
    images, labels, _ = columns(parquet_tables(DIGITS)[form])
    np.testing.assert_array_equal(images, DIGITS.images)
    assert labels.tolist() == DIGITS.labelled().tolist()


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([[0] * 784, [0] * 783], "has lists of 783 to 784 values, expected 784"),
        ([[0] * 100, [0] * 100], "has 100 values a row, expected 784"),
        ([[0] * 784, None], "has rows without an image"),
        ([[0] * 783 + [300]] * 2, "300"),
    ],
)
def test_lists_that_are_no_tiles_are_refused(rows: list[Any], problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        lists(pa.table({"image": rows}))


def test_the_label_is_the_named_column_or_the_only_other() -> None:
    rows = flat(DIGITS).tolist()
    one, two = [1] * 7, [2] * 7
    assert lists(pa.table({"image": rows}))[1] is None
    assert lists(pa.table({"image": rows, "x": one}))[1].tolist() == one
    assert lists(pa.table({"image": rows, "x": one, "label": two}))[1].tolist() == two
    both = pa.table({"image": rows, "x": one, "z": two})
    with pytest.raises(DataError, match="columns 'x' and 'z' may both be the label"):
        lists(both)
    assert lists(both, DataOptions("z"))[1].tolist() == two
    assert lists(both, DataOptions("none"))[1] is None
    with pytest.raises(UsageError, match="has no column 'q' beside 'image'") as caught:
        lists(both, DataOptions("q"))
    assert caught.value.hint == "its columns are x, z"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (["a"] * 7, "column 'pixel5' holds no numbers"),
        ([1.0] * 6 + [None], "column 'pixel5' has missing values"),
        ([1] * 6 + [-4], "-4"),
    ],
)
def test_a_pixel_column_without_grey_levels_is_named(cells: list[Any], problem: str) -> None:
    table = {name: flat(DIGITS)[:, i] for i, name in enumerate(PIXELS_1)}
    table["pixel5"] = pa.array(cells)
    with pytest.raises(DataError, match=problem):
        columns(pa.table(table))
