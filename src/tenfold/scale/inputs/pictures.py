"""The form of pictures: a folder, a list, a tar or a zip of them. A cut is a range of them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from tenfold.digits import SIDE
from tenfold.errors import DataError
from tenfold.files import natural_order, sha256_of
from tenfold.framing.picture import ENDINGS
from tenfold.scale.inputs.batch import BadRow, Batch
from tenfold.scale.inputs.input_file import InputFile, InputRange, RowOptions
from tenfold.scale.inputs.picture_contents import Contents, contents_of
from tenfold.scale.inputs.picture_names import (
    UNPACKED_BYTES_MAX,
    PictureListing,
    is_picture_name,
    list_files,
    list_folder,
    tar_pictures,
)
from tenfold.sources.decoding.isolated import ReadTile, Result, TileReader, Unreadable
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.unpacking.compression import compression_of, open_unpacked
from tenfold.sources.unpacking.unpack import open_zip

GATHERED, GATHERED_BYTES = 256, 32 << 20  # pictures of a batch


def understand_folder(file: InputFile, endings: tuple[str, ...] = ENDINGS) -> InputFile | None:
    """A folder with the names of its pictures; None where it holds none. Raises DataError."""
    listed = list_folder(file.name, endings)
    return _with_names(file, listed) if listed.names else None


def understand_list(paths: Sequence[str]) -> InputFile:
    """Single pictures as one input, which is called like the first. Raises DataError."""
    file = _with_names(InputFile(name=paths[0], form="pictures"), list_files(paths))
    return replace(file, layout={**file.layout, "is_list": True})


def _with_names(file: InputFile, listed: PictureListing) -> InputFile:
    layout = {"names": listed.names, "listing": listed.sha256}
    count, size_bytes = len(listed.names), listed.size_bytes
    return replace(
        file, form="pictures", size_bytes=size_bytes, modified_ns=0, layout=layout, rows_about=count
    )


def understand_tar(file: InputFile, endings: tuple[str, ...] = ENDINGS) -> InputFile:
    """A tar with names and places of its pictures. Raises DataError."""
    with file_errors_as_data_error(file.name), Path(file.name).open("rb") as raw:
        packed = compression_of(raw.read(8)) is not None
    with file_errors_as_data_error(file.name), open_unpacked(file.name) as stream:
        found = [[p.name, p.begin, p.size_bytes] for p in tar_pictures(stream, file.name, endings)]
    if not found:
        raise _no_pictures(file, endings)
    form = "packed tar" if packed else "tar"
    layout = {"count": len(found), "endings": endings} if packed else {"members": found}
    return replace(file, form=form, layout=layout, rows_about=len(found))


def understand_zip_of_pictures(file: InputFile, endings: tuple[str, ...]) -> InputFile:
    """A zip with the names of its pictures. Raises DataError."""
    with (
        file_errors_as_data_error(file.name),
        open_zip(file.name, unpacked_bytes_max=UNPACKED_BYTES_MAX) as archive,
    ):
        names = [name for name in archive.sizes_bytes if _is_shown(name, endings)]
    if not names:
        raise _no_pictures(file, endings)
    layout = {"names": sorted(names, key=natural_order)}
    return replace(file, form="zip of pictures", layout=layout, rows_about=len(names))


def _is_shown(name: str, endings: tuple[str, ...]) -> bool:
    """Whether a member is a picture, and in no hidden folder, nor in one of macOS's own."""
    hidden = any(part.startswith((".", "__")) for part in name.split("/")[:-1])
    return is_picture_name(name, endings) and not hidden


def _no_pictures(file: InputFile, endings: tuple[str, ...]) -> DataError:
    return DataError(f"{file.name}: holds no pictures", hint=f"known: {' '.join(endings)}")


class Pictures:
    """A folder, a list, a plain tar or a zip, whose pictures can be reached at once."""

    def cuts(self, file: InputFile, rows: int) -> Generator[InputRange, None, str]:
        count = file.rows_about
        share = file.size_bytes / count
        for start in range(0, count, rows):
            stop = min(start + rows, count)
            size_bytes = int(stop * share) - int(start * share)
            yield InputRange(start, stop, start + 1, stop - start, size_bytes)
        if file.form == "pictures":
            return str(file.layout["listing"])
        with file_errors_as_data_error(file.name):
            return sha256_of(Path(file.name))

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
