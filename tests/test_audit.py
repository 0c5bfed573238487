from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import csv_text
from tenfold.digits import Digits, Labels, Rows
from tenfold.errors import DataError
from tenfold.evaluation.audit import Audit, audit
from tenfold.evaluation.evaluation import Evaluation
from tenfold.evaluation.evaluation_files import write_evaluation
from tenfold.evaluation.label_errors import find_label_errors
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.files import write_json
from tenfold.metrics import Floats, soften


def hand_worked() -> tuple[Labels, Floats]:
    """Mean self-confidence of the rows labelled 0 is 0.5, of those labelled 1 is 0.7."""
    labels = np.array([0, 0, 0, 1, 1, 1])
    of_zero = np.array([0.9, 0.55, 0.05, 0.1, 0.4, 0.4])
    probabilities = np.zeros((6, 10))
    probabilities[:, 0], probabilities[:, 1] = of_zero, 1 - of_zero
    return labels, probabilities


def test_a_row_is_suspect_if_another_digit_reaches_the_mean_of_its_own_rows():
    labels, probabilities = hand_worked()
    rows, suggested = find_label_errors(labels, probabilities)
    assert (rows.tolist(), suggested.tolist()) == ([2], [1])


@pytest.mark.parametrize(("of_one", "found"), [(0.69, []), (0.71, [1])])
def test_a_row_read_otherwise_but_below_that_mean_is_no_suspect(of_one: float, found: list[int]):
    labels, probabilities = hand_worked()
    probabilities[2, :2] = 0.95, 0.05
    probabilities[1, :2] = 1 - of_one, of_one
    probabilities[0, :2] = 0.9, 0.1
    assert find_label_errors(labels, probabilities)[0].tolist() == found


def test_a_digit_more_probable_than_the_label_is_what_makes_a_suspect():
    # 1 is never sure of itself, so its bar is 0.3; the last row is below the bar of 0 and above
    # that of 1, but still rather a 0
    labels = np.array([0, 0, 1, 0])
    probabilities = np.zeros((4, 10))
    probabilities[:, 0] = 0.99, 0.99, 0.6, 0.6
    probabilities[:, 1] = 0.01, 0.01, 0.3, 0.4
    probabilities[:, 2] = 0, 0, 0.1, 0
    assert find_label_errors(labels, probabilities)[0].tolist() == []


def test_the_likeliest_error_comes_first():
    labels, probabilities = np.repeat([0, 1], 20), np.zeros((40, 10))
    probabilities[np.arange(40), labels] = 1
    for row, wrong in ((3, 0.97), (5, 0.999), (30, 0.98)):
        probabilities[row] = 0
        probabilities[row, 1 - labels[row]], probabilities[row, labels[row]] = wrong, 1 - wrong
    assert find_label_errors(labels, probabilities)[0].tolist() == [5, 30, 3]


def test_nothing_is_suggested_that_no_row_is_labelled():
    probabilities = np.zeros((3, 10))
    probabilities[:, 7] = 1.0
    rows, _ = find_label_errors(np.array([0, 1, 2]), probabilities)
    assert rows.tolist() == []


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_rows_hold_no_suspects(n: int):
    rows, suggested = find_label_errors(np.zeros(n, np.int64), np.eye(10)[:n])
    assert (rows.shape, suggested.shape) == ((0,), (0,))


def planted(n: int = 3000, seed: int = 0) -> tuple[Labels, Floats, Rows]:
    """Given labels, of which 2 % were flipped; probabilities of a model that finds 4 % of the rows
    hard and reads half of these wrong; and the flipped rows. Of a hard row it knows that."""
    random = np.random.default_rng(seed)
    true = random.integers(0, 10, n)
    flipped = random.choice(n, n // 50, replace=False)
    given = true.copy()
    given[flipped] = (true[flipped] + random.integers(1, 10, len(flipped))) % 10
    sure = random.beta(60, 1, n)
    other = (true + random.integers(1, 10, n)) % 10
    hard = random.random(n) < 0.04
    sure[hard] = random.uniform(0.2, 0.8, hard.sum())
    probabilities = np.full((n, 10), 1e-6)
    probabilities[np.arange(n), true] += sure
    probabilities[np.arange(n), other] += 1 - sure
    return given, probabilities / probabilities.sum(axis=1, keepdims=True), np.sort(flipped)


def test_planted_errors_are_found_and_hard_rows_are_not_accused():
    labels, probabilities, flipped = planted()
    rows, suggested = find_label_errors(labels, probabilities)
    hits = np.isin(rows, flipped)
    misread = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    assert hits.mean() >= 0.97  # precision
    assert hits.sum() / len(flipped) >= 0.85  # recall; some flipped rows are hard too
    assert np.isin(misread, flipped).mean() < 0.6  # what accusing every misread row would give
    assert hits[: len(flipped) // 2].all()
    assert (suggested[hits] == probabilities.argmax(axis=1)[rows[hits]]).all()


@pytest.mark.parametrize(
    ("temperature", "precision", "recall"), [(0.4, 0.85, 0.95), (1.0, 0.97, 0.95), (2.5, 0.97, 0.6)]
)
def test_a_model_too_sure_of_itself_accuses_more_and_one_not_sure_enough_finds_less(
    temperature: float, precision: float, recall: float
):
    labels, probabilities, flipped = planted()
    rows, _ = find_label_errors(labels, soften(probabilities, temperature))
    hits = np.isin(rows, flipped)
    assert hits.mean() >= precision
    assert hits.sum() / len(flipped) >= recall


def report_folder(folder: Path, rows_in_files: int = 30_000) -> tuple[Path, Rows]:
    labels, probabilities, flipped = planted()
    n = len(labels)
    numbers = np.arange(n) * 10  # of a file ten times as long
    images = np.zeros((n, 28, 28), dtype=np.uint8)
    images[:, 14, 14] = 100
    evaluation = Evaluation(
        images,
        labels,
        probabilities.astype(np.float32),
        numbers,
        tuple(f"digits.zip: train.csv:{number + 2}" for number in numbers),
        measured_on=MeasuredOn("kept_out", 3000, 30_000),
    )
    write_evaluation(evaluation, folder)
    files = [{"sha256": "ab" * 32, "rows": rows_in_files}]
    write_json(folder / "data.json", {"files": files})
    return folder, numbers[flipped]


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
    assert np.isin([one.row for one in suspects], flipped).mean() >= 0.97
    assert [one.rank for one in suspects] == list(range(1, len(suspects) + 1))


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
    assert [int(row["row"]) for row in rows] == [one.row for one in few.suspects]
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
    from tenfold.recipes import RECIPES
    from tenfold.run import run
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
    rows = [one.row for one in suspects.suspects]
    auditable = np.isin(flipped, suspects.stored.evaluation.rows).sum()
    assert auditable >= 30
    # measured: 28 of 29 suspects were flipped, of 36 flipped rows that could be audited
    assert np.isin(rows, flipped).mean() >= 0.75
    assert np.isin(rows, flipped).sum() / auditable >= 0.6
    assert "of 1,438 rows that this run kept out" in suspects.to_text()
