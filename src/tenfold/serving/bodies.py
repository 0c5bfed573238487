"""Bodies of requests, whole and within limits, and what they hold."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated, TypeVar

import msgspec
import numpy as np
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from tenfold.digits import CLASSES, SIDE, Images
from tenfold.framing.formats import format_of_type
from tenfold.serving.admission import Admission
from tenfold.serving.refusals import Refused, too_large

JSON = "application/json"
FORM = "multipart/form-data"
FIELDS_MAX = 16  # of a form, beside its file
SMALL_BYTES = 64 << 10  # JSON that is decoded in less time than a thread takes to start
PICTURE = ("image/", "application/octet-stream")

Pixel = Annotated[int, msgspec.Meta(ge=0, le=255)]
Row = Annotated[list[Pixel], msgspec.Meta(min_length=SIDE, max_length=SIDE)]
TileRows = Annotated[list[Row], msgspec.Meta(min_length=SIDE, max_length=SIDE)]


class Tiles(msgspec.Struct, forbid_unknown_fields=True):
    """Tiles, framed as MNIST frames them: 28 rows of 28 pixels, ink bright on 0."""

    images: Annotated[list[TileRows], msgspec.Meta(min_length=1)]


class Correction(msgspec.Struct, forbid_unknown_fields=True):
    """A tile, and the digit that it shows."""

    tile: TileRows
    label: Annotated[int, msgspec.Meta(ge=0, lt=CLASSES)]


Shape = TypeVar("Shape")


def content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def other_type(kind: str) -> Refused:
    """Why a body of this type is not read; for a document, with the way from it to pictures."""
    if known := format_of_type(kind):
        return Refused(415, f"{kind[:80]}: {known.name}, not a picture", hint=known.remedy)
    return Refused(
        415,
        f"{kind[:80] or 'a body of no type'}: not a picture, a form or JSON",
        hint="curl -F file=@picture.png, or name the type: -H 'Content-Type: image/png'",
    )


@contextlib.asynccontextmanager
async def body_of(
    request: Request, admission: Admission, size_bytes_max: int
) -> AsyncIterator[bytes]:
    """The body, counted as buffered while the block runs. Raises Refused."""
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise Refused(415, f"the body is compressed ({encoding[:20]})", hint="send it as it is")
    # uvicorn has checked that it is a number
    announced = request.headers.get("content-length", "0")
    if int(announced) > size_bytes_max:
        raise _body_too_large(size_bytes_max)
    parts: list[bytes] = []
    held = 0
    try:
        try:
            async with asyncio.timeout(admission.limits.body_seconds):
                async for part in request.stream():
                    if held + len(part) > size_bytes_max:
                        raise _body_too_large(size_bytes_max)
                    admission.buffer(len(part))
                    held += len(part)
                    parts.append(part)
        except TimeoutError:
            raise Refused(
                408, "the body did not come in time", hint="send it faster, or send less"
            ) from None
        yield parts[0] if len(parts) == 1 else b"".join(parts)
    finally:
        admission.release(held)


def _body_too_large(size_bytes_max: int) -> Refused:
    return too_large(f"the body is larger than {size_bytes_max:,} bytes", "send a smaller picture")


def decode(decoder: msgspec.json.Decoder[Shape], body: bytes) -> Shape:
    """What `body` holds, as the decoder's type has it. Raises Refused, naming the place."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as problem:
        raise Refused(422, str(problem), hint="/docs shows what is expected") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise Refused(400, f"not JSON: {problem}", hint="/docs shows what is expected") from None


async def decoded(decoder: msgspec.json.Decoder[Shape], body: bytes) -> Shape:
    """The same, in a thread where it would hold up the other requests."""
    if len(body) <= SMALL_BYTES:
        return decode(decoder, body)
    return await asyncio.to_thread(decode, decoder, body)


def pixels(tiles: list[list[list[int]]]) -> Images:
    """uint8 [n, 28, 28] of rows that were checked: twice as fast as numpy.array."""
    flat = b"".join([bytes(row) for tile in tiles for row in tile])
    return np.frombuffer(flat, np.uint8).reshape(-1, SIDE, SIDE)


class _InMemory(MultiPartParser):
    spool_max_size = 1 << 40  # the body is in memory already: nothing goes to the disk


async def file_in_form(request: Request, body: bytes) -> tuple[bytes, str, list[tuple[str, str]]]:
    """(content, name, further fields) of a multipart form with one file. Raises Refused."""

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await _InMemory(
            request.headers, stream(), max_files=1, max_fields=FIELDS_MAX
        ).parse()
    except (MultiPartException, KeyError, ValueError) as problem:
        said = getattr(problem, "message", None) or "the form is broken"
        raise Refused(400, said, hint="send one file: curl -F file=@picture.png") from None
    try:
        files = [value for value in form.values() if isinstance(value, UploadFile)]
        if len(files) != 1:
            raise Refused(
                400, f"{len(files)} files in the form", hint="send one: curl -F file=@picture.png"
            )
        fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        return await files[0].read(), files[0].filename or "picture", fields
    finally:
        await form.close()
