"""The one file of a multipart form, and its name as text that is safe to display."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from tenfold.serving.gate.refusals import Refused

FIELDS_MAX = 16  # beside the file
NAME_LENGTH_MAX = 255  # characters, as file systems have it
BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,\-./:=? ]{1,70}")  # RFC 2046, 5.1.1
HINT = "send one file: curl -F file=@picture.png"


class _InMemory(MultiPartParser):
    spool_max_size = 1 << 40  # the body is in memory already: nothing goes to the disk


async def file_in_form(request: Request, body: bytes) -> tuple[bytes, str, list[tuple[str, str]]]:
    """Parse a multipart form with one file: (content, name, other fields). Raises Refused."""

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await _InMemory(
            _headers(request), stream(), max_files=1, max_fields=FIELDS_MAX
        ).parse()
    except (MultiPartException, KeyError, ValueError) as problem:
        reason = getattr(problem, "message", None) or "the form is broken"
        raise Refused(400, reason, hint=HINT) from None
    try:
        files = [value for value in form.values() if isinstance(value, UploadFile)]
        if len(files) != 1:
            raise Refused(400, f"{len(files)} files in the form", hint=HINT)
        fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        name = clean_name(files[0].filename or "") or "picture"
        return await files[0].read(), name, fields
    finally:
        await form.close()


def clean_name(name: str) -> str:
    """Clean a file name: at most NAME_LENGTH_MAX characters, all printable and encodable. Control
    characters, bidirectional marks and lone surrogates are replaced."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name[:1000])
    if len(name) > NAME_LENGTH_MAX:
        return shown[: NAME_LENGTH_MAX - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return shown


def _headers(request: Request) -> Headers:
    """Headers for the parser: the content type with its boundary alone.

    The parser would also follow `charset`, and decode names by any codec that Python has; some of
    them yield text that no response can carry. Forms are UTF-8 (RFC 7578, 5.1.2).
    """
    _, options = parse_options_header(request.headers["content-type"])
    boundary = options.get(b"boundary", b"")
    if not BOUNDARY.fullmatch(boundary):
        raise Refused(400, "the boundary of the form is missing or broken", hint=HINT)
    return Headers({"content-type": f'multipart/form-data; boundary="{boundary.decode()}"'})
