"""What the columns of a table are: the label, 784 pixels in order, or numbers of the rows.

Names and options decide first (table_frame), then what is in the columns. Where two readings are
possible, the error names both and the option that decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tenfold.digits import from_one
from tenfold.digits.column_errors import key_of, no_reading, two_readings
from tenfold.digits.column_names import is_index_name
from tenfold.digits.table_frame import Frame
from tenfold.digits.tile import CLASSES, PIXELS, Labels
from tenfold.errors import DataError, Fault

Numbers = npt.NDArray[np.float64]
Content = dict[int, Numbers]  # columns by their position


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns that are the pixels, int64 [784]; labels int64 [n] or None; what to say."""

    pixels: npt.NDArray[np.int64]
    labels: Labels | None
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Reading:
    pixels: tuple[int, ...]
    label: tuple[int, ...]  # one column, ten (one-hot) or none
    left_out: tuple[int, ...]


def resolve(frame: Frame, values: Numbers, place: str, row_place: Callable[[int], str]) -> Columns:
    """Decide what the columns are by the content float64 [n, len(frame.free)] of the free ones.

    Messages begin with `place`, or with the place of a row. Raises DataError where no reading is
    possible, or more than one, and where the label has other values than 0..9.
    """
    content = dict(zip(frame.free, values.T, strict=True))
    _refuse_from_one(frame, content, place)
    readings = list(_readings(frame, content))
    # a label of zeros alone is rather a margin of the pixels
    strong = [r for r in readings if not r.label or any(content[c].any() for c in r.label)]
    decided = bool(frame.label) or frame.chosen
    readings = strong or [r for r in readings if decided or not _has_ink(content, r.pixels)]
    if not readings:
        unknown = [c for c in frame.others if c not in frame.label]
        unknown = [c for c in unknown if not _may_be_left_out(frame, c, content[c])]
        raise no_reading(frame, content, unknown, place, row_place)
    if len(readings) > 1:
        possible = sorted((reading.label for reading in readings), key=lambda label: label[:1])
        raise two_readings(frame, possible, place)
    reading = readings[0]
    labels = None
    if reading.label:
        table = np.stack([content[column] for column in reading.label], axis=1)
        labels = _labels(table, row_place)
    return Columns(np.array(reading.pixels), labels, tuple(_words(frame, reading)))


def _refuse_from_one(frame: Frame, content: Content, place: str) -> None:
    """Raise DataError for a label that is 1..10, whatever else could be the label."""
    unnamed = () if frame.label or frame.chosen else (frame.free[:1] + frame.free[-1:])
    for column in frame.label if len(frame.label) == 1 else unnamed:
        values = content[column]
        certain = from_one.counted_from_one if frame.label else from_one.is_label_from_one
        if certain(values) and not _numbers_rows(values):
            code = frame.code.mend(f"table[{key_of(frame, column)}] %= 10")
            raise DataError(
                f"{place}: {frame.called(column)}: {from_one.MESSAGE}",
                hint=f"if the zero:{code}\nif the nine, write -= 1 for %= 10",
            )


def _readings(frame: Frame, content: Content) -> Iterator[_Reading]:
    """All readings that the content allows: which neighbours are the pixels, what the rest is."""
    for start in range(frame.spare + 1):
        pixels = frame.pixels[start : start + PIXELS]
        others = sorted({*frame.others, *frame.pixels} - {*pixels})
        if not all(_are_levels(content[column]) for column in pixels if column in content):
            continue
        for label in _possible_labels(frame, others, content):
            rest = tuple(column for column in others if column not in label)
            if all(_may_be_left_out(frame, column, content[column]) for column in rest):
                yield _Reading(pixels, label, rest)


def _possible_labels(
    frame: Frame, others: Sequence[int], content: Content
) -> Iterator[tuple[int, ...]]:
    if frame.label or frame.chosen:
        yield frame.label
        return
    for column in others:
        if _is_label(content[column]) and not _is_plain_index(frame, column, content[column]):
            yield (column,)
    for start in range(len(others) - CLASSES + 1):
        ten = tuple(others[start : start + CLASSES])
        if ten[-1] - ten[0] == CLASSES - 1 and _is_one_hot([content[column] for column in ten]):
            yield ten
    yield ()


def _may_be_left_out(frame: Frame, column: int, values: Numbers) -> bool:
    """Whether a column that is neither label nor pixel may be skipped: it numbers the rows, or its
    name says so, or an option has decided."""
    if frame.chosen and column in frame.others:
        return True
    return _numbers_rows(values) or (frame.names is not None and is_index_name(frame.names[column]))


def _is_plain_index(frame: Frame, column: int, values: Numbers) -> bool:
    """Whether both its name and its content say that a column numbers the rows."""
    named = frame.names is not None and is_index_name(frame.names[column])
    return named and _numbers_rows(values)


def _numbers_rows(values: Numbers) -> bool:
    """Whether values are n, n + 1, n + 2, ..."""
    return len(values) > 1 and bool(values[0] >= 0 and (np.diff(values) == 1).all())


def _has_ink(content: Content, pixels: Sequence[int]) -> bool:
    """Whether a free column among the pixels has any: beside a label of zeros alone, it is rather
    the label, of other classes than digits."""
    return any(content[column].any() for column in pixels if column in content)


def _are_levels(values: Numbers) -> bool:
    return bool(((values >= 0) & (values <= 255)).all())


def _is_label(values: Numbers) -> bool:
    return bool(np.isin(values, range(CLASSES)).all())


def _is_one_hot(ten: Sequence[Numbers]) -> bool:
    table = np.stack(ten, axis=1)
    return bool(np.isin(table, (0, 1)).all() and (table.sum(axis=1) == 1).all())


def _labels(table: Numbers, row_place: Callable[[int], str]) -> Labels:
    """Labels int64 [n] of one column or, one-hot, of ten. Raises DataError for other values."""
    if table.shape[1] == CLASSES:
        good = np.isin(table, (0, 1)).all(axis=1) & (table.sum(axis=1) == 1)
        expected, found = "one 1 and nine 0", ["not one-hot"] * len(table)
        labels = table.argmax(axis=1)
    else:
        labels = table[:, 0]
        good = np.isin(labels, range(CLASSES))
        expected, found = "0..9", [f"{label:g}" for label in labels[~good]]
    if not good.all():
        rows = np.flatnonzero(~good)
        raise DataError(
            [
                Fault(row_place(int(row)), f"label is {label}, expected {expected}")
                for row, label in zip(rows, found, strict=False)
            ],
            hint="correct these labels, or leave the rows out; if it is not the label, say which "
            "column is: --label first, last, none or a name (in Python, label=...)",
        )
    return labels.astype(np.int64)


def _words(frame: Frame, reading: _Reading) -> Iterator[str]:
    """What was understood, for the note."""
    if not reading.label:
        yield "no labels"
    elif len(reading.label) > 1:
        yield f"labels one-hot in columns {reading.label[0] + 1} to {reading.label[-1] + 1}"
    elif reading.label[0] < reading.pixels[0]:
        yield "label first"
    elif reading.label[0] > reading.pixels[-1]:
        yield "label last"
    else:
        yield f"label in {frame.called(reading.label[0])}"
    if len(reading.label) == 1 and frame.names is not None and not frame.label:
        yield f"taken from {frame.called(reading.label[0])} because it holds 0..9"
    for column in reading.left_out:
        yield f"{frame.called(column)} left out"
