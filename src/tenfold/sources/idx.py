"""IDX, the format of MNIST's own four files (http://yann.lecun.com/exdb/mnist/), plain or .gz.

magic 0x00000803, count, rows, columns (big-endian int32), then uint8 pixels
magic 0x00000801, count, then uint8 labels
"""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import math
import os
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from tenfold.digits import CLASSES, SIDE, DataFile, Digits, Images
from tenfold.errors import DataError, Fault

IMAGES_MAGIC = 0x00000803
LABELS_MAGIC = 0x00000801
COUNT_MAX = 1_000_000  # 14 times MNIST; keeps a wrong or hostile header from filling the memory
HINT = "download the file again"


def is_images_name(name: str) -> bool:
    """Whether a file is named like MNIST's image files, such as train-images-idx3-ubyte or
    t10k-images.idx3-ubyte.gz."""
    return "idx3" in os.path.basename(name)


def labels_name(images_name: str) -> str:
    """The label file that belongs to an image file."""
    folder, name = os.path.split(images_name)
    return os.path.join(folder, name.replace("images", "labels").replace("idx3", "idx1"))


def labels_file(images_name: str) -> str | None:
    """The existing label file of an image file, plain or .gz; None if neither exists."""
    plain = labels_name(images_name).removesuffix(".gz")
    return next((name for name in (plain, f"{plain}.gz") if os.path.isfile(name)), None)


def read_idx(images_name: str, labels_name: str | None) -> Digits:
    """Read the digits of an image file and, if given, its label file. Raises DataError."""
    pixels, image_file = _read(images_name, IMAGES_MAGIC, "images")
    images = pixels.reshape(-1, SIDE, SIDE)
    if labels_name is None:
        return Digits(images, None, (image_file,))
    labels, label_file = _read(labels_name, LABELS_MAGIC, "labels")
    if len(labels) != len(images):
        raise DataError(
            f"{labels_name}: {len(labels):,} labels for the {len(images):,} images of "
            f"{images_name}",
            hint="the two files do not belong together: download both again",
        )
    wrong = np.flatnonzero(labels >= CLASSES)
    if len(wrong):
        raise DataError(
            [Fault(f"{labels_name}[{i}]", f"label is {labels[i]}, expected 0..9") for i in wrong],
            hint="give files of digits: EMNIST's letters, for one, are in files of their own",
        )
    files = (image_file, dataclasses.replace(label_file, rows=0))  # it brings no rows of its own
    return Digits(images, labels.astype(np.int64), files)


def _read(name: str, magic: int, kind: str) -> tuple[Images, DataFile]:
    """The uint8 data behind the header, flat, and the file for the lineage."""
    header_bytes = 16 if magic == IMAGES_MAGIC else 8
    try:
        with Path(name).open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if zipped else raw
            start = stream.read(header_bytes)
            shape = _shape(start, header_bytes, name, magic, kind)
            data = stream.read(math.prod(shape) + 1)  # one more, to see whether there is more
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise DataError(f"{name}: broken gzip: {problem}", hint=HINT) from problem
    except OSError as problem:
        raise DataError(f"{name}: {problem.strerror}", hint="check the path") from problem
    if len(data) != math.prod(shape):
        found = "more" if len(data) > math.prod(shape) else f"only {len(data):,}"
        raise DataError(
            f"{name}: says {shape[0]:,} {kind} ({math.prod(shape):,} bytes), holds {found}",
            hint=HINT,
        )
    digest = hashlib.sha256(start)
    digest.update(data)
    file = DataFile(name, digest.hexdigest(), len(start) + len(data), shape[0])
    return np.frombuffer(data, np.uint8), file


def _shape(start: bytes, header_bytes: int, name: str, magic: int, kind: str) -> tuple[int, ...]:
    """What the header promises: (count, 28, 28) or (count,)."""
    if len(start) < header_bytes:
        raise DataError(f"{name}: {len(start)} bytes, too short for IDX", hint=HINT)
    found, count, *sides = struct.unpack(f">{header_bytes // 4}I", start)
    if found != magic:
        other = {IMAGES_MAGIC: "that of images", LABELS_MAGIC: "that of labels"}.get(found)
        raise DataError(
            f"{name}: magic number is 0x{found:08x} ({other or 'not IDX of bytes'}), "
            f"expected 0x{magic:08x} ({kind})",
            hint="give MNIST's files under their own names",
        )
    if sides not in ([], [SIDE, SIDE]):
        raise DataError(
            f"{name}: images are {sides[0]}x{sides[1]}, expected {SIDE}x{SIDE}",
            hint="give images of MNIST's size, or a folder of pictures by class",
        )
    if not 0 < count <= COUNT_MAX:
        raise DataError(
            f"{name}: says {count:,} {kind}, expected 1 to {COUNT_MAX:,}",
            hint=f"{HINT}; if it holds so many, split it into several" if count else HINT,
        )
    return (count, *sides)
