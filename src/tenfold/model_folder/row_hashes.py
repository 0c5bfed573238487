"""Hashes of rows, and the orientations in which a row is looked up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from tenfold.digits import PIXELS, Digits, Images, Rows
from tenfold.digits.levels import LEVEL_MAX

HASH_BITS = 64

Hashes = npt.NDArray[np.uint64]


def hashes_of(images: Images) -> Hashes:
    """Hash images uint8 [n, 28, 28] by BLAKE2b: uint64 [n]."""
    pixels = memoryview(np.ascontiguousarray(images).tobytes())
    rows = (pixels[start : start + PIXELS] for start in range(0, len(pixels), PIXELS))
    digests = b"".join(hashlib.blake2b(row, digest_size=8).digest() for row in rows)
    return np.frombuffer(digests, ">u8").astype(np.uint64)


def all_images(digits: Digits) -> list[Images]:
    """The tiles, and the stored images where these differ: uint8 [n, 28, 28] each."""
    return [digits.images] if digits.stored is None else [digits.images, digits.stored]


def other_orientations(images: Images) -> Iterator[tuple[Rows, Images]]:
    """Row numbers, and these rows with rows and columns exchanged, inverted, and both.

    Only rows with a bright border are inverted: what a model is trained on has a dark one.
    """
    yield np.arange(len(images)), images.transpose(0, 2, 1)
    border = np.concatenate([images[:, [0, -1]], images[:, :, [0, -1]].transpose(0, 2, 1)], axis=1)
    bright = np.flatnonzero(border.mean(axis=(1, 2)) > LEVEL_MAX / 2)
    if len(bright):
        inverted = LEVEL_MAX - images[bright]
        yield bright, inverted
        yield bright, inverted.transpose(0, 2, 1)
