"""The form of Parquet: a shard is some groups of rows. Read batch by batch, by pyarrow."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from tenfold.digits import PIXELS
from tenfold.digits.column_names import pixel_columns
from tenfold.digits.frame_code import PARQUET
from tenfold.errors import DataError, MissingExtraError
from tenfold.files import sha256_of
from tenfold.files.json_object import JsonObject
from tenfold.scale.inputs.batch import BadRow, Batch
from tenfold.scale.inputs.input_file import InputFile, InputRange, RowOptions
from tenfold.scale.inputs.number_rows import Numbers, Tiles, tiles_of, top_of
from tenfold.scale.inputs.parquet_values import column_numbers, list_numbers, picture_tiles
from tenfold.sources.decoding.isolated import TileReader
from tenfold.sources.tables.parquet.columns import KINDS
from tenfold.sources.tables.parquet.pages import check_footer, largest_page
from tenfold.sources.tables.parquet.parquet_file import parquet_errors_as_data_error

BATCH_ROWS = 1024
BATCH_BYTES = 64 << 20  # a value may be as large as a page, and be repeated in every row
BUFFER_BYTES = 1 << 16  # of each column, while its pages are read


@dataclass(frozen=True, kw_only=True)
class ParquetLayout(JsonObject):
    """What the columns are. kind: "columns", a pixel each; "lists" or "pictures" in the column
    `image`. top: 255, or 1 for pixels 0..1."""

    kind: str
    rows: int
    image: str = ""
    top: int = 255


def understand_parquet(file: InputFile) -> InputFile:
    """The file with its layout. Raises DataError, MissingExtraError."""
    with _opened(file) as (_, parquet):
        rows = parquet.metadata.num_rows
        if not rows:
            raise DataError(f"{file.name}: has no rows", hint="give a file with rows")
        kind, image = _kind(parquet, file.name)
        layout = ParquetLayout(kind=kind, rows=rows, image=image)
        if layout.kind != "pictures":
            layout = replace(layout, top=_top(parquet, layout, file.name))
    return replace(file, form="parquet", layout=layout.to_json(), rows_about=rows)


def _kind(parquet: Any, name: str) -> tuple[str, str]:
    """Which columns hold the tiles, by their types and names."""
    import pyarrow as pa

    schema = parquet.schema_arrow
    if pixel_columns(schema.names, name, PARQUET):
        return "columns", ""
    kinds = {column: _storage(schema.field(column).type) for column in schema.names}
    lists = [column for column, kind in kinds.items() if _is_list(pa, kind)]
    pictures = [column for column, kind in kinds.items() if _is_picture(pa, kind)]
    if len(lists) + len(pictures) != 1:
        several = ", ".join([*lists, *pictures][:3])
        raise DataError(
            f"{name}: columns {several} may all be the image"
            if several
            else f"{name}: has no column of images, and none named pixel0 to pixel{PIXELS - 1}",
            hint="keep one column of images, of lists or pictures, or name a column for each pixel",
        )
    return "lists" if lists else "pictures", [*lists, *pictures][0]


def _storage(kind: Any) -> Any:
    """The type under an extension type, such as an array of Hugging Face."""
    return getattr(kind, "storage_type", kind)


def _is_list(pa: Any, kind: Any) -> bool:
    types = pa.types
    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _is_picture(pa: Any, kind: Any) -> bool:
    if pa.types.is_struct(kind):
        return "bytes" in [kind.field(place).name for place in range(kind.num_fields)]
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _top(parquet: Any, layout: ParquetLayout, name: str) -> int:
    """The highest level, from rows of the first, the middle and the last group."""
    groups = parquet.metadata.num_row_groups
    samples = []
    for group in sorted({0, groups // 2, groups - 1}):
        columns = _columns(parquet, layout)
        for batch in parquet.iter_batches(BATCH_ROWS, [group], columns, use_threads=False):
            numbers, missing = _numbers(batch, layout, name)
            samples.append(numbers[~missing])
            break
    return top_of([sample for sample in samples if len(sample)] or [np.zeros((1, PIXELS))], name)


def _columns(parquet: Any, layout: ParquetLayout) -> list[str]:
    names: list[str] = parquet.schema_arrow.names
    if layout.kind != "columns":
        return [layout.image]
    places = pixel_columns(names, "") or ()
    return [names[place] for place in places]


def _numbers(batch: Any, layout: ParquetLayout, name: str) -> tuple[Numbers, Any]:
    """Numbers [rows, 784] of a batch, and the mask of the rows that hold no such."""
    if layout.kind == "lists":
        return list_numbers(batch.column(layout.image))
    places = pixel_columns(batch.schema.names, name) or ()
    return column_numbers([batch.column(place) for place in places], name)


class Parquet:
    """A cut is a range of groups of rows."""

    def cuts(self, file: InputFile, rows: int) -> Generator[InputRange, None, str]:
        with _opened(file) as (_, parquet):
            metadata = parquet.metadata
            counts = [metadata.row_group(g).num_rows for g in range(metadata.num_row_groups)]
        share = file.size_bytes / max(1, sum(counts))
        start, row, count = 0, 1, 0
        for group, more in enumerate(counts):
            count += more
            if count >= rows or group == len(counts) - 1:
                yield InputRange(start, group + 1, row, count, int(count * share))
                start, row, count = group + 1, row + count, 0
        return sha256_of(Path(file.name))

    def read(self, file: InputFile, cut: InputRange, wanted: RowOptions) -> Iterator[Batch]:
        layout = ParquetLayout.from_json(file.layout)
        others = [*wanted.keep, *([] if wanted.id is None else [wanted.id])]
        with _opened(file) as (raw, parquet):
            names = parquet.schema_arrow.names
            for column in others:
                if column not in names:
                    raise DataError(f"{file.name}: has no column '{column}'", hint="check the name")
            groups = list(range(cut.start, cut.stop))
            columns = list(dict.fromkeys([*_columns(parquet, layout), *others]))
            page = _largest_page(raw, parquet.metadata, groups, file.name)
            batch_rows = max(1, min(BATCH_ROWS, BATCH_BYTES // max(page, 1)))
            row = cut.first_row
            share = cut.size_bytes / max(1, cut.rows or 1)
            batches = parquet.iter_batches(batch_rows, groups, columns, use_threads=False)
            with _tile_reader(layout) as reader:
                for batch in batches:
                    found = _tiles(batch, layout, file, row, reader)
                    yield _batch(batch, found, row, wanted, int(len(batch) * share))
                    row += len(batch)


def _tile_reader(layout: ParquetLayout) -> contextlib.AbstractContextManager[TileReader | None]:
    """The processes that open pictures, where there are any."""
    if layout.kind != "pictures":
        return contextlib.nullcontext()
    return TileReader(1, KINDS, as_tiles=True)


def _tiles(
    batch: Any, layout: ParquetLayout, file: InputFile, row: int, reader: TileReader | None
) -> Tiles:
    """The tiles of a batch whose first row has the number `row`."""
    if reader is not None:
        return picture_tiles(batch.column(layout.image), file.shown, row, reader)
    numbers, missing = _numbers(batch, layout, file.name)
    images, good, bad = tiles_of(numbers, layout.top, row)
    places = np.flatnonzero(missing)  # rows of zeros until here
    bad += [BadRow(str(row + int(place)), f"holds no {PIXELS} values") for place in places]
    return Tiles(images[~missing[good]], good & ~missing, bad)


def _batch(batch: Any, tiles: Tiles, row: int, wanted: RowOptions, size_bytes: int) -> Batch:
    selected = batch if tiles.good.all() else batch.filter(_mask(tiles.good))
    rows = np.arange(row, row + len(batch))[tiles.good]
    kept = {name: selected.column(name) for name in wanted.keep}
    ids = None if wanted.id is None else selected.column(wanted.id)
    return Batch(tiles.images, rows, ids, kept, tiles.bad, size_bytes)


def _mask(good: Any) -> Any:
    import pyarrow as pa

    return pa.array(good)


def _largest_page(raw: BinaryIO, metadata: Any, groups: list[int], name: str) -> int:
    """The bytes of the largest page of some groups. Raises DataError for what unpacks to too much:
    a reader allocates whatever the header of a page says."""
    chunks = []
    for group in groups:
        for column in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(column)
            starts = [chunk.data_page_offset, chunk.dictionary_page_offset or 0]
            chunks.append((min(s for s in starts if s > 0), chunk.total_compressed_size))
    return largest_page(raw, chunks, name)


@contextlib.contextmanager
def _opened(file: InputFile) -> Iterator[tuple[BinaryIO, Any]]:
    """Yield the file and its reader, with pyarrow's errors as DataError."""
    try:
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("reading Parquet files", "parquet") from None
    with parquet_errors_as_data_error(file.name), Path(file.name).open("rb") as raw:
        check_footer(raw, file.name)
        raw.seek(0)
        with pq.ParquetFile(file.name, pre_buffer=False, buffer_size=BUFFER_BYTES) as parquet:
            yield raw, parquet
