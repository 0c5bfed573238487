"""What goes through the pipes: a JSON header and bytes, both of a length that is said first."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

HEADER_BYTES_MAX = 8 << 20
LENGTHS = struct.Struct(">IQ")

Message = tuple[dict[str, Any], bytes]


def write_message(file: BinaryIO, header: dict[str, Any], body: bytes = b"") -> None:
    """Raises OSError where nobody listens any more."""
    said = json.dumps(header).encode()
    file.write(LENGTHS.pack(len(said), len(body)) + said)
    file.write(body)
    file.flush()


def read_message(file: BinaryIO, body_bytes_max: int) -> Message:
    """Raises EOFError at the end of the line, ValueError for what is too large or no message."""
    header_bytes, body_bytes = LENGTHS.unpack(_read(file, LENGTHS.size))
    if header_bytes > HEADER_BYTES_MAX or body_bytes > body_bytes_max:
        raise ValueError(f"a message of {header_bytes} and {body_bytes} bytes")
    header = json.loads(_read(file, header_bytes))
    return header, _read(file, body_bytes)


def _read(file: BinaryIO, size_bytes: int) -> bytes:
    content = file.read(size_bytes)
    if len(content) < size_bytes:
        raise EOFError
    return content
