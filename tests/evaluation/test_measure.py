"""A model measured on labelled rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from conftest import csv_text, drawn_digits
from tenfold.errors import DataError, ModelError, OutputError
from tenfold.evaluation.measure import evaluate

DIGITS = drawn_digits(40)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text(csv_text(DIGITS))
    return path


def test_rows_that_the_model_never_saw_are_all_measured(data: Path) -> None:
    evaluation = evaluate("mnist", data)
    assert len(evaluation) == 40
    np.testing.assert_array_equal(evaluation.labels, DIGITS.labelled())
    assert evaluation.measured_on is not None
    assert evaluation.measured_on.kind == "unseen"


def test_arrays_in_memory_are_the_same_as_their_file(data: Path) -> None:
    arrays = evaluate("mnist", (DIGITS.images, DIGITS.labelled()))
    file = evaluate("mnist", data)
    np.testing.assert_array_equal(arrays.probabilities, file.probabilities)


def test_figures_are_written_with_the_files_that_they_are_of(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    evaluate("mnist", data, out=out)
    assert {"metrics.json", "data.json", "confusion.csv"} <= {path.name for path in out.iterdir()}


def test_nothing_is_replaced_without_force_and_no_work_is_done_first(
    data: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    with pytest.raises(OutputError):
        evaluate("no such model", data, out=tmp_path / "out")
    assert (tmp_path / "out" / "mine.txt").read_text() == "keep"


def test_rows_without_labels_and_models_that_are_none_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "test.csv"
    path.write_text(csv_text(DIGITS, labelled=False))
    with pytest.raises(DataError, match="has no labels"):
        evaluate("mnist", path)
    with pytest.raises(ModelError, match="no such model"):
        evaluate("no such model", path)
