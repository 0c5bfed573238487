"""The bytes of an interrupted download, and the request for the rest of the same file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold import files

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

FORMAT_VERSION = 1


class PartialDownload:
    """A hidden folder beside the target folder: the bytes so far, and a small state.

    The state is the hash of the link without its query (which is a secret, and is another one in a
    freshly signed link), the validator that the server gave the file (its ETag, or its date), and
    its size. Without a validator nothing says that the rest belongs to the same file, and the
    download begins anew. Writing raises OutputError.
    """

    def __init__(self, place: Path, link: str) -> None:
        self._place = place
        with files.os_errors_as_output_error(place):
            # the nearest folder that is there, so that a failed download leaves no new ones
            folder = next(parent for parent in place.absolute().parents if parent.exists())
            self.folder = folder / f".{place.name}.download"
            self.folder.mkdir(exist_ok=True)
        self.body, self._state = self.folder / "body", self.folder / "state.json"
        self._link_sha256 = hashlib.sha256(link.encode()).hexdigest()
        self.offset = 0  # where the next bytes go
        self.size_bytes: int | None = None  # of the whole file, where the server says it
        self._validator: str | None = None
        self._recall()

    @property
    def received_bytes(self) -> int:
        return self.body.stat().st_size if self.body.exists() else 0

    def request_headers(self) -> dict[str, str]:
        """Headers that request the missing bytes and the last one present, so that a complete file
        has a byte to request too."""
        headers = {"Accept-Encoding": "identity"}
        self.offset = max(self.received_bytes - 1, 0) if self._validator else 0
        if self.offset and self._validator:
            headers |= {"Range": f"bytes={self.offset}-", "If-Range": self._validator}
        return headers

    def is_continued_by(self, response: BaseHTTPResponse) -> bool:
        """Whether this answer is the rest of the same file."""
        start, size_bytes = _content_range(response.headers)
        return (
            response.status == 206
            and 0 < self.offset == start
            and (size_bytes == self.size_bytes or None in (size_bytes, self.size_bytes))
            and _validator(response.headers) in (None, self._validator)
        )

    @contextlib.contextmanager
    def receive(self, response: BaseHTTPResponse) -> Iterator[Callable[[bytes], None]]:
        """Yield `append(chunk)` for the body of an answer: the whole file, or the rest."""
        if response.status == 200:
            self.offset, self.size_bytes = 0, response.length_remaining
            self._validator = _validator(response.headers)
        with contextlib.ExitStack() as stack:
            with files.os_errors_as_output_error(self._place):
                # unbuffered: a full disk shows here, and not when the file is closed
                file = stack.enter_context(self.body.open("ab", buffering=0))
                file.truncate(self.offset)  # before the state says whose bytes these are
                files.write_json(self._state, self._to_json())

            def append(chunk: bytes) -> None:
                with files.os_errors_as_output_error(self._place):
                    rest = memoryview(chunk)
                    while rest:
                        rest = rest[file.write(rest) :]

            yield append

    def clear(self) -> None:
        """Delete the bytes and the state."""
        self.body.unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)
        self.offset, self.size_bytes, self._validator = 0, None, None

    def tidy(self) -> None:
        """Delete the folder unless a later fetch can use it."""
        if not (self._validator and self.received_bytes):
            shutil.rmtree(self.folder, ignore_errors=True)

    def _to_json(self) -> dict[str, Any]:
        return {
            "format_version": FORMAT_VERSION,
            "link_sha256": self._link_sha256,
            "validator": self._validator,
            "size_bytes": self.size_bytes,
        }

    def _recall(self) -> None:
        state: Any = None
        with contextlib.suppress(OSError, ValueError):
            state = json.loads(self._state.read_text(encoding="utf-8"))
        if isinstance(state, dict) and isinstance(state.get("validator"), str):
            self._validator, self.size_bytes = state["validator"], state.get("size_bytes")
        if state != self._to_json():  # of another link or version, or damaged
            self.clear()


def _validator(headers: Mapping[str, str]) -> str | None:
    """A strong ETag, or else the date; If-Range allows no weak ETag (RFC 9110, section 13.1.5)."""
    etag = headers.get("ETag")
    if etag and not etag.startswith("W/"):
        return etag
    return headers.get("Last-Modified")


def _content_range(headers: Mapping[str, str]) -> tuple[int | None, int | None]:
    """The first byte and the whole size of a partial answer; None where the header lacks it."""
    found = re.fullmatch(
        r"bytes ([0-9]{1,18})-[0-9]+/([0-9]{1,18}|\*)", headers.get("Content-Range", "")
    )
    if found is None:
        return None, None
    return int(found[1]), None if found[2] == "*" else int(found[2])
