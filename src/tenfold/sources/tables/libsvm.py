"""LIBSVM's text, `label index:value index:value ...`, as USPS and MNIST are given in it.

Values that are not written are 0; indices count from 1
(https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass.html), or from 0, as
scikit-learn's dump_svmlight_file writes them. A comment may follow after #.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tenfold.digits import CLASSES, PIXELS, SIDE, DataFile, Digits, Images, Labels
from tenfold.digits.levels import range_problem, to_levels
from tenfold.errors import DataError, Fault
from tenfold.framing import frame_ink
from tenfold.sources.contents import DigitsAndNotes
from tenfold.sources.tables.lines import Lines

PAIR = rb"[ \t]+\d+:[-+]?[\d.]+(?:[eE][-+]?\d+)?"
ROW = re.compile(rb"\s*([-+]?\d+(?:\.0*)?)((?:%s)+)\s*" % PAIR)
COMMENT = re.compile(rb"#.*")
CENTRED_MIN = 13.25  # of framed images the ink's mean column; MNIST's is 14.0, one less 13.0
CENTRED_SPREAD_MAX = 0.5  # its standard deviation; MNIST's is 0.29
USPS_SIDE = 16
USPS_PIXELS = USPS_SIDE**2
ROWS_MAX = 1_000_000
FAULTS_MAX = 1000
HINT = (
    "a row is a label, then index:value with indices that ascend from 1 to 784 (USPS: to 256), or "
    "from 0"
)
CODE = (
    "  import numpy; from sklearn.datasets import load_svmlight_file\n"
    "  X, y = load_svmlight_file('FILE', n_features=784); "
    "numpy.savez('OTHER.npz', X=X.toarray(), y=y {turn})"
)
Values = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Row:
    label: float
    columns: npt.NDArray[np.int64]  # ascending, as they are written
    values: Values


def is_libsvm(lines: Lines) -> bool:
    """Whether a text begins with a row of LIBSVM's."""
    return ROW.fullmatch(COMMENT.sub(b"", lines.first)) is not None


def read_libsvm(lines: Lines) -> DigitsAndNotes:
    """Read the digits of a LIBSVM text, and a note. USPS's 16 x 16 are framed. Raises DataError."""
    labels, numbers, words = _read(lines)
    if numbers.shape[1] == USPS_PIXELS:
        images = _usps_images(numbers, lines.name)
        found, of_labels = _usps_labels(labels, numbers)
        words += (f"{len(images):,} images of 16 x 16 framed", *of_labels)
    else:
        if problem := range_problem(numbers):
            raise DataError(f"{lines.name}: {problem[0]}", hint=problem[1])
        images, of_levels = to_levels(numbers)
        found = labels
        words += (f"{len(images):,} rows", *of_levels)
    digits_of = _plain_labels(found, lines.name)
    file = DataFile(
        lines.name, lines.sha256.hexdigest(), lines.size_bytes, len(images), first_line=1
    )
    note = f"{lines.name}: {', '.join(words)}"
    return Digits(images, digits_of, (file,)), (note, *lines.notes)


def _read(lines: Lines) -> tuple[npt.NDArray[np.float64], Values, tuple[str, ...]]:
    """Labels float64 [n] and values float32 [n, 256 or 784]."""
    rows = list(_rows(lines))
    first = 0 if any(row.columns[0] == 0 for row in rows) else 1
    width = 1 - first + max(int(row.columns[-1]) for row in rows)
    if width > PIXELS:
        raise DataError(
            f"{lines.name}: has {width} values a row, expected 784 (28 x 28) or 256 (16 x 16)",
            hint="give images of 28 x 28",
        )
    numbers = np.zeros((len(rows), USPS_PIXELS if width <= USPS_PIXELS else PIXELS), np.float32)
    for at, row in enumerate(rows):
        numbers[at, row.columns - first] = row.values
    if width < PIXELS == numbers.shape[1] and first == 1 and _is_off_by_one(numbers):
        numbers, first = np.roll(numbers, 1, axis=1), 0
    words = ("LIBSVM's text", "label first")
    description = words if first else (*words, "columns counted from 0")
    return np.array([row.label for row in rows]), numbers, description


def _is_off_by_one(numbers: Values) -> bool:
    """Whether the images are framed, but for one column to the left: then their columns were
    counted from 0 and a blank margin was left out."""
    images = numbers.reshape(-1, SIDE, SIDE)[numbers.any(axis=1)]
    middle = (images.sum(axis=1) @ np.arange(SIDE)) / images.sum(axis=(1, 2))
    off = len(middle) and CENTRED_MIN - 1 < middle.mean() < CENTRED_MIN
    return bool(off and middle.std() < CENTRED_SPREAD_MAX)


def _rows(lines: Lines) -> Iterator[_Row]:
    """The rows of the file. Raises DataError with all faults."""
    faults: list[Fault] = []
    count = 0
    for block, first in itertools.chain([(lines.first + b"\n", 1)], lines.blocks()):
        for number, given in enumerate(block.split(b"\n"), first):
            line = COMMENT.sub(b"", given)
            if not line.strip():
                continue
            row = _row(line)
            count += 1
            if row is None:
                place = f"{lines.name}:{number}"
                faults.append(Fault(place, "is not a label and index:value in ascending order"))
            elif not faults:
                yield row
            if count > ROWS_MAX:
                raise DataError(
                    f"{lines.name}: holds more than {ROWS_MAX:,} rows",
                    hint="split it into several files; several sources are joined",
                )
        if len(faults) > FAULTS_MAX:
            break
    if faults:
        raise DataError(faults, hint=HINT)


def _row(line: bytes) -> _Row | None:
    if ROW.fullmatch(line) is None:
        return None
    try:
        cells = np.array(line.replace(b":", b" ").split(), dtype=np.float64)
    except ValueError:
        return None
    columns, values = cells[1::2].astype(np.int64), cells[2::2]
    if columns[0] < 0 or (np.diff(columns) < 1).any() or not np.isfinite(values).all():
        return None
    return _Row(float(cells[0]), columns, values.astype(np.float32))


def _usps_images(numbers: Values, name: str) -> Images:
    """Tiles of 16 x 16 values -1..1, 0..1 or 0..255, the ink high. Raises DataError."""
    low, high = float(numbers.min()), float(numbers.max())
    if low < -1 or high > 255:
        raise DataError(
            f"{name}: values are {low:g} to {high:g}, expected -1..1, 0..1 or 0..255",
            hint="scale them to -1..1, where -1 is the ground",
        )
    span = 255.0 if high > 1 else 1.0
    levels = (numbers + 1) / 2 if low < 0 else numbers / span
    ink = np.rint(levels * 255).astype(np.uint8).reshape(-1, USPS_SIDE, USPS_SIDE)
    return np.stack([frame_ink(image) for image in ink])


def _usps_labels(
    labels: npt.NDArray[np.float64], numbers: Values
) -> tuple[npt.NDArray[np.float64], tuple[str, ...]]:
    """The digits of USPS's labels, which are 1 for 0 up to 10 for 9."""
    if numbers.min() < 0 and labels.min() >= 1 and labels.max() <= CLASSES:
        return labels - 1, ("labels counted from 1, as USPS's are: 1 is a zero",)
    return labels, ()


def _plain_labels(labels: npt.NDArray[np.float64], name: str) -> Labels:
    """Labels 0..9 as int64. Raises DataError."""
    wrong = np.flatnonzero(~np.isin(labels, range(CLASSES)))
    if len(wrong) and np.isin(labels, range(1, CLASSES + 1)).all():
        raise DataError(
            f"{name}: labels are 1 to 10: 10 may be the zero, or the nine",
            hint="say which by writing it anew; where 10 is the zero:\n"
            + CODE.format(turn="% 10")
            + "\nwhere all are counted from 1, write y - 1 for y % 10",
        )
    if len(wrong):
        faults = [
            Fault(f"{name}:{row + 1}", f"label is {labels[row]:g}, expected 0..9") for row in wrong
        ]
        raise DataError(faults, hint="leave these rows out, or map them to 0..9")
    return labels.astype(np.int64)
