"""The form of pictures: a folder or a tar of them, one digit in each. A cut is a range of them."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np

from tenfold.digits import SIDE
from tenfold.errors import DataError
from tenfold.files import sha256_of
from tenfold.framing.picture import ENDINGS, FILE_BYTES_MAX
from tenfold.scale.inputs.batch import BadRow, Batch
from tenfold.scale.inputs.input_file import InputFile, InputRange, RowOptions, changed
from tenfold.scale.inputs.picture_names import list_folder, tar_pictures
from tenfold.sources.decoding.isolated import ReadTile, Result, TileReader, Unreadable
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.unpacking.compression import compression_of, open_unpacked

GATHERED, GATHERED_BYTES = 256, 32 << 20  # pictures of a batch
Contents = Iterator[tuple[str, bytes]]  # by name


def understand_folder(file: InputFile) -> InputFile | None:
    """A folder with the names of its pictures; None where it holds none. Raises DataError."""
    listed = list_folder(file.name)
    if not listed.names:
        return None
    layout = {"names": listed.names, "listing": listed.sha256}
    count = len(listed.names)
    size_bytes = listed.size_bytes
    return replace(
        file, form="pictures", size_bytes=size_bytes, modified_ns=0, layout=layout, rows_about=count
    )


def understand_tar(file: InputFile) -> InputFile:
    """A tar with names and places of its pictures. Raises DataError."""
    with file_errors_as_data_error(file.name), Path(file.name).open("rb") as raw:
        packed = compression_of(raw.read(8)) is not None
    with file_errors_as_data_error(file.name), open_unpacked(file.name) as stream:
        found = [[p.name, p.begin, p.size_bytes] for p in tar_pictures(stream, file.name)]
    if not found:
        raise DataError(f"{file.name}: holds no pictures", hint=f"known: {' '.join(ENDINGS)}")
    form = "packed tar" if packed else "tar"
    layout = {"count": len(found)} if packed else {"members": found}
    return replace(file, form=form, layout=layout, rows_about=len(found))


class Pictures:
    """A folder, or a plain tar, whose pictures can be reached at once."""

    def cuts(self, file: InputFile, rows: int) -> Generator[InputRange, None, str]:
        count = file.rows_about
        share = file.size_bytes / count
        for start in range(0, count, rows):
            stop = min(start + rows, count)
            size_bytes = int(stop * share) - int(start * share)
            yield InputRange(start, stop, start + 1, stop - start, size_bytes)
        if file.form == "tar":
            with file_errors_as_data_error(file.name):
                return sha256_of(Path(file.name))
        return str(file.layout["listing"])

    def read(self, file: InputFile, cut: InputRange, wanted: RowOptions) -> Iterator[Batch]:
        yield from tiles_of_pictures(contents_of(file, cut), file, cut, wanted)


class PackedTar:
    """A packed tar, which is one shard."""

    def cuts(self, file: InputFile, rows: int) -> Generator[InputRange, None, str]:
        yield InputRange(0, file.rows_about, 1, file.rows_about, file.size_bytes)
        with file_errors_as_data_error(file.name):
            return sha256_of(Path(file.name))

    def read(self, file: InputFile, cut: InputRange, wanted: RowOptions) -> Iterator[Batch]:
        yield from tiles_of_pictures(contents_of(file, cut), file, cut, wanted)


def contents_of(file: InputFile, cut: InputRange) -> Contents:
    """Names and contents of the pictures of a cut, read one after another. Raises DataError."""
    if file.form == "pictures":
        for name in file.layout["names"][cut.start : cut.stop]:
            yield name, _file_content(os.path.join(file.name, name))
    elif file.form == "tar":
        with file_errors_as_data_error(file.name), Path(file.name).open("rb") as raw:
            for name, begin, size_bytes in file.layout["members"][cut.start : cut.stop]:
                raw.seek(begin)
                yield name, _content(raw, name, size_bytes)
    else:
        with file_errors_as_data_error(file.name), open_unpacked(file.name) as stream:
            for picture in tar_pictures(stream, file.name):
                yield picture.name, _content(picture.file, picture.name, picture.size_bytes)


def _file_content(path: str) -> bytes:
    """The content of a file, or as much as shows that it is too large. Raises DataError: a picture
    that was there when the job was cut has to be there."""
    with file_errors_as_data_error(path), Path(path).open("rb") as file:
        return file.read(FILE_BYTES_MAX + 1)


def _content(stream: IO[bytes], name: str, size_bytes: int) -> bytes:
    content = stream.read(size_bytes)
    if len(content) != size_bytes:
        raise changed(name)
    return content


def tiles_of_pictures(
    contents: Contents, file: InputFile, cut: InputRange, wanted: RowOptions
) -> Iterator[Batch]:
    """The tiles of pictures, opened in a process that is killed when one costs too much."""
    if wanted.keep or wanted.id is not None:
        raise DataError(
            f"{file.name}: pictures have no columns to keep", hint="leave --keep and --id out"
        )
    share = cut.size_bytes / max(1, cut.stop - cut.start)
    row = cut.first_row
    with TileReader(1) as reader:
        for files in _gathered(contents):
            yield _batch(files, reader.read(files), row, share)
            row += len(files)


def _gathered(contents: Contents) -> Iterator[list[tuple[str, bytes]]]:
    """The same pictures in lists, bounded by their number and by their bytes."""
    files: list[tuple[str, bytes]] = []
    size_bytes = 0
    for name, content in contents:
        files.append((name, content))
        size_bytes += len(content)
        if len(files) == GATHERED or size_bytes > GATHERED_BYTES:
            yield files
            files, size_bytes = [], 0
    if files:
        yield files


def _batch(
    files: Sequence[tuple[str, bytes]], results: Sequence[Result], row: int, share: float
) -> Batch:
    tiles = [result.tile for result in results if isinstance(result, ReadTile)]
    good = [place for place, result in enumerate(results) if isinstance(result, ReadTile)]
    bad = [
        BadRow(name, result.problem)
        for (name, _), result in zip(files, results, strict=True)
        if isinstance(result, Unreadable)
    ]
    return Batch(
        np.stack(tiles) if tiles else np.empty((0, SIDE, SIDE), np.uint8),
        row + np.array(good, np.int64),
        [files[place][0] for place in good],
        bad=bad,
        size_bytes=int(len(results) * share),
    )
