"""submission.csv as Kaggle wants it: `ImageId,Label`, ids from 1, one row a test image. Rows that
came from pictures have the picture's file in a third column, which Kaggle's files never get."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from tenfold import console
from tenfold.classifier import Classifier, Engine, Probabilities, find_model
from tenfold.digits import CLASSES, Digits, Labels
from tenfold.errors import DataError, Fault, OutputError
from tenfold.files import encoded, os_errors_as_output_error, refuse_existing, write_whole
from tenfold.model_folder import ModelFolder
from tenfold.progress import SILENT, Progress
from tenfold.rows_seen import RowsFound
from tenfold.sources import Source, open_digits
from tenfold.sources.opening import read_stream

HEADER = "ImageId,Label"
FILE_COLUMN = "File"
DIGITS = frozenset(map(str, range(CLASSES)))


def submission_text(predictions: Labels, names: Sequence[str] | None = None) -> str:
    """The whole file for predictions int64 [n]; `names` are the files of the rows, where they came
    from pictures. Lines end in LF."""
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
    """Write, read back and compare. Raises OutputError; nothing is left half-written."""
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
    """Raise OutputError if something is there that may not be replaced: with `force`, what is no
    submission, for it may be the data; without it, anything."""
    if os.path.isfile(path):
        with os_errors_as_output_error(path), open(path, "rb") as file:
            if file.read(len(HEADER)) not in (b"", HEADER.encode()):
                raise OutputError(
                    f"{path}: exists already, and is no submission", hint="choose another place"
                )
    refuse_existing(path, force=force)


def read_submission(path: str | Path, *, rows: int | None = None) -> Labels:
    """The labels of a submission, int64 [n], strictly checked: header, ids 1..n in order, labels
    0..9, and `rows` rows if given. Raises DataError with every fault."""
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


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a model says of rows: probabilities float32 [n, 10] and where they were written; `found`
    are those that it has seen, None where that cannot be told."""

    probabilities: Probabilities
    output: str
    model: ModelFolder
    engine: Engine
    names: tuple[str, ...] | None = None  # the file of each row that came from a picture
    found: RowsFound | None = None

    @cached_property
    def labels(self) -> Labels:
        return self.probabilities.argmax(axis=1)

    @property
    def unsure(self) -> int:
        """How many rows are below the model's threshold for being sure."""
        return int((self.probabilities.max(axis=1) < self.model.reject_threshold).sum())

    def text(self) -> str:
        return encoded(submission_text(self.labels, self.names)).decode()

    def answers(self) -> Iterator[dict[str, Any]]:
        """One JSON-ready answer a row."""
        for row, (label, probabilities) in enumerate(
            zip(self.labels, self.probabilities, strict=True)
        ):
            answer = {
                "id": row + 1,
                "label": int(label),
                "probability": round(float(probabilities[label]), 6),
            }
            yield answer if self.names is None else answer | {"file": self.names[row]}

    def to_json(self) -> dict[str, Any]:
        return {
            "output": self.output,
            "rows": len(self.labels),
            "model": self.model.version,
            "engine": self.engine,
            "unsure": self.unsure,
            "trained_on": None if self.found is None else int(self.found.trained_on.sum()),
            "chosen_by": None if self.found is None else int(self.found.chosen_by.sum()),
        }


def _open(data: str) -> Source:
    if data != "-":
        return open_digits(data, ("test",))
    return read_stream(console.input_stream(), "stdin")


def _worth(model: ModelFolder) -> str:
    measured = model.facts.measured
    if measured is None:
        return "measured on no rows"
    return f"{measured.accuracy:.2%} right on {measured.rows}"


def find_seen(model: ModelFolder, digits: Digits) -> RowsFound | None:
    """Which of the rows the model has seen; None where its folder does not tell."""
    return None if model.seen is None else model.seen.find(digits)


def remarks_on_seen(found: RowsFound | None) -> list[str]:
    """What to say of rows to predict that the model has seen; empty where there are none."""
    if found is None:
        return ["note: whether the model was trained on these rows cannot be told: no rows.bin"]
    counts = {"trained on": found.trained_on.sum(), "chosen by": found.chosen_by.sum()}
    parts = [f"{how} {count:,}" for how, count in counts.items() if count]
    if not parts:
        return []
    return [
        f"warning: of these {len(found.known):,} rows the model was {' and '.join(parts)}: how "
        "well it reads them does not tell how well it reads others"
    ]


def predict(
    data: str,
    output: str = "-",
    *,
    model: str = "mnist",
    engine: Engine = "auto",
    force: bool = False,
    progress: Progress = SILENT,
) -> Predictions:
    """Read the rows of `data` ("-" is a CSV on standard input) and write the submission to
    `output`, unless that is "-". Raises DataError, ModelError, OutputError, MissingExtraError."""
    if output != "-":
        refuse_output(output, force=force)  # before the work, not after it
    folder = find_model(model)
    source = _open(data)
    for note in source.notes:
        progress.say(f"note: {note}")
    if source.test is None:
        progress.say("note: these rows have labels; they are read without looking at them")
    digits = source.rows_to_predict()
    images = digits.images
    found = find_seen(folder, digits)
    for remark in remarks_on_seen(found):
        progress.say(remark)
    classifier = Classifier(folder, engine=engine, tiles=len(images))
    progress.say(f"model: {model}, {_worth(folder)}; runs on {classifier.engine}")
    parts = []
    with progress.bar(len(images), "predicting") as advance:
        for outputs in classifier.batches(images):
            parts.append(outputs.probabilities)
            advance(len(outputs.probabilities), "")
    predictions = Predictions(
        np.concatenate(parts), output, folder, classifier.engine, digits.names, found
    )
    if output != "-":
        write_submission(output, predictions.labels, names=digits.names, force=force)
        progress.say(
            f"{output}: {len(images):,} rows, read back and checked; {predictions.unsure:,} below "
            "the model's threshold for being sure"
        )
    return predictions
