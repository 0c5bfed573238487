"""Digits from memory: images and labels in whatever array, frame, list or data set they come."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tenfold.digits import from_one
from tenfold.digits.array_forms import (
    HINT_FORMS,
    Array,
    is_frame,
    to_array,
)
from tenfold.digits.columns import Columns, resolve
from tenfold.digits.containers import taken_apart
from tenfold.digits.levels import LEVEL_MAX, range_problem, to_levels
from tenfold.digits.table_frame import AUTO, OTHERS_MAX, DataOptions, frame_of
from tenfold.digits.tile import CLASSES, NUMBER_WORDS, PIXELS, SIDE, Images, Labels
from tenfold.errors import DataError, Fault

Words = tuple[str, ...]  # what was understood, for a note
HINT_WORDS = (
    f"labels are 0..9: y = ['{' '.join(NUMBER_WORDS)}'.split().index(word.lower()) for word in y]"
)
SHAPES = ((PIXELS,), (PIXELS, 1), (1, PIXELS), (SIDE, SIDE), (SIDE, SIDE, 1), (1, SIDE, SIDE))


def digits_from(
    images: Any, labels: Any, name: str, options: DataOptions = AUTO
) -> tuple[Images, Labels | None, Words]:
    """Images uint8 [n, 28, 28] and labels int64 [n] from anything in memory; and what to say.

    The labels may be a column of `images`, or in its examples. Raises DataError.
    """
    if labels is None:
        images, labels = taken_apart(images, name)
    names = [str(column) for column in images.columns] if is_frame(images) else None
    array = to_array(images, name)
    if _is_table(array, names):
        columns, tiles, words = _from_table(array, names, name, options, labels is None)
        if labels is not None and columns.labels is not None:
            raise DataError(
                f"{name}: has labels in a column, and others beside it",
                hint="give one of them: leave y out, or drop the column from X",
            )
        found = columns.labels
    else:
        tiles, words = images_from(array, name)
        found = None
    if labels is not None:
        found, said = labels_from(labels, f"{name} (labels)")
        refuse_other_count(len(tiles), len(found), name)
        words += said
    return tiles, found, words


def _is_table(array: Array, names: list[str] | None) -> bool:
    """Whether an array has columns that need to be told apart, not images alone."""
    others = array.ndim == 2 and PIXELS < array.shape[1] <= PIXELS + OTHERS_MAX
    return others or (array.ndim == 2 and names is not None)


def _from_table(
    array: Array, names: list[str] | None, name: str, options: DataOptions, labelled: bool
) -> tuple[Columns, Images, Words]:
    """What the columns of a table are, and its images. `labelled`: one of them may be the label."""
    array = _numbers(array, name)
    if not labelled and options.label is None and array.shape[1] == PIXELS:
        options = DataOptions("none")
    frame = frame_of(names, array.shape[1], options, name)
    free = array[:, list(frame.free)].astype(np.float64)
    columns = resolve(frame, free, name, lambda row: f"{name}[{row}]")
    images, words = images_from(array[:, columns.pixels], name)
    said = columns.words if labelled else ()
    return columns, images, (*said, *words)


def tiles_from(images: Any, name: str) -> Images:
    """Images uint8 [n, 28, 28] to be read, from whatever `digits_from` takes: labels are left out,
    and uint8 stays as it is. Raises DataError that says how to convert what cannot be taken."""
    if not isinstance(images, np.ndarray):
        images, _ = taken_apart(images, name)
    names = [str(column) for column in images.columns] if is_frame(images) else None
    array = to_array(images, name)
    if _is_table(array, names):
        frame = frame_of(names, array.shape[1], AUTO, name)
        free = _numbers(array, name)[:, list(frame.free)].astype(np.float64)
        columns = resolve(frame, free, name, lambda row: f"{name}[{row}]")
        array = array[:, columns.pixels]
    return images_from(array, name, keep_bytes=True)[0]


def images_from(images: Any, name: str, *, keep_bytes: bool = False) -> tuple[Images, Words]:
    """Images uint8 [n, 28, 28] of an array, tensor or list of images; and what to say.

    bool and numbers 0..1 are scaled to 0..255, uint8 too unless `keep_bytes`. Raises DataError that
    says how to convert what cannot be taken.
    """
    array = to_array(images, name)
    if array.shape[1:] not in SHAPES:
        raise DataError(f"{name}: has the shape {list(array.shape)}", hint=_shape_hint(array))
    if not len(array):
        return np.zeros((0, SIDE, SIDE), np.uint8), ()
    array = _numbers(array, name)
    if keep_bytes and array.dtype == np.uint8:
        return array.reshape(-1, SIDE, SIDE), ()
    if array.dtype == bool:
        return array.reshape(-1, SIDE, SIDE).astype(np.uint8) * np.uint8(LEVEL_MAX), ()
    if problem := range_problem(array):
        raise DataError(f"{name}: {problem[0]}", hint=problem[1])
    return to_levels(array.reshape(len(array), PIXELS))


def labels_from(y: Any, name: str) -> tuple[Labels, Words]:
    """Labels int64 [n] of whole numbers or text 0..9, or one-hot [n, 10]; and what to say.

    Raises DataError.
    """
    if isinstance(y, (list, tuple)) and any(label is None for label in y):
        row = next(row for row, label in enumerate(y) if label is None)
        raise DataError(f"{name}[{row}]: has no label", hint="leave these rows out")
    array = to_array(y, name)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 2 and array.shape[1] == CLASSES:
        if not (np.isin(array, (0, 1)).all() and (array.sum(axis=1) == 1).all()):
            raise DataError(
                f"{name}: ten columns that are not one-hot",
                hint="of probabilities, take the highest: y = y.argmax(axis=1)",
            )
        return array.argmax(axis=1).astype(np.int64), ("labels one-hot",)
    if array.ndim != 1:
        raise DataError(
            f"{name}: has the shape {list(array.shape)}",
            hint="give one label a row, [n], or one-hot [n, 10]",
        )
    if array.dtype.kind in "US" and np.isin(np.char.lower(array), [*NUMBER_WORDS]).all():
        raise DataError(f"{name}: holds text: words, such as {array[0]}", hint=HINT_WORDS)
    values = _numbers(array, name)
    wrong = np.flatnonzero(~np.isin(values, range(CLASSES)))
    if from_one.counted_from_one(values):
        raise DataError(f"{name}: {from_one.MESSAGE}", hint=from_one.HINT)
    if len(wrong):
        raise DataError(
            [Fault(f"{name}[{row}]", f"label is {array[row]}, expected 0..9") for row in wrong],
            hint="give the digits themselves: map other names of classes to 0..9, or leave out the "
            "rows that show no digit",
        )
    return values.astype(np.int64), ()


def refuse_other_count(images: int, labels: int, name: str) -> None:
    """Raise DataError unless there are as many labels as images."""
    if images != labels:
        raise DataError(
            f"{name}: {labels:,} labels for {images:,} images",
            hint="give the labels of these images, in their order",
        )


def _numbers(array: Array, name: str) -> Array:
    """Numbers from text such as "7". Raises DataError for other text."""
    if array.dtype.kind not in "US":
        return array
    try:
        return array.astype(np.float64)
    except ValueError as problem:
        raise DataError(
            f"{name}: holds text: {str(problem)[:80]}", hint="give numbers: labels are 0..9"
        ) from None


def _shape_hint(array: Array) -> str:
    """How to convert images of another shape."""
    shape = array.shape
    if shape in SHAPES:
        return f"one image is a batch of one: X = X.reshape(1, {SIDE}, {SIDE})"
    if len(shape) == 4 and shape[1:] == (SIDE, SIDE, 3):
        return "make it grey: X = X.mean(axis=-1)"
    if len(shape) == 4 and shape[1:] == (3, SIDE, SIDE):
        return "make it grey: X = X.mean(axis=1)"
    if len(shape) == 3 and shape[:2] == (SIDE, SIDE):
        return "the images come first: X = numpy.moveaxis(X, -1, 0)"
    if len(shape) == 2 and shape[0] == PIXELS:
        return "the images are rows: X = X.T"
    if len(shape) == 3 and shape[1] == shape[2]:
        return (
            "frame each image, uint8 0..255 with its ink bright on 0: "
            "from tenfold.framing import frame_ink; "
            "X = numpy.stack([frame_ink(image) for image in X])"
        )
    if len(shape) == 2 and shape[1] in (64, 256):  # scikit-learn's digits, USPS
        side = math.isqrt(shape[1])
        return (
            f"frame its images of {side} x {side}: from tenfold.framing import frame_ink; "
            f"X = numpy.stack([frame_ink(numpy.kron(image.reshape({side}, {side}) / X.max() * 255, "
            "numpy.ones((4, 4))).astype('uint8')) for image in X])"
        )
    return HINT_FORMS
