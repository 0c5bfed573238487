"""Data sets by name: fetched from mirrors in turn, checked, kept in the user's cache folder."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import shutil
from pathlib import Path

from tenfold import files
from tenfold.errors import DataError, FetchError, Interrupted
from tenfold.progress import SILENT, Progress
from tenfold.sources.catalogue import BYTES_MAX, DATA_SETS, KAGGLE, NAMES, DataSet, RemoteFile
from tenfold.sources.download import (
    PATIENCE,
    WrongContent,
    check_content,
    download,
    read_link,
    usable_place,
)
from tenfold.sources.http_answers import AGAIN, Link, Patience
from tenfold.sources.kaggle import NOTEBOOK_FOLDER, SPLITS, in_notebook
from tenfold.sources.partial_download import PartialDownload
from tenfold.sources.unpack import open_zip
from tenfold.user_cache import cache_folder

MANIFEST = "fetched.json"  # the SHA-256 of each file, written when all are there
RETRIES = 1  # of a mirror that is not the last


def cache_of(name: str) -> Path:
    """The folder in the cache that has, or will have, the data set of this name."""
    return cache_folder() / "data" / name


def folder_of(name: str) -> str:
    """The folder with the data set of this name, as it was fetched. Raises DataError where it was
    not, or was damaged since."""
    if not is_fetched(name):
        raise DataError(
            f"{name}: has not been fetched, or only in part",
            hint=f"bring it with: tenfold fetch {name}",
        )
    return NOTEBOOK_FOLDER if name == KAGGLE and in_notebook() else str(cache_of(name))


def is_fetched(name: str) -> bool:
    """Whether all files of the data set of this name are in the cache, undamaged."""
    if name != KAGGLE:
        return _is_whole(cache_of(name), DATA_SETS[name])
    found = all((cache_of(name) / f"{split}.csv").is_file() for split in SPLITS)
    return found or in_notebook()


def fetch_data_set(
    name: str,
    to: str | None = None,
    *,
    force: bool = False,
    offline: bool = False,
    progress: Progress = SILENT,
    patience: Patience = PATIENCE,
) -> list[Path]:
    """Bring a data set of `DATA_SETS` into the cache, and copy it into the folder `to` if that is
    given; the paths of the files, sorted.

    What is in the cache already is not fetched again, what was interrupted goes on. `offline` opens
    no connection. Raises FetchError where no mirror has a file as it must be, OutputError for the
    place, Interrupted on Ctrl-C.
    """
    data_set, cache = DATA_SETS[name], cache_of(name)
    place = None if to is None else usable_place(to, force=force)
    if not _is_whole(cache, data_set):
        if offline:
            raise FetchError(
                f"{name}: is not in the cache ({cache})",
                hint=f"run tenfold fetch {name} with a connection, or copy that folder from where "
                "it was fetched",
            )
        with files.os_errors_as_output_error(cache):
            cache.mkdir(parents=True, exist_ok=True)
        for file in data_set.files:
            if not (file.name in data_set.names and _is_right(cache / file.name, file)):
                _bring(file, cache, progress, patience)
        _keep_members(data_set, cache)
        hashes = {kept: files.sha256_of(cache / kept) for kept in data_set.names}
        files.write_json(cache / MANIFEST, {"sha256": hashes})
    if data_set.note:
        progress.say(f"note: {name}: {data_set.note}")
    if place is None:
        return sorted(cache / kept for kept in data_set.names)
    with files.staged_folder(place, force=True) as folder, files.os_errors_as_output_error(place):
        for kept in data_set.names:
            shutil.copyfile(cache / kept, folder / kept)
    return sorted(place / kept for kept in data_set.names)


def _bring(file: RemoteFile, folder: Path, progress: Progress, patience: Patience) -> None:
    """Download a file from the first mirror that has it as it must be. Raises FetchError."""
    # one file, whatever the mirror: what the first has sent, the next may continue
    partial = PartialDownload(folder / file.name, file.sha256 or file.md5 or file.name)
    troubles: list[FetchError] = []
    try:
        for number, url in enumerate(file.urls, 1):
            last = number == len(file.urls)
            tries = patience if last else dataclasses.replace(patience, retries=RETRIES)
            link = read_link(url)
            try:
                download(link, partial, file.size_bytes or BYTES_MAX, progress, tries)
                _check(link, partial.body, file)
            except FetchError as problem:
                if isinstance(problem, WrongContent):
                    partial.clear()
                troubles.append(problem)
                if not last:
                    progress.say(f"{problem.message}; trying the next mirror")
                continue
            with files.os_errors_as_output_error(folder):
                os.replace(partial.body, folder / file.name)
            partial.clear()
            return
        listed = "".join(f"\n  {problem.message}" for problem in troubles)
        hint = troubles[0].hint if len(troubles) == 1 else f"check the connection; {AGAIN}"
        raise FetchError(f"{file.name}: no mirror has sent it:{listed}", hint=hint)
    except KeyboardInterrupt:
        stopped = f"{file.name}: stopped after {partial.received_bytes / 1e6:.1f} MB"
        raise Interrupted(stopped, hint=AGAIN) from None
    finally:
        partial.tidy()


def _check(link: Link, body: Path, file: RemoteFile) -> None:
    """Raise WrongContent for another file than the expected one."""
    check_content(link, body, file.sha256, file.size_bytes)
    if file.md5 is not None and (came := _md5_of(body)) != file.md5:
        raise WrongContent(
            f"{link.shown}: has the MD5 {came}, expected {file.md5}",
            hint="it is another file, or was damaged on its way: try again later",
        )


def _is_right(path: Path, file: RemoteFile) -> bool:
    """Whether a file that an earlier, interrupted fetch brought is the expected one."""
    if not path.is_file():
        return False
    sha256 = None if file.sha256 is None else files.sha256_of(path)
    return sha256 == file.sha256 and (file.md5 is None or _md5_of(path) == file.md5)


def _md5_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _keep_members(data_set: DataSet, folder: Path) -> None:
    """Unpack the members that are kept of a zip, and delete the zip. Raises DataError."""
    if not data_set.members:
        return
    (zipped,) = data_set.files
    with open_zip(folder / zipped.name, typed=zipped.name) as archive:
        for member in data_set.members:
            if member not in archive.sizes_bytes:
                raise DataError(f"{zipped.name}: holds no {member}", hint="fetch it again")
            target = folder / member.rpartition("/")[2]
            with archive.open(member) as source, files.staged_file(target) as file:
                shutil.copyfileobj(source, file)
    (folder / zipped.name).unlink()


def _is_whole(folder: Path, data_set: DataSet) -> bool:
    """Whether a folder of the cache has all files as they were fetched."""
    hashes: object = None
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        hashes = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["sha256"]
    if not isinstance(hashes, dict) or set(hashes) != set(data_set.names):
        return False
    return all(
        (folder / name).is_file() and files.sha256_of(folder / name) == sha256
        for name, sha256 in hashes.items()
    )


def is_name(path: str) -> bool:
    """Whether DATA is the name of a data set, and not a path that exists."""
    return path in NAMES and not os.path.exists(path)
