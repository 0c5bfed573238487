"""A training job, and those that are made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import drawn_digits  # noqa: E402
from tenfold.run_folder import RunFolder  # noqa: E402
from tenfold.training.job import TrainingJob  # noqa: E402
from tiny_training import TINY  # noqa: E402


def test_a_fold_has_a_folder_and_a_seed_of_its_own(tmp_path: Path) -> None:
    job = TrainingJob(RunFolder(tmp_path), drawn_digits(20), TINY, 5)
    fold = job.fold(2)
    assert fold.folder.path == tmp_path / "folds" / "2"
    assert fold.seed == 7
    assert fold.digits is job.digits
    assert fold.recipe == job.recipe


def test_a_refit_keeps_no_rows_out_and_as_many_epochs(tmp_path: Path) -> None:
    job = TrainingJob(RunFolder(tmp_path), drawn_digits(20), TINY.replace({"steps_min": 99}), 5)
    refit = job.refit()
    assert refit.recipe.validation == 0
    assert refit.recipe.epochs == job.recipe.epochs
    assert refit.recipe.lengthened(20).epochs == job.recipe.epochs
    assert refit.folder == job.folder
