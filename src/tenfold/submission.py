"""submission.csv as Kaggle wants it: `ImageId,Label`, ids from 1, one row for each test image.

Rows that came from pictures have the picture's file in a third column. Rows of Kaggle's own files
never have one.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tenfold.digits import CLASSES, Labels
from tenfold.errors import DataError, Fault, OutputError
from tenfold.files import encoded, os_errors_as_output_error, refuse_existing, write_whole

HEADER = "ImageId,Label"
FILE_COLUMN = "File"
DIGITS = frozenset(map(str, range(CLASSES)))


def submission_text(predictions: Labels, names: Sequence[str] | None = None) -> str:
    """The whole file for predictions int64 [n], with lines that end in LF.

    `names` are the files of the rows, where these came from pictures.
    """
    lines = (f"{number},{label}" for number, label in enumerate(predictions.tolist(), 1))
    if names is None:
        return "".join(f"{line}\n" for line in (HEADER, *lines))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*HEADER.split(","), FILE_COLUMN])
    writer.writerows([*line.split(","), name] for line, name in zip(lines, names, strict=True))
    return text.getvalue()


def write_submission(
    path: str | Path,
    predictions: Labels,
    *,
    names: Sequence[str] | None = None,
    force: bool = False,
) -> None:
    """Write predictions int64 [n], read the file back and compare.

    Raises OutputError; no half-written file is left.
    """
    refuse_output(path, force=force)
    text = submission_text(predictions, names)
    write_whole(Path(path), text)
    with os_errors_as_output_error(path):
        if names is None:
            same = np.array_equal(read_submission(path, rows=len(predictions)), predictions)
        else:
            same = Path(path).read_bytes() == encoded(text)
        if not same:
            raise OutputError(
                f"{path}: holds something else than was written", hint="check the disk"
            )


def refuse_output(path: str | Path, *, force: bool) -> None:
    """Raise OutputError if `path` may not be replaced.

    Without `force` nothing is replaced; with it, only a submission: other files may be data.
    """
    if os.path.isfile(path):
        with os_errors_as_output_error(path), open(path, "rb") as file:
            if file.read(len(HEADER)) not in (b"", HEADER.encode()):
                raise OutputError(
                    f"{path}: exists already, and is no submission", hint="choose another place"
                )
    refuse_existing(path, force=force)


def read_submission(path: str | Path, *, rows: int | None = None) -> Labels:
    """Read the labels of a submission, int64 [n], and check it strictly.

    The header must be right, ids 1..n in order, labels 0..9, and there must be `rows` rows if
    given. Raises DataError with every fault.
    """
    try:
        lines = Path(path).read_text(encoding="ascii").splitlines()
    except UnicodeDecodeError as problem:
        raise DataError(f"{path}: not plain text", hint="make it with tenfold predict") from problem
    except OSError as problem:
        raise DataError(f"{path}: {problem.strerror}", hint="check the path") from problem
    faults = []
    if not lines or lines[0] != HEADER:
        faults.append(Fault(f"{path}:1", f"is {lines[:1]}, expected {HEADER}"))
    labels = np.zeros(max(len(lines) - 1, 0), np.int64)
    for row, line in enumerate(lines[1:]):
        number, _, label = line.partition(",")
        if number != str(row + 1):
            faults.append(Fault(f"{path}:{row + 2}", f"ImageId is {number}, expected {row + 1}"))
        elif label not in DIGITS:
            faults.append(Fault(f"{path}:{row + 2}", f"Label is '{label}', expected 0..9"))
        else:
            labels[row] = int(label)
    if rows is not None and len(labels) != rows:
        faults.append(Fault(str(path), f"has {len(labels):,} rows, expected {rows:,}"))
    if faults:
        raise DataError(faults, hint="make it with tenfold predict")
    return labels
