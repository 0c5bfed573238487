"""The audit of labels."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import csv_text
from planted_errors import report_folder
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.evaluation.audit import Audit, audit
from tenfold.evaluation.evaluation import Evaluation
from tenfold.evaluation.evaluation_files import write_evaluation


@pytest.fixture
def found(tmp_path: Path) -> Audit:
    return audit(report_folder(tmp_path / "report")[0])


def test_an_audit_says_how_many_rows_it_could_judge(found: Audit, tmp_path: Path):
    assert found.to_text().startswith(
        "audited: the 3,000 of 30,000 rows that this run kept out; of a run with --folds 10 all"
    )
    everything, _ = report_folder(tmp_path / "everything", rows_in_files=3000)
    assert "--folds" not in audit(everything).to_text()


def test_the_text_shows_as_many_as_asked_for_and_counts_the_rest(found: Audit):
    text = found.to_text(5)
    worst = found.suspects[0]
    assert f"{len(found.suspects)} labels look wrong; " in text
    assert f"train.csv:{worst.row + 2} " in text
    assert f" labelled {worst.label} (<0.1%), looks like {worst.suggested} (>99.9%)" in text
    assert text.count("looks like") == 5
    assert f"and {len(found.suspects) - 5} more" in text
    assert text.endswith("Nothing was changed.")
    assert "more:" not in found.to_text(1000)


def test_suspects_carry_row_numbers_of_the_whole_file(tmp_path: Path):
    folder, flipped = report_folder(tmp_path / "report")
    suspects = audit(folder).suspects
    assert np.isin([suspect.row for suspect in suspects], flipped).mean() >= 0.97
    assert [suspect.rank for suspect in suspects] == list(range(1, len(suspects) + 1))


def test_labels_that_agree_leave_nothing_to_look_at(tmp_path: Path):
    labels = np.arange(20) % 10
    probabilities = np.eye(10, dtype=np.float32)[labels]
    places = tuple(str(row) for row in range(20))
    images = np.zeros((20, 28, 28), dtype=np.uint8)
    evaluation = Evaluation(images, labels, probabilities, np.arange(20), places)
    write_evaluation(evaluation, tmp_path / "report")
    quiet = audit(tmp_path / "report", out=str(tmp_path / "out"))
    assert quiet.suspects == ()
    assert "no label looks wrong" in quiet.to_text()
    assert (tmp_path / "out" / "audit.csv").read_text().count("\n") == 1


def test_the_csv_has_every_suspect_and_the_sheet_the_first(tmp_path: Path):
    folder, _ = report_folder(tmp_path / "report")
    few = audit(folder, out=str(tmp_path / "few"), count=3)
    audit(folder, out=str(tmp_path / "many"), count=20)
    with (tmp_path / "few" / "audit.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["row"]) for row in rows] == [suspect.row for suspect in few.suspects]
    assert rows[0]["place"] == few.suspects[0].place
    with Image.open(tmp_path / "few" / "audit.png") as sheet:
        # each tile has one pixel of 100, which the sheet shows as 4 x 4
        assert np.count_nonzero(np.asarray(sheet)[120:180] == 100) >= 3 * 16
        width, height = sheet.size
    with Image.open(tmp_path / "many" / "audit.png") as sheet:
        assert sheet.size[0] == width
        assert sheet.size[1] > 2 * height  # three lines of cards to one


def test_data_are_not_changed(tmp_path: Path):
    folder, _ = report_folder(tmp_path / "report")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    audit(folder, out=str(tmp_path / "out"))
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_damaged_run_is_refused(tmp_path: Path):
    folder, _ = report_folder(tmp_path / "report")
    path = folder / "val_probabilities.npz"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match="not what a run leaves there"):
        audit(folder)


def test_a_suspect_is_one_json_object(found: Audit):
    answer = json.loads(json.dumps(found.answers()[0]))
    assert answer["rank"] == 1
    assert answer["probability_of_suggested"] > answer["probability_of_label"]


@pytest.mark.train
def test_labels_flipped_in_the_sample_are_found_by_a_model_that_learnt_from_flipped_ones(
    tmp_path: Path,
):
    from tenfold.main_job import run
    from tenfold.recipes import RECIPES
    from tenfold.sources.sample import read_sample

    digits, _ = read_sample()
    random = np.random.default_rng(0)
    labels = digits.labelled().copy()
    flipped = random.choice(len(labels), len(labels) // 20, replace=False)
    labels[flipped] = (labels[flipped] + random.integers(1, 10, len(flipped))) % 10
    (tmp_path / "train.csv").write_text(csv_text(Digits(digits.images, labels)))
    recipe = RECIPES["fast"].replace(
        {"validation": 0.5, "steps_min": 0, "epochs": 8, "channels": 8, "batch_size": 64}
    )
    out = str(tmp_path / "run")
    run([str(tmp_path / "train.csv")], recipe, out=out, submit=False)
    suspects = audit(out)
    rows = [suspect.row for suspect in suspects.suspects]
    auditable = np.isin(flipped, suspects.stored.evaluation.rows).sum()
    assert auditable >= 30
    # measured: 28 of 29 suspects were flipped, of 36 flipped rows that could be audited
    assert np.isin(rows, flipped).mean() >= 0.75
    assert np.isin(rows, flipped).sum() / auditable >= 0.6
    assert "of 1,438 rows that this run kept out" in suspects.to_text()
