"""Cross-validation: every row read once, by a model that did not see it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from command_line import call
from conftest import assert_all_say, drawn_digits, write_kaggle_zip
from tenfold.digits import stratified_folds
from tenfold.run_folder import RunFolder

SMALL = ["--recipe", "smoke", "--channels", "4", "--batch-size", "32", "--epochs", "2", "--quiet"]
DIGITS = drawn_digits(200)


@pytest.fixture(scope="module")
def zip_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch")
    folder = tmp_path_factory.mktemp("data")
    return write_kaggle_zip(folder / "digits.zip", DIGITS, drawn_digits(30, seed=1))


@pytest.fixture(scope="module")
def refitted(zip_file: Path) -> RunFolder:
    out = zip_file.parent / "refitted"
    assert call("run", str(zip_file), *SMALL, "--folds", "3", "--out", str(out)) == 0
    return RunFolder(out)


@pytest.mark.train
def test_every_row_is_read_once_by_a_model_that_did_not_see_it(refitted: RunFolder) -> None:
    from tenfold.classifier import Classifier
    from tenfold.evaluation.evaluation_files import read_evaluation

    evaluation = read_evaluation(refitted.report)
    assert evaluation.rows.tolist() == list(range(200))
    np.testing.assert_array_equal(evaluation.labels, DIGITS.labels)
    fold_of = stratified_folds(DIGITS.labelled(), 3)
    for fold in range(3):
        part = refitted.fold(fold)
        train, kept_out = part.read_split(200)
        np.testing.assert_array_equal(kept_out, np.flatnonzero(fold_of == fold))
        assert not set(train) & set(kept_out)
        fold_model = Classifier.load(part.path)
        assert fold_model.model.facts.lineage.rows == len(train)
        np.testing.assert_allclose(
            fold_model.probabilities(DIGITS.images[kept_out]),
            evaluation.probabilities[kept_out],
            atol=1e-6,
        )


@pytest.mark.train
def test_the_refit_has_seen_all_rows_and_claims_the_out_of_fold_figure(refitted: RunFolder) -> None:
    facts = json.loads((refitted.model / "model.json").read_text())
    metrics = json.loads((refitted.report / "metrics.json").read_text())
    assert facts["lineage"]["rows"] == 200
    assert facts["measured"]["accuracy"] == metrics["accuracy"]
    assert facts["measured"]["n"] == 200
    assert facts["recipe"]["validation"] == 0
    card = (refitted.model / "README.md").read_text()
    assert "each read by the one of 3 models that was not trained on it" in card
    assert "one more training, on all rows" in card
    assert refitted.submission.exists()


@pytest.mark.train
@pytest.mark.usefixtures("undrawn")
def test_the_ensemble_averages_the_folds_models(zip_file: Path) -> None:
    from tenfold.classifier import Classifier

    out = zip_file.parent / "ensemble"
    options = ["--folds", "3", "--final", "ensemble"]
    assert call("train", str(zip_file), *SMALL, *options, "--out", str(out)) == 0
    run = RunFolder(out)
    together = Classifier.load(out)
    parts = [Classifier.load(run.fold(fold).path) for fold in range(3)]
    raw = [part.probabilities(DIGITS.images) ** part.model.facts.temperature for part in parts]
    mean = np.mean([fold / fold.sum(axis=1, keepdims=True) for fold in raw], axis=0)
    sharp = mean ** (1 / together.model.facts.temperature)
    expected = sharp / sharp.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(together.probabilities(DIGITS.images), expected, atol=1e-3)


@pytest.mark.train
@pytest.mark.usefixtures("undrawn")
def test_some_folds_alone_are_the_same_for_every_seed_and_leave_no_model(
    zip_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tenfold.evaluation.evaluation_files import read_evaluation

    out = zip_file.parent / "some"
    options = ["--folds", "4", "--only", "0,3", "--seed", "3", "--json"]
    assert call("run", str(zip_file), *SMALL, *options, "--out", str(out)) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["model"] is None
    assert answer["submission"] is None
    assert answer["validation"]["n"] == 100
    fold_of = stratified_folds(DIGITS.labelled(), 4)
    evaluation = read_evaluation(RunFolder(out).report)
    assert evaluation.rows.tolist() == np.flatnonzero(np.isin(fold_of, (0, 3))).tolist()
    assert not (out / "model").exists()


@pytest.mark.train
@pytest.mark.usefixtures("undrawn")
def test_a_stopped_cross_validation_resumes_bit_for_bit(
    zip_file: Path, refitted: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped in the second fold's second epoch; the first fold is not trained again."""
    from tenfold.training.loop import fit

    steps, step = 0, fit.train_step

    def counted(*arguments: object, **named: object) -> list[tuple[float, int]]:
        nonlocal steps
        steps += 1
        if steps == 5 * 2 + 5 + 2:  # 134 rows are 5 batches an epoch
            raise KeyboardInterrupt
        return step(*arguments, **named)  # type: ignore[arg-type]

    out = zip_file.parent / "stopped"
    monkeypatch.setattr(fit, "train_step", counted)
    assert call("run", str(zip_file), *SMALL, "--folds", "3", "--out", str(out)) == 3
    monkeypatch.setattr(fit, "train_step", step)
    before = RunFolder(out).fold(0).checkpoint.stat().st_mtime_ns
    assert call("run", "--resume", str(out), "--quiet") == 0
    assert RunFolder(out).fold(0).checkpoint.stat().st_mtime_ns == before
    for model in (out / "model", out / "folds/1/model"):
        same = refitted.path / model.relative_to(out)
        assert (model / "model.onnx").read_bytes() == (same / "model.onnx").read_bytes()
    assert (out / "submission.csv").read_bytes() == refitted.submission.read_bytes()


# what each says of its figure


@pytest.mark.train
@pytest.mark.parametrize(
    ("options", "words", "notes"),
    [
        (
            ["--folds", "3", "--final", "ensemble"],
            "200 of 200 rows, each read by the one of 3 models that was not trained on it "
            "(3 folds)",
            ["The final model averages the 3 models; the average was not measured."],
        ),
        (
            ["--folds", "4", "--only", "0,3"],
            "100 of 200 rows, each read by the one of 2 models that was not trained on it "
            "(4 folds)",
            [],
        ),
        (
            ["--folds", "4", "--only", "1", "--final", "refit"],
            "50 of 200 rows, each read by a model that was not trained on it (4 folds)",
            ["The final model is from one more training, on all rows; it was not measured."],
        ),
    ],
    ids=["ensemble", "some, and no model", "one, and a refit"],
)
def test_report_numbers_card_and_console_say_the_same_of_the_rows(
    options: list[str],
    words: str,
    notes: list[str],
    zip_file: Path,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    out = zip_file.parent / f"said-{request.node.callspec.id.split(',')[0]}"
    small = [option for option in SMALL if option != "--quiet"]
    assert call("train", str(zip_file), *small, *options, "--out", str(out)) == 0
    assert_all_say(RunFolder(out), words, notes, capsys.readouterr().err)


@pytest.mark.train
def test_the_report_of_a_refit_names_the_folds(refitted: RunFolder) -> None:
    words = "200 of 200 rows, each read by the one of 3 models that was not trained on it (3 folds)"
    notes = ["The final model is from one more training, on all rows; it was not measured."]
    assert_all_say(refitted, words, notes, refitted.log.read_text())


@pytest.mark.train
def test_a_run_by_folds_is_not_measured_on_rows_that_its_model_was_trained_on(
    refitted: RunFolder, zip_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("evaluate", str(refitted.path), "--data", str(zip_file)) == 2
    error = capsys.readouterr().err
    assert f"error: {zip_file}: no row is left to measure {refitted.path} on" in error
    assert "of 200 it was trained on 200" in error
    assert "hint: give labelled rows that it has not seen" in error
