"""The form of arrays: NumPy's .npy and MNIST's IDX, plain or packed. A cut is a range of rows."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from tenfold.digits import PIXELS, SIDE
from tenfold.errors import DataError
from tenfold.files import sha256_of
from tenfold.files.json_object import JsonObject
from tenfold.scale.inputs.batch import Batch
from tenfold.scale.inputs.input_file import InputFile, InputRange, RowOptions
from tenfold.scale.inputs.number_rows import tiles_of, top_of
from tenfold.sources.arrays.idx import IMAGES_MAGIC
from tenfold.sources.arrays.npy import HINT_OBJECTS, read_header
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.unpacking.compression import compression_of, open_unpacked

IDX_HEADER_BYTES = 16
READ_ROWS = 1024
SHAPES = ((PIXELS,), (SIDE, SIDE), (SIDE, SIDE, 1), (1, SIDE, SIDE))
HINT_AGAIN = "it was cut short or damaged: copy or download it again"


@dataclass(frozen=True, kw_only=True)
class ArrayLayout(JsonObject):
    """How an array lies in its file: rows of 784 numbers of a type, from the byte `begin` on."""

    begin: int
    kind: str  # numpy's name of the type
    rows: int
    top: int = 255

    @property
    def row_bytes(self) -> int:
        return PIXELS * np.dtype(self.kind).itemsize


def npy_layout(stream: BinaryIO, name: str) -> ArrayLayout:
    """Read the header of an .npy. Raises DataError for what is no array of tiles."""
    shape, fortran, kind, begin = read_header(stream, name)
    if kind.hasobject or kind.kind not in "biuf":
        raise DataError(f"{name}: is an array of {kind}, expected numbers", hint=HINT_OBJECTS)
    if shape[1:] not in SHAPES or not shape[0]:
        raise DataError(
            f"{name}: has the shape {list(shape)}, expected [n, {SIDE}, {SIDE}] or [n, {PIXELS}]",
            hint="give the images alone, [n, 784], or read it whole: tenfold predict",
        )
    if fortran and len(shape) > 1:
        raise DataError(
            f"{name}: lies in the file column by column, so no row can be read by itself",
            hint="save it row by row: numpy.save(OTHER, numpy.ascontiguousarray(numpy.load(FILE)))",
        )
    return ArrayLayout(begin=begin, kind=kind.str, rows=shape[0])


def idx_layout(stream: BinaryIO, name: str) -> ArrayLayout:
    """Read the header of an IDX file of images. Raises DataError."""
    header = stream.read(IDX_HEADER_BYTES)
    numbers = [int.from_bytes(header[at : at + 4], "big") for at in range(0, len(header), 4)]
    if len(numbers) < 4 or numbers[0] != IMAGES_MAGIC or numbers[2:] != [SIDE, SIDE]:
        raise DataError(
            f"{name}: is no IDX file of images of {SIDE} x {SIDE}",
            hint="give MNIST's images, such as t10k-images-idx3-ubyte",
        )
    return ArrayLayout(begin=IDX_HEADER_BYTES, kind="|u1", rows=numbers[1])


def understand_array(file: InputFile, *, is_idx: bool) -> InputFile:
    """The file with its layout. Raises DataError."""
    layout_of = idx_layout if is_idx else npy_layout
    with file_errors_as_data_error(file.name), Path(file.name).open("rb") as raw:
        packed = compression_of(raw.read(8)) is not None
    with file_errors_as_data_error(file.name), open_unpacked(file.name) as stream:
        layout = layout_of(stream, file.name)
        expected = layout.begin + layout.rows * layout.row_bytes
        if not packed and file.size_bytes != expected:
            raise DataError(
                f"{file.name}: says {layout.rows:,} rows ({expected:,} bytes), holds "
                f"{file.size_bytes:,} bytes",
                hint=HINT_AGAIN,
            )
        layout = replace(layout, top=_top(stream, layout, file.name, packed))
    form = "packed array" if packed else "array"
    return replace(file, form=form, layout=layout.to_json(), rows_about=layout.rows)


def _top(stream: BinaryIO, layout: ArrayLayout, name: str, packed: bool) -> int:
    """The highest level, from the first rows and, where that costs nothing, others."""
    starts = [0] if packed else sorted({0, layout.rows // 2, max(0, layout.rows - READ_ROWS)})
    samples = []
    for start in starts:
        if not packed:
            stream.seek(layout.begin + start * layout.row_bytes)
        samples.append(_rows(stream.read(READ_ROWS * layout.row_bytes), layout))
    return top_of([sample for sample in samples if len(sample)] or [np.zeros((1, PIXELS))], name)


def _rows(content: bytes, layout: ArrayLayout) -> npt.NDArray[np.generic]:
    """Whole rows [n, 784] at the beginning of some bytes."""
    whole = len(content) - len(content) % layout.row_bytes
    return np.frombuffer(content[:whole], layout.kind).reshape(-1, PIXELS)


class Array:
    """An array whose rows can be reached at once."""

    def cuts(self, file: InputFile, rows: int) -> Generator[InputRange, None, str]:
        layout = ArrayLayout.from_json(file.layout)
        for start in range(0, layout.rows, rows):
            stop = min(start + rows, layout.rows)
            yield InputRange(
                start, stop, start + 1, stop - start, (stop - start) * layout.row_bytes
            )
        with file_errors_as_data_error(file.name):
            return sha256_of(Path(file.name))

    def read(self, file: InputFile, cut: InputRange, wanted: RowOptions) -> Iterator[Batch]:
        layout = ArrayLayout.from_json(file.layout)
        with file_errors_as_data_error(file.name), Path(file.name).open("rb") as stream:
            stream.seek(layout.begin + cut.start * layout.row_bytes)
            yield from array_rows(stream, file.shown, layout, cut)


class PackedArray:
    """An array in a .gz, .bz2 or .xz, which is one shard."""

    def cuts(self, file: InputFile, rows: int) -> Generator[InputRange, None, str]:
        count = ArrayLayout.from_json(file.layout).rows
        yield InputRange(0, count, 1, count, file.size_bytes)
        with file_errors_as_data_error(file.name):
            return sha256_of(Path(file.name))

    def read(self, file: InputFile, cut: InputRange, wanted: RowOptions) -> Iterator[Batch]:
        with file_errors_as_data_error(file.name), open_unpacked(file.name) as stream:
            yield from unpacked_rows(stream, file, cut)


def unpacked_rows(stream: BinaryIO, file: InputFile, cut: InputRange) -> Iterator[Batch]:
    """The rows of an array that is read from its first byte on; it must end with the last one."""
    layout = ArrayLayout.from_json(file.layout)
    skip = layout.begin
    while skip and (skipped := stream.read(skip)):
        skip -= len(skipped)
    share = cut.size_bytes / max(1, layout.rows)
    for batch in array_rows(stream, file.shown, layout, cut):
        yield replace(batch, size_bytes=math.ceil(len(batch.rows) * share))
    if stream.read(1):
        raise DataError(f"{file.shown}: holds more than it says", hint=HINT_AGAIN)


def array_rows(
    stream: BinaryIO, name: str, layout: ArrayLayout, cut: InputRange
) -> Iterator[Batch]:
    """The rows of a cut, from a stream that is at its beginning. Raises DataError."""
    for start in range(cut.start, cut.stop, READ_ROWS):
        count = min(READ_ROWS, cut.stop - start)
        content = stream.read(count * layout.row_bytes)
        if len(content) < count * layout.row_bytes:
            raise DataError(f"{name}: ends before row {start + count:,}", hint=HINT_AGAIN)
        numbers = _rows(content, layout)
        tiles = tiles_of(numbers, layout.top, start + 1)
        rows = np.arange(start + 1, start + 1 + count)[tiles.good]
        yield Batch(tiles.images, rows, bad=tiles.bad, size_bytes=len(content))
