"""NumPy's .npy, read from a stream, never unpickled, never larger than what the header promises."""

from __future__ import annotations

import hashlib
import math
import tokenize
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy_format

from tenfold.digits.column_names import is_label_name
from tenfold.errors import DataError

MAGIC = b"\x93NUMPY"
HEADER_CHARACTERS_MAX = 10_000
ARRAY_BYTES_MAX = 2 << 30  # 60,000 images as float64 have 0.38 GB
PART_BYTES = 1 << 20
HINT_OBJECTS = (
    "if you trust the file, save its arrays without pickle:\n"
    "  import numpy; X = numpy.stack(list(numpy.load('FILE', allow_pickle=True)))\n"
    "  numpy.save('OTHER.npy', X)"
)
HINT_DICT = (
    "if you trust the file, and it holds a dictionary of arrays:\n"
    "  import numpy; data = numpy.load('FILE', allow_pickle=True).item()\n"
    "  numpy.savez('OTHER.npz', **data)"
)
HINT_FIELDS = (
    "save its fields as arrays, the images as X and the labels as y:\n"
    "  import numpy; data = numpy.load('FILE')\n"
    "  numpy.savez('OTHER.npz', {fields})"
)
# what numpy's own reader of headers raises for damaged ones
HEADER_ERRORS = (
    ValueError,
    LookupError,
    TypeError,
    SyntaxError,
    RecursionError,
    MemoryError,
    tokenize.TokenError,
)


@dataclass(frozen=True, eq=False)
class StoredArray:
    """An array, the SHA-256 of its .npy file, and that file's size in bytes."""

    array: npt.NDArray[Any]
    sha256: str
    size_bytes: int


class _Hashed:
    """A stream that is hashed and counted while it is read."""

    def __init__(self, stream: Readable) -> None:
        self.sha256 = hashlib.sha256()
        self.size_bytes = 0
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        content = self._stream.read(size)
        self.sha256.update(content)
        self.size_bytes += len(content)
        return content


def read_npy(stream: BinaryIO, name: str) -> StoredArray:
    """Read an array of numbers or text. Memory grows with what is there, not with what a header
    says. Raises DataError."""
    hashed = _Hashed(stream)
    shape, fortran, kind, _ = read_header(hashed, name)
    expected = math.prod(shape) * kind.itemsize
    if kind.hasobject or kind.kind not in "biufUS":
        hint = HINT_DICT if kind.hasobject and shape == () else HINT_OBJECTS
        if kind.names and not kind.hasobject:
            hint = HINT_FIELDS.format(fields=_fields(kind))
        held = "Python objects, which only pickle can read" if kind.hasobject else str(kind)
        raise DataError(f"{name}: is an array of {held}, expected numbers", hint=hint)
    if expected > ARRAY_BYTES_MAX:
        raise DataError(
            f"{name}: {list(shape)} of {kind} is larger than {ARRAY_BYTES_MAX >> 30} GiB",
            hint="save it as uint8, or in several files; several sources are joined",
        )
    content = bytearray()
    while part := hashed.read(PART_BYTES):
        content += part
        if len(content) > expected:
            break
    if len(content) != expected:
        found = "more" if len(content) > expected else f"only {len(content):,}"
        raise DataError(
            f"{name}: says {list(shape)} of {kind} ({expected:,} bytes), holds {found}",
            hint="it was cut short or damaged: copy or download it again",
        )
    array = np.frombuffer(content, kind).reshape(shape, order="F" if fortran else "C")
    return StoredArray(array, hashed.sha256.hexdigest(), hashed.size_bytes)


def _fields(kind: np.dtype[Any]) -> str:
    """The fields of a record as arguments: the largest is the images."""
    names = kind.names or ()
    largest = max(names, key=lambda name: kind[name].itemsize)
    as_called = {name: "y" if is_label_name(name) else name for name in names} | {largest: "X"}
    return ", ".join(f"{called}=data[{name!r}]" for name, called in as_called.items())


class Readable(Protocol):
    """What a header is read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Read at most so many bytes."""


def read_header(stream: Readable, name: str) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    """What the header says: shape, whether the order is Fortran's, dtype; and the header's length
    in bytes. Raises DataError."""
    counted = _Hashed(stream)
    try:
        version = npy_format.read_magic(counted)
        read = {
            (1, 0): npy_format.read_array_header_1_0,
            (2, 0): npy_format.read_array_header_2_0,
        }[version]
        shape, fortran, kind = read(counted, HEADER_CHARACTERS_MAX)
    except HEADER_ERRORS as problem:
        raise DataError(
            f"{name}: is no .npy file that can be read: {str(problem)[:80]}",
            hint="save it again: numpy.save(OTHER, X)",
        ) from problem
    if any(side < 0 for side in shape):
        raise DataError(f"{name}: has the shape {list(shape)}", hint="save it again")
    return shape, fortran, kind, counted.size_bytes
