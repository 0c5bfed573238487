"""Whatever happens to a file that the program reads back, it is refused by its name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import MODEL_FACTS, SHIPPED_GRAPH, csv_text, drawn_digits
from damage import damaged_arrays, damaged_bytes, damaged_json, damaged_lines, survive
from tenfold.evaluation.evaluation import evaluation_of
from tenfold.evaluation.evaluation_files import write_evaluation
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.evaluation.stored_evaluation import read_stored
from tenfold.model_folder import open_model, write_model
from tenfold.model_folder.card import model_card
from tenfold.model_folder.facts import ModelFacts
from tenfold.predictions import _measured_accuracy
from tenfold.recipes import find_recipe, fine_tuning_recipe
from tenfold.recipes.folds import Folds
from tenfold.run_folder import EPOCH_FIELDS, RunFolder
from tenfold.run_folder.facts import RunFacts

SHARES: dict[str, Any] = {"before": 0.5, "after": 0.6, "mcnemar_p": 0.5, "n": 9}
PAIRED = SHARES | {"before_95": [0.1, 0.9], "after_95": [0.2, 0.9], "gained": 2, "lost": 1}
FILE = {"name": "train.csv", "sha256": "ab" * 32, "size_bytes": 9, "rows": 40}
FACTS: dict[str, Any] = {
    **MODEL_FACTS,
    "measured": {
        "rows": "40 rows that it kept out",
        "metric": "accuracy",
        "accuracy": 0.99,
        "n": 40,
        "accuracy_95_low": 0.9,
        "accuracy_95_high": 1.0,
        "ece": 0.001,
        "note": "",
    },
    "lineage": {
        "files": [FILE],
        "rows": 40,
        "rows_sha256": "cd" * 32,
        "from": {"model": "mnist", "sha256": "ef" * 32},
    },
    "fine_tuning": {
        "kept": "start",
        "verdict": "the starting model",
        "new_rows": PAIRED,
        "retention_rows": PAIRED,
    },
    "packages": {"numpy": "2.4.6"},
}


def test_a_damaged_model_json_is_refused(tmp_path: Path) -> None:
    write_model(tmp_path, SHIPPED_GRAPH.read_bytes(), ModelFacts.from_json(FACTS))

    def read() -> None:
        model = open_model(tmp_path)
        assert model_card(model.facts)
        assert _measured_accuracy(model)

    facts = tmp_path / "model.json"
    refused, passed = survive(facts, damaged_json(facts.read_bytes()), read)
    assert refused > 400
    assert passed > 50  # what the program does not read may hold anything


@pytest.mark.parametrize("measured", [False, 0, "", [], {}, "x", 1])
def test_a_measurement_of_another_type_is_refused_by_its_place(
    tmp_path: Path, measured: object
) -> None:
    from tenfold.errors import ModelError

    write_model(tmp_path, SHIPPED_GRAPH.read_bytes(), ModelFacts.from_json(FACTS))
    facts = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps(facts | {"measured": measured}))
    with pytest.raises(ModelError, match=r"model\.json has fields of other types: measured"):
        open_model(tmp_path)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """What training leaves, but for the checkpoint and the model."""
    digits = drawn_digits(40)
    (tmp_path / "train.csv").write_text(csv_text(digits))
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    files = [FILE | {"name": str(tmp_path / "train.csv")}]
    folder.write_data(
        RunFacts.from_json(
            {
                "paths": [str(tmp_path / "train.csv")],
                "seed": 0,
                "files": files,
                "test_files": files,
                "warnings": ["odd"],
                "train_rows": 30,
                "validation_rows": 10,
                "measured_on": "10 rows",
                "folds": Folds(2).to_json(),
                "from": {"model": "mnist", "sha256": "", "replay": [""], "replay_files": files},
            }
        )
    )
    folder.recipe.write_text(find_recipe("fast").to_toml())
    folder.environment.write_text(json.dumps({"threads": 2, "packages": {"numpy": "2"}}))
    folder.write_split(np.arange(30), np.arange(30, 40))
    folder.write_epochs([dict.fromkeys(EPOCH_FIELDS, 0.5)] * 2)
    rows = np.arange(30, 40)
    probabilities = np.full((10, 10), 0.1, np.float32)
    evaluation = evaluation_of(digits, rows, probabilities, 0.99, MeasuredOn("unseen", 10, 10))
    write_evaluation(evaluation, folder.report)
    return folder


def test_a_damaged_data_json_is_refused(run: RunFolder) -> None:
    def read() -> None:
        data = run.read_data()
        if data.folds is not None:
            Folds.from_json(data.folds.to_json())
        assert read_stored(run.path).files is not None

    refused, _ = survive(run.data, damaged_json(run.data.read_bytes()), read)
    assert refused > 300


def test_a_damaged_environment_is_refused_or_shown(run: RunFolder) -> None:
    pytest.importorskip("jinja2", reason="needs the report extra")
    from tenfold.evaluation.report.html import flat

    damages = damaged_json(run.environment.read_bytes())
    refused, _ = survive(run.environment, damages, lambda: flat(run.read_environment()))
    assert refused > 10


def test_a_damaged_split_is_refused(run: RunFolder) -> None:
    damages = damaged_arrays(run.split.read_bytes())
    refused, _ = survive(run.split, damages, lambda: run.read_split(40))
    assert refused > 30


def test_a_damaged_evaluation_is_refused(run: RunFolder) -> None:
    file = run.report / "val_probabilities.npz"

    def read() -> None:
        evaluation = read_stored(run.path).evaluation
        assert evaluation.numbers()
        assert evaluation.summary()
        evaluation.top_losses(5)

    refused, _ = survive(file, damaged_arrays(file.read_bytes()), read)
    assert refused > 60


def test_damaged_epochs_are_refused(run: RunFolder) -> None:
    damages = damaged_lines(run.epochs.read_bytes(), b",")
    refused, _ = survive(run.epochs, damages, run.read_epochs)
    assert refused > 10


def test_a_damaged_recipe_is_refused(run: RunFolder) -> None:
    from tenfold.main_job import read_run_recipe

    damages = damaged_lines(run.recipe.read_bytes(), b"= ")
    refused, _ = survive(run.recipe, damages, lambda: read_run_recipe(run))
    assert refused > 200


def test_a_damaged_recipe_of_a_model_is_refused() -> None:
    from tenfold.errors import UsageError

    recipe = json.dumps(MODEL_FACTS["recipe"] | {"channels": 4, "learning_rate": 0.1}).encode()
    for _, changed in damaged_json(recipe):
        try:
            saved = json.loads(changed)
        except (ValueError, RecursionError):
            continue
        if isinstance(saved, dict):
            try:
                fine_tuning_recipe(saved)
            except UsageError:
                continue


@pytest.mark.train
def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    from tenfold.training.loop.checkpoint import load_state, save_state
    from tenfold.training.loop.fit import fit
    from tenfold.training.loop.state import TrainingState

    changes = {"channels": 2, "epochs": 1, "batch_size": 20}
    digits, everything = drawn_digits(40), np.arange(40)
    recipe = find_recipe("smoke").replace(changes)
    training = TrainingState.initial(recipe, 0)
    fit(training, digits, everything, everything[:0])
    path = tmp_path / "state.npz"
    save_state(path, training.members, training.position)

    members = TrainingState.initial(recipe, 0).members

    def read() -> None:
        load_state(path, members)

    content = path.read_bytes()
    with np.load(path) as saved:
        names = ["about", "0/rows/order", "0/network/0.weight", "0/optimizer/0/momentum_buffer"]
        about = str(saved["about"])
        arrays = dict(saved)
    refused, passed = survive(path, damaged_arrays(content, names), read)
    assert refused > 50
    assert passed < 10  # the dates in an archive are nobody's business

    def position() -> Any:
        for description, changed in damaged_json(about.encode()):
            about_it = np.array(changed.decode(errors="replace").rstrip("\0"))
            np.savez(path, **{"about": about_it, "0/rows/order": arrays["0/rows/order"]})
            yield description, path.read_bytes()

    path.write_bytes(content)
    refused, passed = survive(path, position(), read)
    assert refused > 150
    assert passed == 0


def test_every_kind_of_damage_is_one() -> None:
    """The damage must not be what it was before."""
    text = json.dumps({"a": [1, {"b": 0.25}]}).encode()
    assert all(changed != text for _, changed in damaged_json(text))
    assert len(list(damaged_bytes(text))) > 30
