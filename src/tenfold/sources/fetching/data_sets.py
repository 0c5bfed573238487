"""Data sets by name, fetched from mirrors in turn, checked, and kept in the user's cache folder."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
from pathlib import Path

from tenfold import files
from tenfold.errors import DataError, FetchError, Interrupted
from tenfold.progress import SILENT, Progress
from tenfold.sources.fetching.catalogue import BYTES_MAX, DATA_SETS, DataSet, RemoteFile
from tenfold.sources.fetching.data_set_cache import MANIFEST, cache_of, is_whole
from tenfold.sources.fetching.download import (
    DEFAULT_POLICY,
    WrongContent,
    check_content,
    download,
    read_link,
    usable_place,
)
from tenfold.sources.fetching.http_answers import AGAIN, Link, RetryPolicy
from tenfold.sources.fetching.partial_download import PartialDownload
from tenfold.sources.unpacking.unpack import open_zip

RETRIES = 1  # of a mirror that is not the last


def fetch_data_set(
    name: str,
    to: str | None = None,
    *,
    force: bool = False,
    offline: bool = False,
    progress: Progress = SILENT,
    policy: RetryPolicy = DEFAULT_POLICY,
) -> list[Path]:
    """Bring a data set of `DATA_SETS` into the cache, and copy it into the folder `to` if that is
    given; the paths of the files, sorted.

    What is in the cache already is not fetched again, what was interrupted goes on. `offline` opens
    no connection. Raises FetchError where no mirror has a file as it must be, OutputError for the
    place, Interrupted on Ctrl-C.
    """
    data_set, cache = DATA_SETS[name], cache_of(name)
    place = None if to is None else usable_place(to, force=force)
    if not is_whole(cache, data_set):
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
                _bring(file, cache, progress, policy)
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


def _bring(file: RemoteFile, folder: Path, progress: Progress, policy: RetryPolicy) -> None:
    """Download a file from the first mirror that has it as it must be. Raises FetchError."""
    # one file, whatever the mirror: what the first has sent, the next may continue
    partial = PartialDownload(folder / file.name, file.sha256 or file.md5 or file.name)
    troubles: list[FetchError] = []
    try:
        for number, url in enumerate(file.urls, 1):
            last = number == len(file.urls)
            tries = policy if last else dataclasses.replace(policy, retries=RETRIES)
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
        listed = "; ".join(problem.message for problem in troubles)
        hint = troubles[0].hint if len(troubles) == 1 else f"check the connection; {AGAIN}"
        raise FetchError(f"{file.name}: no mirror has sent it: {listed}", hint=hint)
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
