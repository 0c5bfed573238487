"""What a model has seen is left out of its figures, whatever file it comes from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from command_line import call
from conftest import MODEL_FACTS, csv_text, drawn_digits, write_idx
from tenfold.classifier import find_model
from tenfold.digits import DataFile, Digits, join
from tenfold.errors import DataError
from tenfold.evaluation.measure import evaluate
from tenfold.evaluation.unseen import rows_to_measure
from tenfold.exporting import export
from tenfold.model_folder import ModelFolder, open_model, write_model
from tenfold.model_folder.facts import ModelFacts
from tenfold.model_folder.rows_seen import RowsSeen
from tenfold.sources import Source

TRAINED, CHOSEN, OTHERS = (drawn_digits(n, seed) for n, seed in ((60, 0), (20, 1), (30, 2)))
SEEN = RowsSeen.of([TRAINED], [CHOSEN])
FILE = DataFile("train.csv", "ab" * 32, 9, 80)
FACTS = {**MODEL_FACTS, "lineage": {"files": [FILE.to_json()], "rows": 60, "rows_sha256": ""}}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    """The graph of a model that ships, in a folder that says it has seen SEEN."""
    folder = tmp_path_factory.mktemp("model")
    write_model(folder, find_model("mnist").graph, ModelFacts.from_json(FACTS), SEEN)
    return open_model(folder)


def written(path: Path, *parts: Digits) -> str:
    path.write_text(csv_text(join(parts)))
    return str(path)


# which rows are measured


def test_rows_that_were_seen_are_left_out_and_counted(model: ModelFolder) -> None:
    rows, measured_on = rows_to_measure(model, join([CHOSEN, OTHERS, TRAINED]))
    assert rows.tolist() == list(range(20, 50))
    assert str(measured_on) == (
        "30 of 110 rows that the model was neither trained on nor chosen by; left out: 60 that it "
        "was trained on, 20 that it was chosen by"
    )


def test_unseen_rows_are_all_measured(model: ModelFolder) -> None:
    rows, measured_on = rows_to_measure(model, OTHERS)
    assert len(rows) == 30
    assert str(measured_on) == "30 rows that the model was neither trained on nor chosen by"


def test_where_no_other_rows_are_there_those_that_it_was_chosen_by_are_measured(
    model: ModelFolder,
) -> None:
    rows, measured_on = rows_to_measure(model, join([TRAINED, CHOSEN]))
    assert rows.tolist() == list(range(60, 80))
    assert measured_on.kind == "chosen_by"
    assert (measured_on.trained_on, measured_on.chosen_by) == (60, 0)
    plateau = replace(
        model,
        facts=replace(model.facts, recipe=replace(model.facts.recipe, schedule="plateau")),
    )
    assert rows_to_measure(plateau, CHOSEN)[1].steered
    assert not measured_on.steered


def test_the_same_row_twice_is_left_out_twice(model: ModelFolder) -> None:
    rows, measured_on = rows_to_measure(model, join([TRAINED, OTHERS, TRAINED]))
    assert (len(rows), measured_on.trained_on) == (30, 120)


def test_where_a_part_of_the_rows_is_known_only_that_part_is_trusted(model: ModelFolder) -> None:
    """If some were seen, others of those that cannot be told have been seen too."""
    sampled = replace(model, seen=SEEN._reduced(48, 1))
    assert sampled.seen is not None
    rows, measured_on = rows_to_measure(sampled, join([TRAINED, OTHERS]))
    known = np.flatnonzero(sampled.seen.find(OTHERS).known) + 60
    assert rows.tolist() == known.tolist()
    assert 0 < len(rows) < 30
    hidden = 60 - measured_on.trained_on
    assert measured_on.not_known == hidden + 30 - len(rows)
    assert "that it may have seen, as it knows one row in 2" in str(measured_on)
    rows, measured_on = rows_to_measure(sampled, OTHERS)
    assert len(rows) == 30
    assert "as far as is known: it knows one row in 2" in str(measured_on)


def test_a_folder_without_rows_says_that_seen_rows_are_unknown(model: ModelFolder) -> None:
    old = replace(model, seen=None)
    rows, measured_on = rows_to_measure(old, join([TRAINED, OTHERS]))
    assert len(rows) == 90
    assert "of files that the model was not trained on" in str(measured_on)
    assert "its folder has no rows.bin, so rows that it has seen cannot be told" in str(measured_on)
    same = Digits(TRAINED.images, TRAINED.labels, (FILE,))
    _, measured_on = rows_to_measure(old, same)
    assert measured_on.is_remembered
    assert "how well it remembers them" in str(measured_on)


def test_unrecorded_rows_of_a_starting_model_are_mentioned(model: ModelFolder) -> None:
    unrecorded = replace(model, seen=RowsSeen.unrecorded() | SEEN)
    _, measured_on = rows_to_measure(unrecorded, OTHERS)
    assert "as far as is known: it began as a model without rows.bin" in str(measured_on)
    _, measured_on = rows_to_measure(unrecorded, Digits(OTHERS.images, OTHERS.labels, (FILE,)))
    assert measured_on.is_remembered


# evaluate


@pytest.fixture
def again(tmp_path: Path) -> str:
    """Rows of the training under another name, among others."""
    return written(tmp_path / "again.csv", TRAINED.take(np.arange(25)), OTHERS)


def test_evaluate_measures_the_rows_that_it_has_not_seen_and_says_so(
    model: ModelFolder, again: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert call("evaluate", model.path, "--data", again, "--out", str(out)) == 0
    words = (
        "30 of 55 rows that the model was neither trained on nor chosen by; left out: 25 that it "
        "was trained on"
    )
    said = capsys.readouterr()
    assert f"measuring on {words}" in said.err
    assert f"measured on {words}" in said.out
    assert "(n=30, " in said.out
    metrics = json.loads((out / "metrics.json").read_text())
    assert (metrics["n"], metrics["measured_on"]) == (30, words)
    assert metrics["measured_rows"]["trained_on"] == 25
    expected = evaluate(model.path, written(tmp_path / "others.csv", OTHERS))
    assert metrics["accuracy"] == expected.accuracy.value
    if (out / "report.html").exists():  # where the report's extra is installed
        assert f"Measured on {words}." in (out / "report.html").read_text()


def test_rows_that_were_all_trained_on_are_refused(model: ModelFolder, tmp_path: Path) -> None:
    data = written(tmp_path / "hundred.csv", TRAINED)
    with pytest.raises(DataError) as refused:
        evaluate(model.path, data)
    assert refused.value.message == (
        f"{data}: no row is left to measure {model.path} on: of 60 it was trained on 60"
    )
    assert "rows that it has not seen" in refused.value.hint


def test_mnists_own_test_file_beside_a_model_of_some_of_its_rows(
    model: ModelFolder, tmp_path: Path
) -> None:
    write_idx(tmp_path / "mnist", "t10k", join([OTHERS, TRAINED]), zipped=True)
    evaluation = evaluate(model.path, str(tmp_path / "mnist"))
    assert len(evaluation) == 30
    assert evaluation.rows.tolist() == list(range(30))


# predict, check, export


def test_predict_warns_of_rows_that_the_model_has_seen(
    model: ModelFolder, again: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "submission.csv")
    assert call("predict", again, "--model", model.path, "-o", out, "--json") == 0
    said = capsys.readouterr()
    assert "warning: of these 55 rows the model was trained on 25: how well it reads" in said.err
    answer = json.loads(said.out)
    assert (answer["rows"], answer["trained_on"], answer["chosen_by"]) == (55, 25, 0)
    others = written(tmp_path / "others.csv", OTHERS)
    assert call("predict", others, "--model", model.path) == 0
    assert "trained on" not in capsys.readouterr().err


def test_predict_with_a_folder_without_rows_says_that_seen_rows_are_unknown(
    model: ModelFolder, again: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_model(tmp_path / "old", model.graph, ModelFacts.from_json(FACTS))
    assert call("predict", again, "--model", str(tmp_path / "old")) == 0
    assert "cannot be told: no rows.bin" in capsys.readouterr().err


def test_check_counts_the_rows_that_a_model_has_seen(
    model: ModelFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = written(tmp_path / "mixed.csv", OTHERS, TRAINED, CHOSEN)
    assert call("check", data, "--model", model.path, "--json") == 0
    found = {
        finding["name"]: finding for finding in json.loads(capsys.readouterr().out)["findings"]
    }
    assert found["trained-on"]["count"] == 60
    assert found["trained-on"]["places"][0] == f"{data}:32"
    assert found["trained-on"]["message"] == (
        "60 of 110 training images are what the model was trained on"
    )
    assert found["chosen-by"]["count"] == 20
    assert call("check", data, "--json") == 0
    assert "trained-on" not in capsys.readouterr().out


def test_a_copy_of_a_model_knows_the_same_rows(model: ModelFolder, tmp_path: Path) -> None:
    exported = export(model.path, tmp_path / "copy", format="onnx")
    assert "rows.bin" in exported.files
    copy = open_model(tmp_path / "copy")
    assert copy.seen is not None
    assert copy.seen.to_bytes() == SEEN.to_bytes()


# the models that ship


@pytest.mark.parametrize("name", ["mnist", "pictures"])
def test_a_model_that_ships_knows_its_rows(name: str) -> None:
    model = find_model(name)
    assert model.seen is not None
    assert model.seen.complete
    rows = model.facts.lineage.rows
    trained_on = int((~model.seen.chosen).sum())
    assert rows <= trained_on < 1.001 * rows  # and some pictures as they were before framing
    assert model.seen.false_positive_rate < 1e-9
    assert not model.seen.find(OTHERS).trained_on.any()


@pytest.mark.parametrize(
    ("name", "trained_on", "kept_out"), [("mnist", 1.0, 0.0), ("pictures", 0.9, 0.1)]
)
def test_a_model_that_ships_knows_kaggles_train_csv(
    name: str, trained_on: float, kept_out: float, real_data: Source
) -> None:
    seen = find_model(name).seen
    assert seen is not None
    assert real_data.train is not None
    assert real_data.test is not None
    found = seen.find(real_data.train)
    assert (found.trained_on | found.chosen_by).all()
    assert found.trained_on.mean() == pytest.approx(trained_on, abs=0.01)
    assert found.chosen_by.mean() == pytest.approx(kept_out, abs=0.01)
    assert not seen.find(real_data.test).trained_on.any()
