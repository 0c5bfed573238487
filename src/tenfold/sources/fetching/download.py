"""`fetch`: download the data of a link, resume after an interruption, check it and unpack it.

The query of a signed link is a secret: it is sent to the server, and neither shown nor stored.
Two fetches into one folder at the same time are not supported.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from tenfold import files
from tenfold.errors import DataError, FetchError, Interrupted, OutputError, UsageError
from tenfold.progress import SILENT, Progress
from tenfold.sources.fetching.http_answers import (
    AGAIN,
    COPY_AGAIN,
    Link,
    RetryPolicy,
    TransientError,
    out_of_time,
    refuse_other_answers,
    request,
)
from tenfold.sources.fetching.partial_download import PartialDownload
from tenfold.sources.unpacking.archive_limits import UNPACKED_BYTES_MAX
from tenfold.sources.unpacking.compression import compression_of
from tenfold.sources.unpacking.member_names import name_problem, printable
from tenfold.sources.unpacking.unpack import kind_of, unpack

if TYPE_CHECKING:
    from urllib3 import HTTPResponse

    from tenfold.sources.fetching.speed_watch import SpeedWatch

CHUNK_BYTES = 2**18
DEFAULT_POLICY = RetryPolicy()


class WrongContent(FetchError):
    """The received file is not the expected one, and is not kept."""


def fetch(
    url: str,
    to: str,
    *,
    sha256: str | None = None,
    size_bytes: int | None = None,
    force: bool = False,
    unpacked_bytes_max: int = UNPACKED_BYTES_MAX,
    progress: Progress = SILENT,
    policy: RetryPolicy = DEFAULT_POLICY,
) -> list[Path]:
    """Download the file of `url` into the folder `to`, and unpack a zip or a tar; the paths
    of the files, sorted.

    `sha256` and `size_bytes` are those of the file before it is unpacked. The bytes of an
    interrupted download stay in a hidden folder beside `to`; fetching the same file again resumes
    it, also with a freshly signed link. `force` replaces everything in `to`.

    A server that sends too slowly is given up: see `RetryPolicy`.

    Raises UsageError for what is no http(s) link, FetchError for the network and the server,
    DataError for the archive, OutputError for the place, and Interrupted on Ctrl-C; `to` is then as
    it was.
    """
    link = read_link(url)
    if sha256 is not None and not re.fullmatch("[0-9a-fA-F]{64}", sha256):
        raise UsageError(f"{sha256}: is no SHA-256", hint="give its 64 hexadecimal digits")
    place = usable_place(to, force=force)
    partial = PartialDownload(place, link.shown)
    try:
        bytes_max = unpacked_bytes_max if size_bytes is None else size_bytes
        download(link, partial, bytes_max, progress, policy)
        check_content(link, partial.body, sha256, size_bytes)
        usable_place(to, force=force)  # it may have changed meanwhile
        files_written = _put(link, partial.body, place, unpacked_bytes_max)
        partial.clear()
    except (DataError, WrongContent):
        partial.clear()
        raise
    except KeyboardInterrupt:
        stopped = f"{link.shown}: stopped after {partial.received_bytes / 1e6:.1f} MB"
        raise Interrupted(stopped, hint=AGAIN) from None
    finally:
        partial.tidy()
    return files_written


def read_link(url: str) -> Link:
    """The link that a user typed. Raises UsageError for anything but an http(s) link.

    Kaggle's notebooks give their data as `name:https%3A%2F%2F...`; that is a link, too.
    """
    if quoted := re.fullmatch(r"(?:[\w.-]+:)?(https?%3A%2F%2F\S+)", url):
        url = unquote(quoted[1])
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # a wrong port number is a ValueError
    except ValueError:
        host = None
    if (
        not host
        or parts.scheme not in ("http", "https")
        or not re.fullmatch(r"[^\s\x00-\x1f]+", url)
    ):
        shown = re.sub(r"//[^/]*@", "//", re.split(r"[?#]|%3F", url)[0])
        raise UsageError(
            f"{printable(shown)}: is no link", hint="give a link that begins with https://"
        )
    address = parts.netloc.rpartition("@")[2]
    return Link(url, f"{parts.scheme}://{address}{parts.path}")


def usable_place(to: str, *, force: bool) -> Path:
    """The folder for the files. Raises OutputError unless it is new, empty or to be replaced."""
    with files.os_errors_as_output_error(to):
        typed_as_is = Path(to).name not in ("", "..") and not os.path.islink(to)
        place = Path(to if typed_as_is else os.path.realpath(to))
        around = [os.path.realpath(folder) for folder in (".", os.path.expanduser("~"))]
        if any(Path(folder).is_relative_to(os.path.realpath(to)) for folder in around):
            # with force the whole folder is replaced, which nobody means for these
            raise OutputError(
                f"{to}: you are in that folder, or live in it",
                hint="give a new folder, such as data/digits",
            )
        if os.path.lexists(place) and not place.is_dir():
            raise OutputError(f"{to}: is no folder", hint="give a new folder")
        if not force and place.is_dir() and any(place.iterdir()):
            raise OutputError(
                f"{to}: exists already and is not empty",
                hint="choose another folder (--force deletes everything that is in this one)",
            )
    return place


def download(
    link: Link, partial: PartialDownload, bytes_max: int, progress: Progress, policy: RetryPolicy
) -> None:
    """Bring the bytes that are missing of a file. Raises FetchError, OutputError."""
    ends_at = time.monotonic() + policy.fetch_seconds_max
    for tries in range(policy.retries + 1):
        try:
            with request(link, partial.request_headers(), policy, ends_at) as (response, watch):
                if response.status in (206, 416) and not partial.is_continued_by(response):
                    partial.clear()
                    changed = f"{link.shown}: has changed since the download began"
                    raise TransientError(changed, hint=AGAIN)
                refuse_other_answers(response, link, policy)
                _receive(response, watch, link, partial, bytes_max, progress)
        except TransientError as trouble:
            if tries == policy.retries:
                raise
            seconds = max(trouble.wait_seconds, policy.backoff_seconds * 2**tries)
            if time.monotonic() + seconds >= ends_at:
                raise out_of_time(link, policy) from None
            progress.say(f"{trouble.message}; trying again in {seconds:g} s")
            time.sleep(seconds)
        else:
            return


def _receive(
    response: HTTPResponse,
    watch: SpeedWatch,
    link: Link,
    partial: PartialDownload,
    bytes_max: int,
    progress: Progress,
) -> None:
    with partial.receive(response) as append:
        received, size_bytes = partial.offset, partial.size_bytes
        _refuse_larger(size_bytes or 0, bytes_max, link)
        whole = f" of {size_bytes / 1e6:.1f}" if size_bytes else ""
        progress.note(f"{link.shown}: downloading, {received / 1e6:.1f}{whole} MB are here")
        with progress.bar(size_bytes or bytes_max, "downloading", done=received) as advance:
            # read1, and not read, which would wait for a whole chunk
            while chunk := response.read1(CHUNK_BYTES, decode_content=False):
                received += len(chunk)
                watch.received(len(chunk))
                _refuse_larger(received, bytes_max, link)
                append(chunk)
                advance(len(chunk), f"{received / 1e6:.1f}{whole} MB")
    if size_bytes is not None and received != size_bytes:
        raise TransientError(f"{link.shown}: the connection broke off", hint=AGAIN)


def _refuse_larger(size_bytes: int, bytes_max: int, link: Link) -> None:
    if size_bytes > bytes_max:
        raise WrongContent(
            f"{link.shown}: is larger than {bytes_max:,} bytes",
            hint="check the link, or raise the limit if that is the right file",
        )


def check_content(link: Link, body: Path, sha256: str | None, size_bytes: int | None) -> None:
    """Raise WrongContent for a web page, or for data that is not the expected one."""
    kind, came_bytes = kind_of(body), body.stat().st_size
    if kind == "empty":
        raise WrongContent(f"{link.shown}: the server sends nothing", hint=COPY_AGAIN)
    if kind == "page":
        raise WrongContent(
            f"{link.shown}: leads to a web page and not to data",
            hint="the page may want a login: open the link in a browser and copy the one of the "
            "download itself",
        )
    if size_bytes not in (None, came_bytes):
        raise WrongContent(
            f"{link.shown}: is {came_bytes:,} bytes, expected {size_bytes:,}", hint=COPY_AGAIN
        )
    if sha256 is not None and (came := files.sha256_of(body)) != sha256.lower():
        raise WrongContent(
            f"{link.shown}: has the SHA-256 {came}, expected {sha256.lower()}",
            hint="it is another file, or was tampered with: check the link and the SHA-256",
        )


def _put(link: Link, body: Path, place: Path, unpacked_bytes_max: int) -> list[Path]:
    """Unpack an archive into `place`; put anything else there as it is."""
    if kind_of(body) in ("zip", "tar"):
        return unpack(
            body, place, typed=link.shown, force=True, unpacked_bytes_max=unpacked_bytes_max
        )
    with files.staged_folder(place, force=True) as folder, files.os_errors_as_output_error(place):
        name = _file_name(link, body)
        os.replace(body, folder / name)
    return [place / name]


def _file_name(link: Link, body: Path) -> str:
    name = unquote(urlsplit(link.url).path).rpartition("/")[2]
    name = re.sub(r'[<>:"|?*\\]', "_", name)  # what Windows does not allow
    if not name or name_problem(name, is_folder=False):
        name = "download"
    with body.open("rb") as file:  # also what the server packed on its way
        packed = compression_of(file.read(8)) == "gz"
    return name + ".gz" if packed and not name.endswith((".gz", ".tgz")) else name
