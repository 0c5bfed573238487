"""What `tenfold predict` does: the tiles of a source to digits and, if wanted, a submission.

It also says how many of the rows the model has seen before.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from tenfold import console
from tenfold import notebook_html as html
from tenfold.classifier import Classifier, Engine, Probabilities, find_model
from tenfold.digits import AUTO, CLASSES, DataOptions, Digits, Labels
from tenfold.files import encoded, write_whole
from tenfold.metrics import Bools
from tenfold.model_folder import ModelFolder
from tenfold.model_folder.rows_seen import RowsFound
from tenfold.progress import SILENT, Progress
from tenfold.sources import Data, Source, open_digits
from tenfold.sources.opening import read_stream
from tenfold.submission import refuse_output, submission_text, write_submission

ROWS_SHOWN = 12  # in a notebook


@dataclass(frozen=True, eq=False)
class Predictions:
    """A model's probabilities float32 [n, 10] for n rows, and where they were written.

    `listed` is where all probabilities were written, None where nobody asked for them.
    `found` marks the rows that the model has seen; None where its folder does not record them.
    """

    probabilities: Probabilities
    output: str
    model: ModelFolder
    engine: Engine
    names: tuple[str, ...] | None = None  # the file of each row that came from a picture
    found: RowsFound | None = None
    listed: str | None = None

    def __repr__(self) -> str:
        return f"Predictions({self._summary})"

    def _repr_html_(self) -> str:
        """The last line of a notebook's cell: the first answers."""
        head = ["row" if self.names is None else "file", "label", "probability", ""]
        first = islice(self.answers(), ROWS_SHOWN)
        rows = [
            [a.get("file", a["id"]), a["label"], f"{a['probability']:.4f}", "unsure" * a["unsure"]]
            for a in first
        ]
        left = len(self.labels) - len(rows)
        more = html.faint(f"and {left:,} more rows") if left else ""
        return html.cell(html.title(self._summary), html.table(head, rows), more)

    @property
    def _summary(self) -> str:
        return f"{len(self.labels):,} rows, {self.unsure:,} below the threshold for being sure"

    @cached_property
    def labels(self) -> Labels:
        """The most probable digit of each row, int64 [n]."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def below(self) -> Bools:
        """Mask bool [n] of the rows whose probability is below the model's reject threshold."""
        return np.asarray(self.probabilities.max(axis=1) < self.model.reject_threshold)

    @property
    def unsure(self) -> int:
        """The number of rows whose probability is below the model's reject threshold."""
        return int(self.below.sum())

    def probabilities_text(self) -> str:
        """A CSV of ImageId, Label, Probability, Unsure (1: below the threshold), P0 to P9."""
        header = ["ImageId", "Label", "Probability", "Unsure", *(f"P{d}" for d in range(CLASSES))]
        lines = [",".join(header if self.names is None else [*header, "File"])]
        best = self.probabilities.max(axis=1)
        for row, label in enumerate(self.labels):
            cells = [f"{row + 1}", f"{label}", f"{best[row]:.6f}", f"{int(self.below[row])}"]
            cells += [f"{probability:.6f}" for probability in self.probabilities[row]]
            lines.append(",".join(cells if self.names is None else [*cells, self._name(row)]))
        return "\n".join(lines) + "\n"

    def _name(self, row: int) -> str:
        """The file of a row as a CSV cell."""
        assert self.names is not None
        name = self.names[row]
        return '"' + name.replace('"', '""') + '"' if set(name) & set(',"\r\n') else name

    def text(self) -> str:
        """The submission, as it is written to standard output."""
        return encoded(submission_text(self.labels, self.names)).decode()

    def answers(self) -> Iterator[dict[str, Any]]:
        """One JSON-ready answer for each row."""
        for row, (label, probabilities) in enumerate(
            zip(self.labels, self.probabilities, strict=True)
        ):
            answer: dict[str, Any] = {
                "id": row + 1,
                "label": int(label),
                "probability": round(float(probabilities[label]), 6),
                "unsure": bool(self.below[row]),
            }
            if self.listed is not None:
                answer["probabilities"] = [round(float(p), 6) for p in probabilities]
            yield answer if self.names is None else answer | {"file": self.names[row]}

    def to_json(self) -> dict[str, Any]:
        """A JSON-ready summary of all rows."""
        return {
            "output": self.output,
            "rows": len(self.labels),
            "model": self.model.version,
            "engine": self.engine,
            "unsure": self.unsure,
            "trained_on": None if self.found is None else int(self.found.trained_on.sum()),
            "chosen_by": None if self.found is None else int(self.found.chosen_by.sum()),
        }


def predict(
    data: Data,
    output: str | os.PathLike[str] = "-",
    *,
    model: str | os.PathLike[str] = "mnist",
    engine: Engine = "auto",
    probabilities: str | os.PathLike[str] | None = None,
    force: bool = False,
    options: DataOptions = AUTO,
    progress: Progress = SILENT,
) -> Predictions:
    """Predict the rows of `data` and write the submission to `output`.

    As `data`, "-" is a table on standard input; as `output`, it writes nothing. `probabilities` is
    where `probabilities_text` is written, with the rows below the threshold marked. `options`
    decide where a table can be read in two ways.

    Raises DataError, ModelError, OutputError, MissingExtraError.
    """
    output = os.fspath(output)
    listed = None if probabilities is None else os.fspath(probabilities)
    for place in (output, listed):
        if place not in ("-", None):
            refuse_output(place, force=force)  # before the work, not after it
    folder = find_model(model)
    digits = _open_rows(data, options, progress)
    images = digits.images
    found = find_seen(folder, digits)
    for remark in remarks_on_seen(found):
        progress.say(remark)
    classifier = Classifier(folder, engine=engine, tiles=len(images))
    progress.say(f"model: {model}, {_measured_accuracy(folder)}; runs on {classifier.engine}")
    batches = []
    with progress.bar(len(images), "predicting") as advance:
        for outputs in classifier.batches(images):
            batches.append(outputs.probabilities)
            advance(len(outputs.probabilities), "")
    predictions = Predictions(
        np.concatenate(batches), output, folder, classifier.engine, digits.names, found, listed
    )
    if listed not in ("-", None):
        write_whole(Path(listed), encoded(predictions.probabilities_text()))
        progress.say(f"{listed}: the probabilities of {len(images):,} rows")
    if output != "-":
        write_submission(output, predictions.labels, names=digits.names, force=force)
        progress.say(
            f"{output}: {len(images):,} rows, read back and checked; {predictions.unsure:,} below "
            "the model's threshold for being sure"
        )
    return predictions


def find_seen(model: ModelFolder, digits: Digits) -> RowsFound | None:
    """Find the rows that the model has seen; None where its folder does not record them."""
    return None if model.seen is None else model.seen.find(digits)


def remarks_on_seen(found: RowsFound | None) -> list[str]:
    """Describe how many of the rows to predict the model has seen; empty where it has seen none."""
    if found is None:
        return ["note: whether the model was trained on these rows cannot be told: no rows.bin"]
    counts = {"trained on": found.trained_on.sum(), "chosen by": found.chosen_by.sum()}
    listed = [f"{use} {count:,}" for use, count in counts.items() if count]
    if not listed:
        return []
    return [
        f"warning: of these {len(found.known):,} rows the model was {' and '.join(listed)}: how "
        "well it reads them does not tell how well it reads others"
    ]


def _open_rows(data: Data, options: DataOptions, progress: Progress) -> Digits:
    """The rows to predict; those of a labelled source, if it has no others."""
    source = _open_source(data, options)
    for note in source.notes:
        progress.say(f"note: {note}")
    if source.test is None:
        progress.say("note: these rows have labels; they are read without looking at them")
    return source.rows_to_predict()


def _open_source(data: Data, options: DataOptions) -> Source:
    if isinstance(data, str) and data == "-":
        return read_stream(console.input_stream(), "stdin", options)
    return open_digits(data, ("test",), options)


def _measured_accuracy(model: ModelFolder) -> str:
    """The accuracy that was measured of the model, and on which rows."""
    measured = model.facts.measured
    if measured is None:
        return "measured on no rows"
    return f"{measured.accuracy:.2%} right on {measured.rows}"
