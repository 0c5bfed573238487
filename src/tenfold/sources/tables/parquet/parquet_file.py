"""Parquet, by pyarrow: pictures as Hugging Face has them, lists, or a column a pixel."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from tenfold.digits import AUTO, DataFile, DataOptions, Digits, join
from tenfold.digits.frame_code import PARQUET
from tenfold.errors import DataError, MissingExtraError, TenfoldError
from tenfold.files import sha256_of
from tenfold.sources.contents import DigitsAndNotes
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.tables.parquet.columns import read_columns, read_lists, read_pictures
from tenfold.sources.tables.parquet.pages import check_footer, largest_page

MAGIC = b"PAR1"
ROWS_MAX = 1_000_000
VALUES_MAX = 200_000_000  # of all lists; 70,000 images have 55 million
BATCH_ROWS = 1024
BATCH_BYTES = 256 << 20  # a value may be as large as a page, and be repeated in every row


def is_parquet(path: str) -> bool:
    with Path(path).open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read_parquet(paths: Sequence[str], options: DataOptions = AUTO) -> DigitsAndNotes:
    """Read the rows of one or several Parquet files. Raises DataError, MissingExtraError."""
    parts = [_read_file(path, options) for path in paths]
    return join([digits for digits, _ in parts]), tuple(n for _, notes in parts for n in notes)


def _read_file(path: str, options: DataOptions) -> DigitsAndNotes:
    try:
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("reading Parquet files", "parquet") from None
    with (
        file_errors_as_data_error(path),
        Path(path).open("rb") as raw,
        parquet_errors_as_data_error(path),
    ):
        check_footer(raw, path)
        raw.seek(0)
        file = pq.ParquetFile(raw, pre_buffer=False)
        rows = file.metadata.num_rows
        if not 0 < rows <= ROWS_MAX:
            raise DataError(
                f"{path}: says {rows:,} rows, expected 1 to {ROWS_MAX:,}",
                hint="split it into several files; several sources are joined",
            )
        page_bytes = _check_size(raw, file.metadata, path)
        batch_rows = max(1, min(BATCH_ROWS, BATCH_BYTES // max(page_bytes, 1)))
        images, labels, words = _read_form(file, path, options, batch_rows)
    data_file = DataFile(path, sha256_of(Path(path)), Path(path).stat().st_size, len(images))
    said = (f"{path}: {', '.join(words)}",) if words else ()
    return Digits(images, labels, (data_file,)), said


def _read_form(file: Any, path: str, options: DataOptions, batch_rows: int) -> Any:
    """Choose by the types of the columns, and read them."""
    import pyarrow as pa

    schema = file.schema_arrow
    kinds = {name: _storage(schema.field(name).type) for name in schema.names}
    pictures = [name for name, kind in kinds.items() if _is_picture(pa, kind)]
    lists = [name for name, kind in kinds.items() if _is_list(pa, kind)]
    if len(pictures) + len(lists) > 1:
        raise DataError(
            f"{path}: columns {', '.join([*pictures, *lists][:3])} may all be the image",
            hint="keep one of them:" + PARQUET.mend("table = table[['image', 'label']]"),
        )
    read = read_pictures if pictures else read_lists if lists else None
    if read is None:
        return read_columns(file, path, options, batch_rows)
    return read(file, path, (pictures or lists)[0], options, batch_rows)


def _storage(kind: Any) -> Any:
    """The type under an extension type, such as an array of Hugging Face."""
    return getattr(kind, "storage_type", kind)


def _is_picture(pa: Any, kind: Any) -> bool:
    if pa.types.is_struct(kind):
        names = [kind.field(i).name for i in range(kind.num_fields)]
        inside = kind.field(names.index("bytes")).type if "bytes" in names else None
        return inside is not None and (_is_binary(pa, inside) or pa.types.is_null(inside))
    return _is_binary(pa, kind)


def _is_binary(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _is_list(pa: Any, kind: Any) -> bool:
    types = pa.types
    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _check_size(raw: BinaryIO, metadata: Any, path: str) -> int:
    """The bytes of the largest page. Raises DataError for what unpacks to too much."""
    chunks = []
    values = 0
    for group in range(metadata.num_row_groups):
        for column in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(column)
            starts = [chunk.data_page_offset, chunk.dictionary_page_offset or 0]
            chunks.append((min(s for s in starts if s > 0), chunk.total_compressed_size))
            if "." in chunk.path_in_schema:  # a list, or a struct
                values += chunk.num_values
    if values > VALUES_MAX:
        raise DataError(
            f"{path}: its lists hold {values:,} values",
            hint="split it into several files; several sources are joined",
        )
    return largest_page(raw, chunks, path)


@contextlib.contextmanager
def parquet_errors_as_data_error(path: str) -> Iterator[None]:
    """Turn pyarrow's errors for a damaged file into a DataError."""
    try:
        yield
    except TenfoldError:
        raise
    except (ValueError, OSError, NotImplementedError, KeyError, TypeError) as problem:
        first = str(problem).splitlines()[0][:120] if str(problem) else type(problem).__name__
        raise DataError(
            f"{path}: cannot be read as Parquet: {first}", hint="download or copy it again"
        ) from problem
