from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from tenfold.errors import DataError
from tenfold.run_folder import EPOCH_FIELDS, RunFolder, existing_run


def test_epochs_are_kept_to_the_last_digit(tmp_path: Path) -> None:
    epochs = [dict.fromkeys(EPOCH_FIELDS, 1 / 3), dict.fromkeys(EPOCH_FIELDS, math.nan)]
    run = RunFolder(tmp_path)
    run.write_epochs(epochs)
    first, second = run.read_epochs()
    assert first == epochs[0]
    assert all(math.isnan(value) for value in second.values())


def test_before_the_first_epoch_there_are_none(tmp_path: Path) -> None:
    assert RunFolder(tmp_path).read_epochs() == []


def test_epochs_that_cannot_be_read_now_are_none_so_far(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.write_epochs([dict.fromkeys(EPOCH_FIELDS, 0.5)])
    assert run.epochs_so_far() == run.read_epochs()
    run.epochs.write_text("epoch\n1\n")
    with pytest.raises(DataError):
        run.read_epochs()
    assert run.epochs_so_far() == []


def test_the_split_is_kept(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.write_split(np.array([0, 2]), np.array([1]))
    train, validation = run.read_split(3)
    assert train.tolist() == [0, 2]
    assert validation.tolist() == [1]


def test_a_folder_without_a_recipe_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a run folder"):
        existing_run(tmp_path)
