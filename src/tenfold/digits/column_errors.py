"""Why the columns of a table cannot be told apart: the errors, and the remedies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tenfold.console import printable_line
from tenfold.digits import from_one
from tenfold.digits.table_frame import HINT_COLUMNS, Frame
from tenfold.digits.tile import CLASSES
from tenfold.errors import DataError

Content = Mapping[int, npt.NDArray[np.float64]]  # columns by their position
CLASSES_KNOWN = 62  # digits, capitals and small letters, as in EMNIST


def key_of(frame: Frame, column: int) -> str:
    """A column as Python names it, in a frame or in an array."""
    if frame.names is not None:
        return repr(frame.names[column])
    return str(column) if frame.code.write else f":, {column}"


def two_readings(frame: Frame, labels: Sequence[tuple[int, ...]], place: str) -> DataError:
    """The error for a table that can be read in several ways, each with another label: two of them,
    and what decides."""
    if () in labels:
        column = next(label[0] for label in labels if label)
        choice = _option(frame, column)
        return DataError(
            f"{place}: {frame.called(column)} may be the label, or number the rows",
            hint=f"say which: --label {choice} if it is the label, --label none if it is not "
            f"(in Python, label='{choice}' or label='none')",
        )
    first, second = labels[0][0], labels[1][0]
    choices = [_option(frame, column) for column in (first, second)]
    return DataError(
        f"{place}: {frame.called(first)} and {frame.called(second)} may both be the label: each "
        "holds 0..9",
        hint=f"say which is: --label {choices[0]} or --label {choices[1]} (in Python, "
        f"label='{choices[0]}')",
    )


def _option(frame: Frame, column: int) -> str:
    if column == 0:
        return "first"
    if column == frame.count - 1 or frame.names is None:
        return "last"
    return printable_line(frame.names[column])


def no_reading(
    frame: Frame,
    content: Content,
    unknown: Sequence[int],
    place: str,
    row_place: Callable[[int], str],
) -> DataError:
    """The error for columns that are no table of digits. `unknown` are neither pixels nor a label,
    and do not number the rows."""
    if not frame.spare and unknown:
        column = unknown[0]
        keep = _option(frame, frame.label[0]) if frame.label else "none"
        return DataError(
            f"{place}: {frame.called(column)} is neither a pixel nor a label 0..9, and does not "
            "number the rows",
            hint=f"--label {keep} leaves it out (in Python, label='{keep}')",
        )
    seen = []
    for column in (frame.free[0], frame.free[-1]):
        wrong = np.flatnonzero(~np.isin(content[column], range(CLASSES)))
        if len(wrong):
            row = int(wrong[0])
            found = f"{frame.called(column)} is {content[column][row]:g} at {row_place(row)}"
            seen.append(found)
    faults = f": {'; '.join(dict.fromkeys(seen))}" if seen else ""
    return DataError(
        f"{place}: no column of the {frame.count} can be the label, which is first or last and "
        f"holds 0..9{faults}",
        hint=_digits_alone(frame, content) or HINT_COLUMNS,
    )


def _digits_alone(frame: Frame, content: Content) -> str | None:
    """The remedy for labels of digits and other classes, as EMNIST's balanced set has them."""
    for column in (frame.free[0], frame.free[-1]):
        values = np.unique(content[column])
        known = np.isin(values, range(CLASSES_KNOWN)).all()
        if known and values[0] < CLASSES <= values[-1] and len(values) >= from_one.DISTINCT_MIN:
            key = key_of(frame, column)
            code = frame.code.mend(f"table = table[table[{key}] < {CLASSES}]")
            return f"if {frame.called(column)} is the label, keep the rows of digits:{code}"
    return None
