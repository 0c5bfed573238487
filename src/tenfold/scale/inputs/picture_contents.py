"""The content of the pictures of a cut, one after another, wherever they lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tenfold.framing.picture import FILE_BYTES_MAX
from tenfold.scale.inputs.input_file import InputFile, InputRange, changed
from tenfold.scale.inputs.picture_names import UNPACKED_BYTES_MAX, list_files, tar_pictures
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.unpacking.compression import open_unpacked
from tenfold.sources.unpacking.unpack import open_zip

Contents = Iterator[tuple[str, bytes]]  # by name


def contents_of(file: InputFile, cut: InputRange) -> Contents:
    """Names and contents of the pictures of a cut, read one after another; of one that is too large
    as much as shows it. Raises DataError."""
    if file.form == "pictures":
        for name in file.layout["names"][cut.start : cut.stop]:
            yield name, _file_content(os.path.join(_folder(file), name))
    elif file.form == "tar":
        with file_errors_as_data_error(file.name), Path(file.name).open("rb") as raw:
            for name, begin, size_bytes in file.layout["members"][cut.start : cut.stop]:
                raw.seek(begin)
                yield name, _content(raw, name, size_bytes)
    elif file.form == "zip of pictures":
        with open_zip(file.name, unpacked_bytes_max=UNPACKED_BYTES_MAX) as archive:
            for name in file.layout["names"][cut.start : cut.stop]:
                with archive.open(name) as stream:
                    yield name, stream.read(FILE_BYTES_MAX + 1)
    else:
        endings = tuple(file.layout["endings"])
        with file_errors_as_data_error(file.name), open_unpacked(file.name) as stream:
            for picture in tar_pictures(stream, file.name, endings):
                yield picture.name, _content(picture.file, picture.name, picture.size_bytes)


def refuse_changed(file: InputFile) -> None:
    """Raise DataError where an input is another than when the job began; of pictures that lie by
    themselves, each one is looked at."""
    if file.form != "pictures":
        file.refuse_changed()
    elif list_files(file.layout["names"], _folder(file)).sha256 != file.layout["listing"]:
        raise changed(file.name)


def shown_name(file: InputFile, name: str) -> str:
    """The name of a picture in messages and in the output: its path, or `archive: name`."""
    if file.form != "pictures":
        return f"{file.shown}: {name}"
    return os.path.join(_folder(file), name) if _folder(file) else file.called or name


def _folder(file: InputFile) -> str:
    """The folder that the names of pictures begin from; "" where they are paths."""
    return "" if file.layout.get("is_list") else file.name


def _file_content(path: str) -> bytes:
    """The content of a file, or as much as shows that it is too large. Raises DataError: a picture
    that was there when the job was cut has to be there."""
    with file_errors_as_data_error(path), Path(path).open("rb") as file:
        return file.read(FILE_BYTES_MAX + 1)


def _content(stream: IO[bytes], name: str, size_bytes: int) -> bytes:
    wanted = min(size_bytes, FILE_BYTES_MAX + 1)
    content = stream.read(wanted)
    if len(content) != wanted:
        raise changed(name)
    return content
