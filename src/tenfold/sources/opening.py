"""`open_digits`: choose the reader for a path from what is there."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeAlias

from tenfold import notebook_html as html
from tenfold.digits import AUTO, IN_MEMORY, DataOptions, Digits, join
from tenfold.errors import DataError
from tenfold.sources import kaggle, sample
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.memory import read_memory
from tenfold.sources.readers import readers_of
from tenfold.sources.tables import csv_file
from tenfold.sources.upright import turned
from tenfold.sources.upright.polarity import NOTE, are_inverted

Data: TypeAlias = Any  # a path, a name, or whatever `read_memory` takes


@dataclass(frozen=True, eq=False)
class Source:
    """The data of a path: `train` are labelled rows for training; `test` are rows to predict, which
    may have labels too (MNIST's test files, the sample). `notes` are harmless oddities."""

    path: str
    train: Digits | None
    test: Digits | None
    notes: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        """The last line of a notebook's cell: what was understood, and what there is."""
        parts = (part for part in (self.train, self.test) if part is not None)
        return html.cell(html.lines(self.notes), *(part._repr_html_() for part in parts))

    def training_rows(self) -> Digits:
        """The labelled rows for training. Raises DataError where there are none."""
        return self._labelled("training")

    def _labelled(self, purpose: str) -> Digits:
        if self.train is None:
            raise DataError(
                f"{self.path}: has no labels, and {purpose} needs them",
                hint="give labelled rows, such as train.csv or digit-recognizer.zip",
            )
        return self.train

    def rows_to_predict(self) -> Digits:
        """The test rows, or, where there are no others, the labelled ones."""
        rows = self.test if self.test is not None else self.train
        assert rows is not None
        return rows

    def labelled_rows(self) -> Digits:
        """The rows to measure a model on: the test rows if labelled, else the training rows. Raises
        DataError where neither has labels."""
        if self.test is not None and self.test.labels is not None:
            return self.test
        return self._labelled("measuring")


def open_digits(
    data: Data,
    splits: Collection[str] = kaggle.SPLITS,
    options: DataOptions = AUTO,
    *,
    to_predict: bool | None = None,
) -> Source:
    """Read what `data` holds: a path to Kaggle's zip, its folder, a table (CSV and the like, ARFF,
    Parquet), arrays (.npz, .npy), IDX files, pictures in a folder by class, or "sample"; or arrays,
    frames, tensors and data sets in memory, as `read_memory` takes them.

    None is Kaggle's own folder inside a Kaggle notebook, the built-in sample elsewhere. `splits`
    says which of "train" and "test" to read; what is not asked for is not read, unless it is the
    only one there. `options` decide what data leave open. Rows `to_predict`, which by default are
    those asked for without "train", need no labels. Raises DataError.
    """
    if isinstance(data, Source):
        return data
    if data is None:
        data = kaggle.NOTEBOOK_FOLDER if kaggle.in_notebook() else sample.NAME
    if not isinstance(data, (str, os.PathLike)):
        parts, remarks = read_memory(data, options)
        return _source(IN_MEMORY, parts, remarks, options)
    path = os.fspath(data)
    if path == sample.NAME and not os.path.exists(path):
        train, test = sample.read_sample()
        return Source(path, train, test)
    found: dict[str, Digits] = {}
    notes: list[str] = []
    with contextlib.ExitStack() as unpacked:
        with file_errors_as_data_error(path):
            unlabelled = "train" not in splits if to_predict is None else to_predict
            readers = readers_of(path, options, unpacked, to_predict=unlabelled)
        wanted = [split for split in kaggle.SPLITS if split in splits and split in readers]
        for split in wanted or list(readers):
            with file_errors_as_data_error(path):
                digits, said = readers[split]()
            notes += [note for note in said if note not in notes]
            # labelled rows of a single file are for training; a pair names its labelled test set
            role = split if split != "file" else ("test" if digits.labels is None else "train")
            found[role] = digits
    return _source(path, found, notes, options)


def _source(
    path: str, found: Mapping[str, Digits], notes: Sequence[str], options: DataOptions
) -> Source:
    """The source of what was read, turned upright."""
    upright, said = turned(found, options, path)
    if upright and are_inverted([digits.images for digits in upright.values()]):
        said = (*said, f"{path}: {NOTE}")
    return Source(path, upright.get("train"), upright.get("test"), (*notes, *said))


def name_of(data: Data) -> str:
    """What messages call `data`: its path, or that it is in memory."""
    if isinstance(data, Source):
        return data.path
    return os.fspath(data) if isinstance(data, (str, os.PathLike)) else IN_MEMORY


def read_stream(stream: BinaryIO, name: str, options: DataOptions = AUTO) -> Source:
    """Read a table of text from standard input. Raises DataError."""
    with file_errors_as_data_error(name):
        digits, notes = csv_file.read_csv(stream, name, options)
    role = "test" if digits.labels is None else "train"
    return _source(name, {role: digits}, notes, options)


def join_training(sources: Collection[Source]) -> Digits:
    """The training rows of several sources, in the order given. Raises DataError."""
    digits = join([source.training_rows() for source in sources])
    hashes = [file.sha256 for file in digits.files if file.rows]
    if twice := [file.name for file in digits.files if hashes.count(file.sha256) > 1]:
        raise DataError(
            f"{twice[1]}: has the same rows as {twice[0]}",
            hint="give each file once: what is trained on twice is also validated on",
        )
    return digits
