"""Bodies of requests: read completely, within limits, and decoded."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Annotated, TypeVar

import msgspec
import numpy as np
from starlette.requests import Request

from tenfold.digits import CLASSES, SIDE, Images
from tenfold.framing.signatures import format_of_type
from tenfold.serving.gate.admission import PARSING, Admission
from tenfold.serving.gate.refusals import Refused, too_large

JSON = "application/json"
FORM = "multipart/form-data"
SMALL_BYTES = 64 << 10  # of JSON: decoding it is faster than starting a thread
CORRECTION_BYTES_MAX = 64 << 10  # one tile, however it is indented
PICTURE = ("image/", "application/octet-stream", "application/pdf")

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
Parsed = TypeVar("Parsed")


def content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def unsupported_type(kind: str) -> Refused:
    """Refusal of a content type; for a document, with the way to make pictures of it."""
    if known := format_of_type(kind):
        return Refused(415, f"{kind[:80]}: {known.name}, not a picture", hint=known.remedy)
    return Refused(
        415,
        f"{kind[:80] or 'a body of no type'}: not a picture, a form or JSON",
        hint="curl -F file=@picture.png, or name the type: -H 'Content-Type: image/png'",
    )


@contextlib.asynccontextmanager
async def read_body(
    request: Request, admission: Admission, size_bytes_max: int, share: float = 1.0
) -> AsyncIterator[bytes]:
    """Read a body, and count it as buffered while the block runs.

    `share`: of the memory for bodies that this one may fill. Raises Refused.
    """
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise Refused(415, f"the body is compressed ({encoding[:20]})", hint="send it as it is")
    if content_length(request) > size_bytes_max:
        raise _body_too_large(size_bytes_max)
    chunks: list[bytes] = []
    buffered_bytes = 0
    try:
        try:
            async with asyncio.timeout(admission.limits.body_seconds):
                async for chunk in request.stream():
                    if buffered_bytes + len(chunk) > size_bytes_max:
                        raise _body_too_large(size_bytes_max)
                    admission.buffer(len(chunk), share)
                    buffered_bytes += len(chunk)
                    chunks.append(chunk)
        except TimeoutError:
            raise Refused(
                408, "the body did not come in time", hint="send it faster, or send less"
            ) from None
        yield chunks[0] if len(chunks) == 1 else b"".join(chunks)
    finally:
        admission.release(buffered_bytes)


def content_length(request: Request) -> int:
    """Content-Length of the request; 0 without such a header."""
    # uvicorn has checked that it is a number
    return int(request.headers.get("content-length", "0"))


def _body_too_large(size_bytes_max: int) -> Refused:
    return too_large(f"the body is larger than {size_bytes_max:,} bytes", "send a smaller picture")


def decode(decoder: msgspec.json.Decoder[Shape], body: bytes) -> Shape:
    """Decode JSON to the decoder's type. Raises Refused, which names the place of the fault."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as problem:
        raise Refused(422, str(problem), hint="/docs shows what is expected") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise Refused(400, f"not JSON: {problem}", hint="/docs shows what is expected") from None


async def parse_body(parse: Callable[[bytes], Parsed], body: bytes, admission: Admission) -> Parsed:
    """Call `parse` on a body: a large one in a thread, to keep the event loop free. One at a time,
    because decoding holds Python's global lock, and the loop would wait for all of them."""
    if len(body) <= SMALL_BYTES:
        return parse(body)
    async with admission.work(PARSING, len(body)):
        return await asyncio.to_thread(parse, body)


def refuse_too_many_tiles(tiles: int, tiles_max: int) -> None:
    """Raise Refused for more than `tiles_max` tiles."""
    if tiles > tiles_max:
        raise too_large(
            f"{tiles:,} tiles, at most {tiles_max:,} at once", "send them in several requests"
        )


def tiles_of_rows(tiles: list[list[list[int]]]) -> Images:
    """Tiles uint8 [n, 28, 28] of checked rows of pixels; twice as fast as numpy.array."""
    flat = b"".join([bytes(row) for tile in tiles for row in tile])
    return np.frombuffer(flat, np.uint8).reshape(-1, SIDE, SIDE)
