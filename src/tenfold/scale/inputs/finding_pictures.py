"""Which pictures and documents an input names, for the reader of whole pictures."""

from __future__ import annotations

import os
import tarfile
import zipfile
from collections.abc import Sequence
from itertools import chain, groupby

from tenfold.errors import DataError
from tenfold.scale.inputs.finding import TAR_ENDINGS, paths_of, refuse_twice
from tenfold.scale.inputs.input_file import InputFile
from tenfold.scale.inputs.picture_names import READ_ENDINGS, is_picture_name
from tenfold.scale.inputs.pictures import (
    understand_folder,
    understand_list,
    understand_tar,
    understand_zip_of_pictures,
)


def find_pictures(words: Sequence[str]) -> list[InputFile]:
    """The folders and archives of pictures in the order given; single pictures and documents that
    follow each other are one input. Raises DataError, UsageError."""
    paths = list(chain.from_iterable(map(paths_of, words)))
    refuse_twice(paths)
    found: list[InputFile] = []
    for is_single, together in groupby(paths, _is_single):
        if is_single:
            found.append(understand_list(list(together)))
        else:
            found += map(_understood, together)
    return found


def _is_single(path: str) -> bool:
    """Whether it is a picture or a document. What a file is decides its content, where that is
    opened; so here everything is one but folders and archives."""
    if os.path.isdir(path):
        return False
    if not os.path.isfile(path):
        raise DataError(f"{path}: not a file", hint="give a picture, a folder or a pattern")
    if is_picture_name(path, READ_ENDINGS):  # some documents are zips
        return True
    if path.lower().endswith((".zip", *TAR_ENDINGS)):
        return False
    return not (zipfile.is_zipfile(path) or tarfile.is_tarfile(path))


def _understood(path: str) -> InputFile:
    file = InputFile.at(path, "")
    if os.path.isdir(path):
        folder = understand_folder(file, READ_ENDINGS)
        if folder is None:
            raise DataError(
                f"{path}: holds no pictures", hint=f"known are {' '.join(READ_ENDINGS)}"
            )
        return folder
    if path.lower().endswith(".zip") or zipfile.is_zipfile(path):
        return understand_zip_of_pictures(file, READ_ENDINGS)
    return understand_tar(file, READ_ENDINGS)
