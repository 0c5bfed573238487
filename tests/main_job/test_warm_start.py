from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from conftest import csv_text, drawn_digits
from tenfold.errors import DataError, ModelError
from tenfold.main_job.warm_start import WarmStart


@pytest.fixture
def replayed(tmp_path: Path) -> Path:
    path = tmp_path / "old.csv"
    path.write_text(csv_text(drawn_digits(20)))
    return path


def test_the_same_model_and_rows_are_opened_again(replayed: Path) -> None:
    saved = WarmStart.open("mnist", [str(replayed)]).facts([str(replayed)])
    warm_start = WarmStart.reopen(saved, "out")
    assert warm_start.name == "mnist"
    assert warm_start.replay is not None
    assert len(warm_start.replay) == 20


def test_rows_to_replay_are_optional() -> None:
    warm_start = WarmStart.open("mnist", [])
    assert warm_start.replay is None
    assert warm_start.facts([]).replay_files == ()


def test_another_model_is_refused_when_a_run_is_resumed() -> None:
    saved = dataclasses.replace(WarmStart.open("mnist", []).facts([]), sha256="ab" * 32)
    with pytest.raises(ModelError, match="mnist: not the model that out was started from"):
        WarmStart.reopen(saved, "out")


def test_other_rows_to_replay_are_refused_when_a_run_is_resumed(replayed: Path) -> None:
    saved = WarmStart.open("mnist", [str(replayed)]).facts([str(replayed)])
    replayed.write_text(csv_text(drawn_digits(20, seed=5)))
    with pytest.raises(DataError, match=r"old\.csv: not the rows that out was started with"):
        WarmStart.reopen(saved, "out")
