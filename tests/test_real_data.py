"""Kaggle's real files, where they are."""

from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tenfold.checks import inspect
from tenfold.classifier import Classifier
from tenfold.framing import is_framed
from tenfold.sources import Source, open_digits
from tenfold.sources.tables.csv_file import read_csv_path


@pytest.fixture(scope="module")
def source(real_zip: Path) -> Source:
    return open_digits(str(real_zip))


def test_the_rows_are_the_known_ones(source: Source) -> None:
    assert source.train is not None
    assert source.test is not None
    assert (len(source.train), len(source.test)) == (42_000, 28_000)
    assert source.train.files[0].size_bytes == 76_775_041
    counts = np.bincount(source.train.labelled())
    assert counts.tolist() == [4132, 4684, 4177, 4351, 4072, 3795, 4137, 4401, 4063, 4188]


def test_the_doctor_finds_no_errors(source: Source) -> None:
    findings = inspect(source.train, source.test)
    assert [finding for finding in findings if finding.severity == "error"] == []


def test_mnist_is_framed_as_the_contract_says(source: Source) -> None:
    rows = source.training_rows().images[:2000]
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


def test_the_shipped_model_reads_its_own_kind_of_rows(source: Source) -> None:
    """A sanity check of the file, not a measurement: most of these rows it was trained on."""
    digits = source.training_rows()
    predictions = Classifier.load("mnist").predict(digits.images[:2000])
    assert (predictions == digits.labelled()[:2000]).mean() > 0.99
