"""Fine-tuning a trained model for one writer: its start, what it keeps, what it says."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from command_line import call  # noqa: E402
from conftest import assert_all_say, csv_text, drawn_digits  # noqa: E402
from tenfold.classifier import Classifier  # noqa: E402
from tenfold.digits import Digits, join  # noqa: E402
from tenfold.errors import Interrupted  # noqa: E402
from tenfold.main_job import run  # noqa: E402
from tenfold.metrics import PairedComparison  # noqa: E402
from tenfold.model_folder import ModelFolder, open_model, write_model  # noqa: E402
from tenfold.model_folder.facts import Ancestor  # noqa: E402
from tenfold.recipes import RECIPES, Recipe, fine_tuning_recipe  # noqa: E402
from tenfold.run_folder import RunFolder  # noqa: E402
from tenfold.run_folder.facts import RunFacts  # noqa: E402
from tenfold.sources.sample import read_sample  # noqa: E402
from tenfold.training import fine_tuning  # noqa: E402
from tenfold.training.fine_tuning import FineTuning, fine_tune, load_teacher  # noqa: E402
from tenfold.training.job import TrainingJob  # noqa: E402
from tenfold.training.loop import teacher  # noqa: E402
from tenfold.training.loop.state import TrainingState  # noqa: E402
from tenfold.training.networks.from_onnx import networks_from_onnx  # noqa: E402
from tenfold.training.networks.to_onnx import Deployed, onnx_graph  # noqa: E402
from tenfold.training.single_model import train  # noqa: E402
from tiny_training import stop_after  # noqa: E402

TINY = RECIPES["smoke"].replace(
    {"channels": 4, "batch_size": 32, "epochs": 6, "rotation": 5, "shift": 0.02}
)
OLD = drawn_digits(200)
SAMPLE = read_sample()[1].images[:100]


def hand(n: int = 60, seed: int = 5) -> Digits:
    """Somebody who writes two of the ten bars in each other's place."""
    digits = drawn_digits(n, seed)
    labels = digits.labelled().copy()
    labels[digits.labelled() == 2], labels[digits.labelled() == 7] = 7, 2
    return Digits(digits.images, labels)


def created_run(folder: Path, recipe: Recipe) -> RunFolder:
    made = RunFolder(folder)
    made.create(recipe.to_toml(), RunFacts(), force=False)
    return made


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    """Two members that read bars."""
    recipe = TINY.replace({"members": 2, "epochs": 12, "label_smoothing": 0.0})
    folder = tmp_path_factory.mktemp("start") / "bars"
    trained = train(TrainingJob(created_run(folder, recipe), OLD, recipe, 0))
    assert trained.model is not None
    return open_model(folder / "model")


def short(model: ModelFolder) -> Recipe:
    return fine_tuning_recipe(model.facts.recipe.to_json()).replace(
        {"epochs": 20, "learning_rate": 0.05}
    )


# where it starts


def test_a_training_starts_with_the_weights_of_the_model(model: ModelFolder) -> None:
    training = TrainingState.initial(short(model), 3, load_teacher(model, None, short(model), 0))
    deployed = Deployed(training.networks, model.facts.temperature)
    with torch.no_grad():
        said = deployed(torch.from_numpy(OLD.images))[0].numpy()
    expected = Classifier(model).probabilities(OLD.images)
    np.testing.assert_allclose(said, expected, atol=1e-3)


# which of the two is kept


@pytest.mark.parametrize(
    ("new", "retention_rows", "kept"),
    [
        ((10, 0, 5, 5), (350, 1, 0, 8), "fine-tuned"),
        ((10, 2, 2, 6), (350, 0, 0, 9), "start"),  # as many lost as gained
        ((10, 0, 5, 5), (345, 8, 0, 6), "start"),  # too much forgotten
    ],
)
def test_the_better_of_the_two_is_kept(
    new: tuple[int, ...], retention_rows: tuple[int, ...], kept: str
) -> None:
    fine_tuned = FineTuning(PairedComparison(*new, 0.5), PairedComparison(*retention_rows, 0.5))
    assert fine_tuned.facts().kept == kept
    assert fine_tuned.helps == (kept == "fine-tuned")


@pytest.fixture(scope="module")
def fine_tuned(model: ModelFolder, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """To a new hand, whatever that makes of the built-in digits, which bars do not resemble."""
    folder = tmp_path_factory.mktemp("fine-tuned") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fine_tuning, "FORGOTTEN_MAX", 1.0)
        fine_tune(TrainingJob(created_run(folder, short(model)), hand(), short(model), 0), model)
    return RunFolder(folder)


def test_a_model_learns_a_hand_and_says_so(model: ModelFolder, fine_tuned: RunFolder) -> None:
    after, others = open_model(fine_tuned.model), hand(100, seed=9)
    facts = after.facts.fine_tuning
    assert facts is not None
    assert facts.kept == "fine-tuned"
    assert facts.new_rows.n == 60
    assert facts.new_rows.after > facts.new_rows.before
    assert facts.retention_rows.n == len(read_sample()[1])
    right = [
        (Classifier(reader).predict(others.images) == others.labels).mean()
        for reader in (model, after)
    ]
    assert right[1] > right[0] + 0.1
    card = (fine_tuned.model / "README.md").read_text()
    assert "What fine-tuning did" in card
    assert model.facts.graph.sha256 in card
    assert f"after {facts.new_rows.after:.2%}" in card


def test_what_the_model_claims_is_what_models_say_that_had_not_seen_the_rows(
    fine_tuned: RunFolder,
) -> None:
    facts = open_model(fine_tuned.model).facts
    right = 0
    for fold in range(4):
        part = fine_tuned.fold(fold)
        train_rows, kept_out = part.read_split(60)
        assert not set(train_rows) & set(kept_out)
        read = Classifier.load(part.path).predict(hand().images[kept_out])
        right += int((read == hand().labelled()[kept_out]).sum())
    assert facts.measured is not None
    assert facts.fine_tuning is not None
    assert facts.measured.accuracy == pytest.approx(right / 60)
    assert facts.fine_tuning.new_rows.after == pytest.approx(right / 60)


def test_lineage_names_the_start_and_both_data(model: ModelFolder, fine_tuned: RunFolder) -> None:
    lineage = open_model(fine_tuned.model).facts.lineage
    assert lineage.start == Ancestor("bars", model.facts.graph.sha256)
    assert lineage.rows == model.facts.lineage.rows + 60


def test_rows_seen_are_those_of_the_start_the_new_ones_and_the_replayed(
    model: ModelFolder, fine_tuned: RunFolder
) -> None:
    seen = open_model(fine_tuned.model).seen
    assert seen is not None
    assert seen.complete
    shown, retention_rows = read_sample()
    for digits in (OLD, hand()):
        found = seen.find(digits)
        assert (found.trained_on | found.chosen_by).all()
    assert seen.find(hand()).trained_on.all()
    assert 0.5 < seen.find(shown).trained_on.mean() <= 1  # 2,048 drawn of 1,438
    assert seen.find(retention_rows).chosen_by.all()
    assert not seen.find(drawn_digits(50, seed=77)).trained_on.any()


def test_of_a_start_without_rows_nothing_is_promised(model: ModelFolder, tmp_path: Path) -> None:
    old = write_model(tmp_path, model.graph, model.facts)
    start = load_teacher(old, None, short(model), 0)
    assert not start.seen.complete


def test_few_rows_leave_temperature_and_threshold_alone(
    model: ModelFolder, fine_tuned: RunFolder
) -> None:
    facts = open_model(fine_tuned.model).facts
    assert facts.temperature == pytest.approx(model.facts.temperature)
    assert facts.reject_threshold == model.reject_threshold


def test_many_rows_set_them_anew(
    model: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teacher, "CALIBRATION_ROWS_MIN", 60)
    monkeypatch.setattr(fine_tuning, "FORGOTTEN_MAX", 1.0)
    # bars are fitted best by the lowest temperature, which the trained start has already
    graph = onnx_graph(Deployed(networks_from_onnx(model, SAMPLE), 1.5))
    softer = write_model(tmp_path, graph, replace(model.facts, temperature=1.5))
    job = TrainingJob(created_run(tmp_path / "run", short(model)), hand(), short(model), 0)
    trained = fine_tune(job, softer)
    assert trained.model is not None
    assert trained.model.facts.fine_tuning is not None
    assert trained.model.facts.fine_tuning.kept == "fine-tuned"
    assert trained.model.facts.temperature != pytest.approx(softer.facts.temperature)


def test_a_model_that_reads_all_rows_already_stays_as_it_is(
    model: ModelFolder, tmp_path: Path
) -> None:
    more = drawn_digits(200, seed=8)
    right = Classifier(model).predict(more.images) == more.labels
    known = more.take(np.flatnonzero(right)[:40])
    run = created_run(tmp_path / "run", short(model))
    trained = fine_tune(TrainingJob(run, known, short(model), 0), model)
    kept = open_model(run.model)
    assert kept.graph == model.graph
    assert kept.facts.fine_tuning is not None
    assert kept.facts.fine_tuning.kept == "start"
    assert kept.facts.lineage == model.facts.lineage
    assert kept.seen is not None
    assert kept.seen.find(known).chosen_by.all()  # they have decided, and nothing was trained on
    assert trained.evaluation is not None
    assert trained.evaluation.accuracy.value == 1.0
    assert kept.facts.measured is not None
    assert kept.facts.measured.n == 40
    assert "kept: the starting model" in (run.model / "README.md").read_text()


@pytest.mark.usefixtures("undrawn")
def test_rows_to_replay_are_kept_out_in_part_and_named(
    model: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fine_tuning, "FORGOTTEN_MAX", 1.0)
    recipe = short(model)
    mine, old = tmp_path / "mine.csv", tmp_path / "old.csv"
    mine.write_text(csv_text(hand(40)))
    old.write_text(csv_text(OLD))
    out = tmp_path / "run"
    result = run([str(mine)], recipe, start=model.path, replay=[str(old)], out=str(out))
    assert result.fine_tuning is not None
    assert result.fine_tuning["retention_rows"]["n"] == len(read_sample()[1]) + 50
    assert result.to_json()["fine_tuning"] == result.fine_tuning
    start = json.loads((out / "data.json").read_text())["from"]
    assert start["sha256"] == model.facts.graph.sha256
    assert [file["rows"] for file in start["replay_files"]] == [200]
    if result.fine_tuning["kept"] == "fine-tuned":
        files = open_model(out / "model").facts.lineage.files
        assert [file.name for file in files] == ["mine.csv", "old.csv"]


# runs


def graphs(run: RunFolder) -> list[bytes]:
    models = [run.model, *(run.fold(fold).model for fold in range(4))]
    return [(model / "model.onnx").read_bytes() for model in models]


def test_the_seed_decides_every_weight_and_a_stopped_run_resumes_bit_for_bit(
    model: ModelFolder, fine_tuned: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped within the third fold."""
    monkeypatch.setattr(fine_tuning, "FORGOTTEN_MAX", 1.0)
    stop = stop_after(2 * (12 * 2) + 6)  # 45 rows are two batches an epoch
    other = created_run(tmp_path / "other", short(model))
    job = TrainingJob(other, hand(), short(model), 0)
    with pytest.raises(Interrupted):
        fine_tune(dataclasses.replace(job, stop=stop), model)
    assert not other.model.exists()
    fine_tune(job, model)
    assert graphs(other) == graphs(fine_tuned)


@pytest.mark.parametrize("kept", ["starting", "fine-tuned"])
def test_all_that_a_fine_tuned_run_leaves_says_the_same_of_the_measured_rows(
    kept: str,
    model: ModelFolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Rows that the starting model was trained on are left out of the figure, and counted."""
    monkeypatch.setattr(FineTuning, "verdict", f"the {kept} model")
    trained_on = OLD.take(np.arange(160))
    assert model.seen is not None
    old = int(model.seen.find(trained_on).trained_on.sum())
    csv, out = tmp_path / "mine.csv", tmp_path / "run"
    csv.write_text(csv_text(join([hand(60), trained_on])))
    options = ["--from", model.path, "--epochs", "2"]
    assert call("train", str(csv), *options, "--out", str(out)) == 0
    console, run = capsys.readouterr().err, RunFolder(out)
    assert f"{model.path} was trained on {old} of these rows" in console
    n, left_out = 220 - old, f"; left out: {old} that bars was trained on"
    notes: list[str] = []
    words = f"{n} rows that bars was to be fine-tuned on, as it was before{left_out}"
    if kept == "fine-tuned":
        notes = ["The final model is from one more training, on all rows; it was not measured."]
        words = (
            f"{n} of 220 rows, each read by the one of 4 models that was fine-tuned from bars "
            f"without it (4 folds){left_out}"
        )
    assert_all_say(run, words, notes, console)


def test_rows_that_the_start_was_trained_on_are_nothing_to_fine_tune_on(
    model: ModelFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert model.seen is not None
    rows = np.flatnonzero(model.seen.find(OLD).trained_on)
    csv, out = tmp_path / "mine.csv", tmp_path / "run"
    csv.write_text(csv_text(OLD.take(rows)))
    assert call("train", "--quiet", str(csv), "--from", model.path, "--out", str(out)) == 2
    error = capsys.readouterr().err
    assert f"error: {csv}: {model.path} was trained on {len(rows)} of the {len(rows)} rows" in error
    assert "hint: give rows that it has not seen" in error
    assert not out.exists()


@pytest.mark.usefixtures("undrawn")
def test_twenty_rows_of_some_digits_are_enough_on_the_command_line(
    model: ModelFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digits = hand(60)
    some = digits.take(np.flatnonzero(digits.labelled() < 4)[:20])
    csv, out = tmp_path / "mine.csv", tmp_path / "run"
    csv.write_text(csv_text(some))
    arguments = [str(csv), "--from", model.path, "--out", str(out), "--json"]
    assert call("train", "--quiet", *arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["fine_tuning"]["new_rows"]["n"] == 20
    assert answer["validation"]["n"] == 20
    log = (out / "log.txt").read_text()
    assert "temperature and reject threshold stay those of bars" in log
    assert "20 new rows, each read by a model that was not fine-tuned on it: before" in log
    assert Classifier.load(out).predict(some.images).shape == (20,)  # what serve --model RUN loads


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.arange(9), "9 rows, and fine-tuning takes 10"),
        (np.arange(0, 200, 10), "shows 0 alone"),
    ],
    ids=["nine rows", "one class"],
)
def test_rows_that_nothing_can_be_fine_tuned_on_are_refused(
    rows: np.ndarray, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    csv, out = tmp_path / "mine.csv", tmp_path / "run"
    csv.write_text(csv_text(OLD.take(rows)))
    assert call("train", "--quiet", str(csv), "--from", "pictures", "--out", str(out)) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "hint: give more" in error
    assert not out.exists()


def test_empty_class_folders_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for digit in range(10):
        (tmp_path / "mine" / str(digit)).mkdir(parents=True)
    assert call("train", "--quiet", str(tmp_path / "mine"), "--from", "pictures") == 2
    assert "holds no pictures" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--from", "nowhere"], 2, "nowhere: no such model folder"),
        (["--from", "pictures", "--resume", "there"], 1, "--from cannot be changed by --resume"),
        (["--from", "pictures", "--recipe", "notebook"], 1, "--recipe cannot be changed by --from"),
        (["--from", "pictures", "--folds", "3"], 1, "--folds cannot be changed by --from"),
        (
            ["--from", "pictures", "--channels", "64"],
            1,
            "pictures has a network with --channels 38, not 64",
        ),
    ],
)
def test_a_wrong_use_is_refused(
    options: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("train", "--quiet", "mine.csv", *options) == code
    assert message in capsys.readouterr().err


def test_data_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("train", "--quiet", "--from", "pictures") == 1
    assert "nothing to fine-tune pictures on" in capsys.readouterr().err


def test_a_run_is_not_resumed_from_another_model(
    model: ModelFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    csv, out = tmp_path / "mine.csv", tmp_path / "run"
    csv.write_text(csv_text(hand(40)))
    about = {"model": "pictures", "sha256": "0" * 64, "replay": [], "replay_files": []}
    facts = {"seed": 0, "paths": [str(csv)], "files": [], "from": about}
    RunFolder(out).create(short(model).to_toml(), RunFacts.from_json(facts), force=False)
    assert call("train", "--quiet", "--resume", str(out)) == 2
    assert "pictures: not the model that" in capsys.readouterr().err
