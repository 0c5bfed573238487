"""Appearance of images: blank, inverted, dim, on their side, not framed.

The limits were set by looking at MNIST, where all of this is silent; they stand beside its figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tenfold.checks.findings import Finding, Severity, Subject
from tenfold.digits import SIDE, Images
from tenfold.metrics import Bools, Ints

BRIGHTEST_OF_OTHER_RANGE = 32  # pixels stored as 0..1 or 0..16; MNIST's images all reach 254
VALUES_OF_THRESHOLDED = 4
SIDE_RATIO_MIN = 2.0  # wider images to taller ones; MNIST 0.15, its widest class (5) 0.58
SIDE_ROWS_MIN = 50  # fewer rows say nothing about a file
OFF_CENTRE_MAX = 2.0  # pixels; MNIST's images all lie within 0.71
LONG_SIDE_RANGE = (14, 24)  # pixels; 20 in 99 of 100 of MNIST's images
UNFRAMED_SHARE_MIN = 0.1  # of the images; MNIST 0.00003

CHUNK = 2048  # images; bounds the memory that their 32-bit copies take


@dataclass(frozen=True, eq=False)
class Appearance:
    """Arrays [n], a value for each image; `values` alone is about all images."""

    brightest: npt.NDArray[np.uint8]
    blank: Bools
    inverted: Bools
    height: Ints  # of the box around the ink, pixels
    width: Ints
    off_centre: npt.NDArray[np.float32]  # from the centre to the centre of mass, pixels
    values: Bools  # [256], which grey values occur at all


def measure(images: Images) -> Appearance:
    """Measure the appearance of images uint8 [n, 28, 28], n > 0."""
    chunks = [_measure_chunk(images[i : i + CHUNK]) for i in range(0, len(images), CHUNK)]
    return Appearance(
        np.concatenate([chunk.brightest for chunk in chunks]),
        np.concatenate([chunk.blank for chunk in chunks]),
        np.concatenate([chunk.inverted for chunk in chunks]),
        np.concatenate([chunk.height for chunk in chunks]),
        np.concatenate([chunk.width for chunk in chunks]),
        np.concatenate([chunk.off_centre for chunk in chunks]),
        np.logical_or.reduce([chunk.values for chunk in chunks]),
    )


def _measure_chunk(images: Images) -> Appearance:
    flat = images.reshape(len(images), -1)
    darkest, brightest = flat.min(axis=1), flat.max(axis=1)
    blank = darkest == brightest
    border = np.concatenate(
        [images[:, 0], images[:, -1], images[:, 1:-1, 0], images[:, 1:-1, -1]], axis=1
    )
    middle = border.shape[1] // 2
    ground = np.partition(border, middle, axis=1)[:, middle]
    inverted = ~blank & (ground > flat.mean(axis=1))
    ink = np.where(
        inverted[:, None, None],
        brightest[:, None, None] - images,
        images - darkest[:, None, None],
    ).astype(np.float32)
    bold = 2 * ink > ink.max(axis=(1, 2), keepdims=True)
    return Appearance(
        brightest,
        blank,
        inverted,
        height=_extent(bold.any(axis=2)),
        width=_extent(bold.any(axis=1)),
        off_centre=_off_centre(ink),
        values=np.bincount(flat.ravel(), minlength=256) > 0,
    )


def _extent(occupied: Bools) -> Ints:
    """Count pixels from the first to the last occupied one, of bool [n, 28]; 0 if none is."""
    extent = SIDE - occupied.argmax(axis=1) - occupied[:, ::-1].argmax(axis=1)
    return np.where(occupied.any(axis=1), extent, 0)


def _off_centre(ink: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    along = np.arange(SIDE, dtype=np.float32)
    mass = np.maximum(ink.sum(axis=(1, 2)), 1)
    down = ink.sum(axis=2) @ along / mass - SIDE / 2
    across = ink.sum(axis=1) @ along / mass - SIDE / 2
    off: npt.NDArray[np.float32] = np.hypot(down, across)
    return off


def appearance_findings(subject: Subject, looks: Appearance) -> Iterator[Finding]:
    """Find images of `subject` that do not look as MNIST's do."""
    if looks.blank.any():
        yield _blank(subject, looks)
    if not looks.blank.all():
        for finding in (_inverted, _range, _transposed, _unframed):
            yield from finding(subject, looks)


def _blank(subject: Subject, looks: Appearance) -> Finding:
    rows = np.flatnonzero(looks.blank)
    message = f"{subject.so_many_are(len(rows))} blank"
    remedy = "see where these rows come from: they show no digit. " + (
        "Leave them out"
        if subject.split == "train"
        else "Leave none out: rows give the answers' ids"
    )
    severity: Severity = "error" if looks.blank.all() else "warning"
    return subject.finding(severity, "blank", message, rows, remedy)


def _inverted(subject: Subject, looks: Appearance) -> Iterator[Finding]:
    rows = np.flatnonzero(looks.inverted)
    message = f"{subject.so_many_are(len(rows))} dark on a bright ground"
    if 2 * len(rows) > len(looks.inverted):
        remedy = "subtract each pixel from 255"
        yield subject.finding("error", "inverted-ink", message, rows, remedy)
    elif len(rows):
        remedy = "subtract each pixel of these rows from 255"
        yield subject.finding("warning", "some-inverted", message, rows, remedy)


def _range(subject: Subject, looks: Appearance) -> Iterator[Finding]:
    brightest = int(looks.brightest.max())
    drawn = int((~looks.blank).sum())
    if brightest <= BRIGHTEST_OF_OTHER_RANGE:
        yield Finding(
            "error",
            "low-range",
            f"no pixel of the {subject.noun} is above {brightest}, expected up to 255",
            count=drawn,
            remedy=f"multiply each pixel by {255 / brightest:.4g}",
        )
    elif (values := int(looks.values.sum())) <= VALUES_OF_THRESHOLDED:
        yield Finding(
            "info",
            "thresholded",
            f"the pixels of the {subject.noun} take only {values} values",
            count=drawn,
            remedy="prefer the grey images, if you have them: thin strokes survive in them",
        )


def _transposed(subject: Subject, looks: Appearance) -> Iterator[Finding]:
    wide = np.flatnonzero(looks.width > looks.height)
    tall = np.flatnonzero(looks.width < looks.height)
    if len(wide) + len(tall) >= SIDE_ROWS_MIN and len(wide) > SIDE_RATIO_MIN * len(tall):
        message = (
            f"{subject.so_many_are(len(wide))} wider than tall, {len(tall):,} taller than wide: "
            "they are transposed, or lie on their side"
        )
        remedy = "transpose each image, images.transpose(0, 2, 1), or turn it upright"
        yield subject.finding("warning", "transposed", message, wide, remedy)


def _unframed(subject: Subject, looks: Appearance) -> Iterator[Finding]:
    shortest, longest = LONG_SIDE_RANGE
    side = np.maximum(looks.height, looks.width)
    odd = (side < shortest) | (side > longest) | (looks.off_centre > OFF_CENTRE_MAX)
    rows = np.flatnonzero(odd & ~looks.blank)
    if len(rows) > UNFRAMED_SHARE_MIN * len(odd):
        message = (
            f"{subject.so_many_are(len(rows))} not framed as MNIST's are: ink in a box of 20 x 20 "
            "pixels, its centre of mass in the centre"
        )
        folders = "in a folder" if subject.digits.labels is None else "in folders named 0 to 9"
        remedy = f"give the pictures {folders}: reading such a folder frames them"
        yield subject.finding("warning", "unframed", message, rows, remedy)
