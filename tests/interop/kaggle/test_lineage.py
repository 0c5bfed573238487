"""Who made a submission, and whether its model has seen the test images."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import drawn_digits
from fake_kaggle import FakeKaggle
from tenfold.classifier import find_model
from tenfold.errors import DataError, ModelError, UsageError
from tenfold.interop.kaggle.upload import submit
from tenfold.model_folder import write_model
from tenfold.model_folder.rows_seen import RowsSeen

BARS = {"competition": "bars", "model": "mnist"}


def test_a_model_that_has_seen_the_test_images_is_refused(
    kaggle: FakeKaggle, submission: Path, test_csv: Path, tmp_path: Path
) -> None:
    shipped, bars = find_model("mnist"), drawn_digits(60)
    for name, seen in (
        ("trained", RowsSeen.of([bars], [])),
        ("chosen", RowsSeen.of([], [bars])),
    ):
        (tmp_path / name).mkdir()
        write_model(tmp_path / name, shipped.graph, shipped.facts, seen)
        with pytest.raises(ModelError, match="has seen 60 of the 60 test images"):
            submit(submission, "m", competition="bars", model=tmp_path / name, data=test_csv)
    assert kaggle.calls == []


def test_another_models_file_is_refused(
    kaggle: FakeKaggle, submission: Path, test_csv: Path
) -> None:
    lines = submission.read_text().splitlines()
    lines[1:11] = [f"{row},{(int(line[-1]) + 1) % 10}" for row, line in enumerate(lines[1:11], 1)]
    submission.write_text("\n".join(lines) + "\n")
    with pytest.raises(DataError, match=r"they agree on 83\.3%"):
        submit(submission, "m", **BARS, data=test_csv)
    assert submit(submission, "m", competition="bars", unchecked=True).reference == 4711


@pytest.mark.train
def test_a_runs_own_submission_needs_no_more_words(
    kaggle: FakeKaggle, tmp_path: Path, undrawn: None
) -> None:
    from conftest import write_kaggle_zip
    from tenfold.main_job import run
    from tiny_training import TINY

    data = write_kaggle_zip(tmp_path / "bars.zip", drawn_digits(200), drawn_digits(60, seed=1))
    result = run(data, TINY, out=tmp_path / "run")
    assert result.submission is not None
    assert submit(result.submission, "m", competition="bars").reference == 4711
    data.unlink()
    with pytest.raises(UsageError, match="test images are not where they were"):
        submit(result.submission, "m", competition="bars")
