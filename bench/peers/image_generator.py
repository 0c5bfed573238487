"""Rotation, zoom and shift by the rules of Keras' former ImageDataGenerator, in numpy.

The notebook and many after it were written with that class, which moved one image at a time; here
whole chunks are moved at once.
"""

from __future__ import annotations

import numpy as np

from peer import SIDE, Floats

ROTATION, ZOOM, SHIFT = 10, 0.1, 0.1  # degrees; share of the size; share of the width
CHUNK = 2000  # images moved at once: their coordinates stay within the cache


def augment(images: Floats, random: np.random.Generator) -> Floats:
    """float [n, 28, 28, 1]: each rotated, zoomed (each axis by itself) and shifted.

    What lies outside takes the value of the nearest edge; pixels are interpolated bilinearly."""
    augmented = np.empty_like(images)
    for first in range(0, len(images), CHUNK):
        part = slice(first, first + CHUNK)
        augmented[part, ..., 0] = _moved(images[part, ..., 0], random)
    return augmented


def _moved(images: Floats, random: np.random.Generator) -> Floats:
    count, centre = len(images), (SIDE - 1) / 2

    def drawn(limit: float) -> Floats:
        return random.uniform(-limit, limit, (count, 1, 1)).astype(np.float32)

    angle, zoom_x, zoom_y = np.radians(drawn(ROTATION)), 1 + drawn(ZOOM), 1 + drawn(ZOOM)
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32) - np.float32(centre)
    column = np.cos(angle) * zoom_x * x - np.sin(angle) * zoom_y * y + drawn(SHIFT * SIDE) + centre
    row = np.sin(angle) * zoom_x * x + np.cos(angle) * zoom_y * y + drawn(SHIFT * SIDE) + centre
    return _read_at(images, np.clip(row, 0, SIDE - 1), np.clip(column, 0, SIDE - 1))


def _read_at(images: Floats, row: Floats, column: Floats) -> Floats:
    """Pixel values between the pixels; all float [n, 28, 28]."""
    top = np.minimum(row.astype(np.int32), SIDE - 2)
    left = np.minimum(column.astype(np.int32), SIDE - 2)
    lower_share, right_share = row - top, column - left
    flat = images.reshape(-1)
    first = np.arange(len(images), dtype=np.int32)[:, None, None] * (SIDE * SIDE)
    corner = first + top * SIDE + left
    upper = flat[corner] * (1 - right_share) + flat[corner + 1] * right_share
    corner += SIDE
    lower = flat[corner] * (1 - right_share) + flat[corner + 1] * right_share
    values: Floats = upper + (lower - upper) * lower_share
    return values
