"""IDX, the format of MNIST's own four files (http://yann.lecun.com/exdb/mnist/), plain or packed.

magic 0x00000803, count, rows, columns (big-endian int32), then uint8 pixels
magic 0x00000801, count, then uint8 labels
magic 0x00000c02, count, 8, then int32: QMNIST's labels, of which the first of eight is the digit
(https://github.com/facebookresearch/qmnist)
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.digits import CLASSES, SIDE, DataFile, Digits
from tenfold.errors import DataError, Fault
from tenfold.framing.signatures import format_of
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.unpacking.compression import open_unpacked

IMAGES_MAGIC = 0x00000803
LABELS_MAGIC = 0x00000801
QMNIST_MAGIC = 0x00000C02
QMNIST_COLUMNS = 8
COUNT_MAX = 1_000_000  # 14 times MNIST; keeps a wrong or hostile header from filling the memory
HINT = "download the file again"
HINT_NAMES = "give MNIST's files under their own names"


@dataclass(frozen=True)
class _Form:
    """What a magic number promises: numbers of a dtype, with sides after the count."""

    kind: str
    dtype: str
    sides: tuple[int, ...] = ()


FORMS = {
    IMAGES_MAGIC: _Form("images", ">u1", (SIDE, SIDE)),
    LABELS_MAGIC: _Form("labels", ">u1"),
    QMNIST_MAGIC: _Form("labels", ">i4", (QMNIST_COLUMNS,)),
}


def kind_of_idx(start: bytes) -> str | None:
    """What a file with these first bytes holds: "images" or "labels"; None where it is no IDX file
    that is read."""
    magic = int.from_bytes(start[:4]) if len(start) >= 4 else None
    form = FORMS.get(magic or 0)
    return None if form is None else form.kind


def read_idx(images_name: str, labels_name: str | None) -> Digits:
    """Read the digits of an image file and, if given, its label file. Raises DataError."""
    images, image_file = _read(images_name, "images")
    if labels_name is None:
        return Digits(images, None, (image_file,))
    labels, label_file = _read(labels_name, "labels")
    if len(labels) != len(images):
        raise DataError(
            f"{labels_name}: {len(labels):,} labels for the {len(images):,} images of "
            f"{images_name}",
            hint="the two files do not belong together: download both again",
        )
    labels = labels if labels.ndim == 1 else labels[:, 0]
    wrong = np.flatnonzero((labels < 0) | (labels >= CLASSES))
    if len(wrong):
        raise DataError(
            [Fault(f"{labels_name}[{i}]", f"label is {labels[i]}, expected 0..9") for i in wrong],
            hint="give files of digits: EMNIST's letters, for one, are in files of their own",
        )
    files = (image_file, dataclasses.replace(label_file, rows=0))  # it brings no rows of its own
    return Digits(images, labels.astype(np.int64), files)


def _read(name: str, kind: str) -> tuple[npt.NDArray[Any], DataFile]:
    """The array behind the header, and the file for the lineage."""
    with file_errors_as_data_error(name), open_unpacked(name) as stream:
        start = stream.read(4)
        form = _form(start, name, kind)
        rest = stream.read(4 * (1 + len(form.sides)))
        shape = _shape(rest, name, form)
        size = math.prod(shape) * np.dtype(form.dtype).itemsize
        data = stream.read(size + 1)  # one more, to see whether there is more
    if len(data) != size:
        found = "more" if len(data) > size else f"only {len(data):,}"
        raise DataError(
            f"{name}: says {shape[0]:,} {kind} ({size:,} bytes), holds {found}", hint=HINT
        )
    start += rest
    digest = hashlib.sha256(start)
    digest.update(data)
    file = DataFile(name, digest.hexdigest(), len(start) + len(data), shape[0])
    array = np.frombuffer(data, form.dtype).reshape(shape)
    return array.astype(array.dtype.newbyteorder("="), copy=False), file


def _form(start: bytes, name: str, kind: str) -> _Form:
    """What the magic number promises, if it is that of a file of this kind. Raises DataError."""
    if len(start) < 4:
        raise DataError(f"{name}: {len(start)} bytes, too short for IDX", hint=HINT)
    magic = int.from_bytes(start)
    form = FORMS.get(magic)
    if form is not None and form.kind == kind:
        return form
    if form is None and (known := format_of(start)) is not None:
        raise DataError(f"{name}: is {known.name}, not {kind} of bytes", hint=known.remedy)
    other = "not IDX of bytes" if form is None else f"that of {form.kind}"
    expected = {"images": IMAGES_MAGIC, "labels": LABELS_MAGIC}[kind]
    raise DataError(
        f"{name}: magic number is 0x{magic:08x} ({other}), expected 0x{expected:08x} ({kind})",
        hint=HINT_NAMES,
    )


def _shape(rest: bytes, name: str, form: _Form) -> tuple[int, ...]:
    """What the header promises, such as (count, 28, 28). Raises DataError."""
    if len(rest) < 4 * (1 + len(form.sides)):
        raise DataError(f"{name}: {4 + len(rest)} bytes, too short for IDX", hint=HINT)
    count, *sides = struct.unpack(f">{len(rest) // 4}I", rest)
    if tuple(sides) != form.sides:
        found, expected = ("x".join(map(str, lengths)) for lengths in (sides, form.sides))
        raise DataError(
            f"{name}: {form.kind} are {found}, expected {expected}",
            hint="give images of MNIST's size, or a folder of pictures by class",
        )
    if not 0 < count <= COUNT_MAX:
        raise DataError(
            f"{name}: says {count:,} {form.kind}, expected 1 to {COUNT_MAX:,}",
            hint=f"{HINT}; if it holds so many, split it into several" if count else HINT,
        )
    return (count, *form.sides)
