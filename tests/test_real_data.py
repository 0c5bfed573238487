"""Kaggle's real files, where they are."""

from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import numpy as np

from tenfold.checks import inspect
from tenfold.classifier import Classifier
from tenfold.framing import is_framed
from tenfold.sources import Source
from tenfold.sources.tables.csv_file import read_csv_path


def test_the_rows_are_the_known_ones(real_data: Source) -> None:
    assert real_data.train is not None
    assert real_data.test is not None
    assert (len(real_data.train), len(real_data.test)) == (42_000, 28_000)
    assert real_data.train.files[0].size_bytes == 76_775_041
    counts = np.bincount(real_data.train.labelled())
    assert counts.tolist() == [4132, 4684, 4177, 4351, 4072, 3795, 4137, 4401, 4063, 4188]


def test_the_doctor_has_one_warning(real_data: Source) -> None:
    (finding,) = inspect(real_data.train, real_data.test)
    assert (finding.severity, finding.name, finding.count) == ("warning", "suspicious-labels", 16)
    assert finding.places[0].endswith("train.csv:16303 (4) like :18155 (7)")


def test_mnist_is_framed_as_the_contract_says(real_data: Source) -> None:
    rows = real_data.training_rows().images[:2000]
    assert np.mean([is_framed(image) for image in rows]) > 0.97


def test_reading_holds_no_more_than_the_file_and_twice_the_pixels(
    real_zip: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(real_zip) as archive:
        archive.extract("train.csv", tmp_path)
    path = tmp_path / "train.csv"
    tracemalloc.start()
    read_csv_path(str(path))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < path.stat().st_size + 2 * 42_000 * 784


def test_the_shipped_model_reads_its_own_kind_of_rows(real_data: Source) -> None:
    """A sanity check of the file, not a measurement: most of these rows it was trained on."""
    digits = real_data.training_rows()
    predictions = Classifier.load("mnist").predict(digits.images[:2000])
    assert (predictions == digits.labelled()[:2000]).mean() > 0.99
