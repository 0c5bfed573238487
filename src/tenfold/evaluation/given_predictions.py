"""Anybody's predictions: a CSV of labels or probabilities, or an ONNX file, for the same rows."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable

import numpy as np

from tenfold.classifier import Probabilities
from tenfold.classifier.any_onnx import Pixels, probabilities_of_onnx
from tenfold.digits import CLASSES, Images, Rows
from tenfold.errors import DataError
from tenfold.framing.formats import ARRAY, PARQUET
from tenfold.framing.signatures import BEGIN, format_of
from tenfold.metrics import Floats

ENDINGS = (".csv", ".onnx")
BYTES_MAX = 512 << 20
SUM_TOLERANCE = 0.02  # people round to two places
CLASS_NAME = re.compile(r"(?:p|prob|proba|probability|class|digit|label)?[ _.:-]*([0-9])")
LABEL_NAMES = (
    "label", "prediction", "predicted", "pred", "y_pred", "yhat", "y_hat", "y", "digit", "class",
    "target",
)  # fmt: skip
HINT = (
    "give one column of labels, ImageId and Label, or ten columns of probabilities P0 to P9, "
    "one line a row"
)


def are_predictions(path: str) -> bool:
    """Whether `path` is a file of predictions, not a model folder or a run."""
    is_named = path.lower().endswith(ENDINGS) and not os.path.isdir(path)
    return is_named or os.path.isfile(path)


def given_probabilities(
    path: str,
    images: Images,
    *,
    numbers: Rows | None = None,
    of: int | None = None,
    pixels: Pixels = "auto",
    say: Callable[[str], None] = lambda text: None,
) -> Probabilities:
    """Probabilities float32 [n, 10] for tiles uint8 [n, 28, 28] by the file at `path`.

    A CSV has a line for each of these rows; or for each of the `of` rows of the data, of which
    `numbers` int64 [n] are these. Labels alone become probabilities of 1. Raises DataError,
    ModelError.
    """
    if path.lower().endswith(".onnx"):
        return probabilities_of_onnx(path, images, pixels, say)
    table, kind = _read(path)
    say(f"note: {path}: taken for {kind}, {len(table):,} rows")
    if len(table) == len(images):
        return table
    if numbers is not None and len(table) == of:
        return table[numbers]
    all_rows = f", or all {of:,}" if of not in (None, len(images)) else ""
    raise DataError(
        f"{path}: has {len(table):,} rows, and {len(images):,} are measured{all_rows}",
        hint="give a line for each of these rows, in their order",
    )


def _read(path: str) -> tuple[Probabilities, str]:
    """The table as probabilities, and what it was taken for."""
    try:
        if os.path.getsize(path) > BYTES_MAX:
            raise DataError(f"{path}: larger than {BYTES_MAX:,} bytes", hint=HINT)
        with open(path, "rb") as content:
            _refuse_other_formats(path, content.read(BEGIN))
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except OSError as problem:
        raise DataError(f"{path}: {problem.strerror}", hint="check the path") from problem
    except UnicodeDecodeError as problem:
        raise DataError(f"{path}: is not text in UTF-8", hint=HINT) from problem
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    lines = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    header = [cell.strip() for cell in lines[0]] if lines else []
    named = any(not _is_number(cell) for cell in header if cell) or "" in header
    rows = lines[1:] if named else lines
    # `0,1,...,9` is how pandas names ten columns
    if header in ([str(d) for d in range(CLASSES)], ["", *(str(d) for d in range(CLASSES))]):
        named, rows = True, lines[1:]
    if not rows:
        raise DataError(f"{path}: has no rows", hint=HINT)
    return _chosen(path, header if named else [], rows, 2 if named else 1)


def _refuse_other_formats(path: str, begin: bytes) -> None:
    """Raise DataError for another file than text, with what makes a CSV or ONNX of it."""
    known = format_of(begin)
    if known is None:
        return
    remedy = f"export the model to ONNX and give that file, or its predictions: {HINT}"
    if known is ARRAY:
        code = f"numpy.savetxt('OTHER.csv', numpy.load({path!r}), delimiter=',')"
        remedy = f"write it as CSV:\n  import numpy\n  {code}"
    elif known is PARQUET:
        code = f"pandas.read_parquet({path!r}).to_csv('OTHER.csv', index=False)"
        remedy = f"write it as CSV:\n  import pandas\n  {code}"
    raise DataError(f"{path}: is {known.name}, not a CSV of predictions", hint=remedy)


def _chosen(
    path: str, header: list[str], rows: list[list[str]], first_line: int
) -> tuple[Probabilities, str]:
    """Choose the columns of labels or probabilities, by their names or their number."""
    width = len(rows[0])
    classes = [CLASS_NAME.fullmatch(name.lower()) for name in header]
    of_class = {int(match[1]): place for place, match in enumerate(classes) if match}
    if len(of_class) == CLASSES:
        places = [of_class[digit] for digit in range(CLASSES)]
        return _probabilities(path, _numbers(path, rows, places, first_line), first_line)
    lowered = [cell.lower() for cell in header]
    for name in LABEL_NAMES:
        if name in lowered:
            labels = _numbers(path, rows, [lowered.index(name)], first_line)
            return _labels(path, labels, first_line)
    if width == 1 or (width == 2 and _are_ids(rows)):
        return _labels(path, _numbers(path, rows, [width - 1], first_line), first_line)
    if width in (CLASSES, CLASSES + 1):
        places = list(range(width - CLASSES, width))
        return _probabilities(path, _numbers(path, rows, places, first_line), first_line)
    raise DataError(
        f"{path}: has {width} columns of no known name",
        hint=f"call that of the labels label; or {HINT}",
    )


def _are_ids(rows: list[list[str]]) -> bool:
    """Whether the first column numbers the rows, or holds what cannot be labels."""
    first = [row[0].strip() for row in rows]
    counted = ([str(row + start) for row in range(len(rows))] for start in (0, 1))
    return first in counted or not set(first) <= set("0123456789")


def _numbers(path: str, rows: list[list[str]], places: list[int], first_line: int) -> Floats:
    """float64 [n, k] of the cells in `places`. Raises DataError with the first bad line."""
    table = np.empty((len(rows), len(places)))
    for number, row in enumerate(rows):
        try:
            table[number] = [float(row[place]) for place in places]
        except (ValueError, IndexError):
            raise DataError(
                f"{path}:{first_line + number}: {','.join(row)[:60]!r} is no row of numbers like "
                "the others",
                hint=HINT,
            ) from None
    return table


def _labels(path: str, table: Floats, first_line: int) -> tuple[Probabilities, str]:
    labels = table[:, 0]
    wrong = ~np.isin(labels, np.arange(CLASSES))
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(f"{path}:{first_line + row}: label {labels[row]:g} is no digit", hint=HINT)
    known = np.eye(CLASSES, dtype=np.float32)[labels.astype(np.int64)]
    return known, "labels without probabilities (how sure they are is not judged)"


def _probabilities(path: str, table: Floats, first_line: int) -> tuple[Probabilities, str]:
    sums = table.sum(axis=1)
    wrong = ~((table >= -1e-6).all(axis=1) & (np.abs(sums - 1) <= SUM_TOLERANCE))
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(
            f"{path}:{first_line + row}: these are no probabilities: they sum to {sums[row]:.4g}",
            hint="ten numbers from 0 to 1 that sum to 1; logits need a softmax first",
        )
    clipped = table.clip(min=0)
    return (clipped / clipped.sum(axis=1, keepdims=True)).astype(np.float32), "probabilities"


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
