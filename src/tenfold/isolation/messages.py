"""Messages through the pipes: two lengths, a JSON header and bytes."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

HEADER_BYTES_MAX = 8 << 20
LENGTHS = struct.Struct(">IQ")
NUMBER = struct.Struct(">q")  # of a fork server: a process id, an exit code

Message = tuple[dict[str, Any], bytes]


def write_message(file: BinaryIO, header: dict[str, Any], body: bytes = b"") -> None:
    """Write a message. Raises OSError where the other end of the pipe is closed."""
    header_bytes = json.dumps(header).encode()
    file.write(LENGTHS.pack(len(header_bytes), len(body)) + header_bytes)
    file.write(body)
    file.flush()


def read_message(file: BinaryIO, body_bytes_max: int) -> Message:
    """Read a message. Raises EOFError where the pipe is closed, ValueError for a message that is
    too large or malformed."""
    header_size, body_size = LENGTHS.unpack(_read(file, LENGTHS.size))
    if header_size > HEADER_BYTES_MAX or body_size > body_bytes_max:
        raise ValueError(f"a message of {header_size} and {body_size} bytes")
    header = json.loads(_read(file, header_size))
    return header, _read(file, body_size)


def _read(file: BinaryIO, size_bytes: int) -> bytes:
    content = file.read(size_bytes)
    if len(content) < size_bytes:
        raise EOFError
    return content
