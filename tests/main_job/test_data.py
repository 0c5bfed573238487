from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from conftest import csv_text, drawn_digits
from tenfold.classifier import find_model
from tenfold.digits.file_facts import FileFacts
from tenfold.errors import DataError, UsageError
from tenfold.main_job.data import RunData, lasting_path, refuse_other_rows
from tenfold.progress import Progress
from tenfold.recipes import RECIPES

QUIET = Progress(quiet=True)


def write(path: Path, n: int, *, seed: int = 0, labelled: bool = True) -> str:
    path.write_text(csv_text(drawn_digits(n, seed=seed), labelled=labelled))
    return str(path)


def test_training_rows_are_joined_and_an_unlabelled_file_is_the_test_set(tmp_path: Path) -> None:
    paths = [write(tmp_path / "a.csv", 20), write(tmp_path / "b.csv", 30, seed=1)]
    test = write(tmp_path / "test.csv", 7, seed=2, labelled=False)
    data = RunData.open([*paths, test], QUIET, submit=True)
    assert (len(data.train), data.test is not None and len(data.test)) == (50, 7)


def test_without_a_submission_no_test_rows_are_opened(tmp_path: Path) -> None:
    data = RunData.open([write(tmp_path / "a.csv", 20)], QUIET, submit=False)
    assert data.test is None


def test_two_test_sets_are_refused_by_name(tmp_path: Path) -> None:
    paths = [write(tmp_path / "train.csv", 20)]
    paths += [write(tmp_path / f"{n}.csv", 5, seed=n, labelled=False) for n in (1, 2)]
    with pytest.raises(UsageError, match=r"more than one test set: .*1\.csv, .*2\.csv"):
        RunData.open(paths, QUIET, submit=True)


def test_too_few_rows_for_a_batch_are_refused(tmp_path: Path) -> None:
    data = RunData.open([write(tmp_path / "a.csv", 20)], QUIET, submit=False)
    with pytest.raises(DataError, match="fewer than a batch"):
        data.check(RECIPES["smoke"], QUIET)


def test_fine_tuning_takes_rows_of_a_few_digits_and_training_does_not(tmp_path: Path) -> None:
    digits = drawn_digits(200)
    few = digits.take(np.flatnonzero(digits.labelled() < 5))
    (tmp_path / "few.csv").write_text(csv_text(few))
    data = RunData.open([str(tmp_path / "few.csv")], QUIET, submit=False)
    data.check_for_fine_tuning(find_model("mnist"), "mnist", QUIET)
    with pytest.raises(DataError, match="has no rows of 5, 6, 7, 8, 9"):
        data.check(RECIPES["smoke"], QUIET)


def test_rows_of_other_files_are_refused(tmp_path: Path) -> None:
    first, second = (
        RunData.open([write(tmp_path / f"{n}.csv", 20, seed=n)], QUIET, submit=False).train
        for n in (1, 2)
    )
    files = [FileFacts.of(file) for file in first.files]
    refuse_other_rows(first, files, "out")
    with pytest.raises(DataError, match=r"2\.csv: not the rows that out was started with"):
        refuse_other_rows(second, files, "out")


def test_a_path_that_exists_is_made_absolute_and_a_name_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").touch()
    assert lasting_path("a.csv") == str(tmp_path / "a.csv")
    assert lasting_path("mnist") == "mnist"
