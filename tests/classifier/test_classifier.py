"""Finding a model, and reading tiles with it."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from conftest import drawn_digits
from engine_needs import ENGINES, needs
from tenfold.classifier import READY_MADE, WEIGHTS, Classifier, find_model
from tenfold.classifier.classifier import BATCH
from tenfold.errors import DataError, ModelError
from tenfold.run_folder import RunFolder
from tenfold.run_folder.facts import RunFacts


@pytest.fixture(scope="module", params=ENGINES)
def classifier(request: pytest.FixtureRequest) -> Classifier:
    return Classifier.load(engine=needs(request.param))


def test_probabilities_are_probabilities(classifier: Classifier) -> None:
    probabilities = classifier.probabilities(drawn_digits(50).images)
    assert probabilities.shape == (50, 10)
    assert probabilities.dtype == np.float32
    assert probabilities.min() >= 0
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_neighbours_in_a_batch_change_no_answer(classifier: Classifier) -> None:
    images = drawn_digits(BATCH + 7).images
    together = classifier.probabilities(images)
    alone = np.concatenate([classifier.probabilities(images[i : i + 1]) for i in range(0, 500, 50)])
    np.testing.assert_allclose(alone, together[:500:50], atol=1e-5)


def test_no_images_give_no_answers(classifier: Classifier) -> None:
    assert classifier.probabilities(np.empty((0, 28, 28), np.uint8)).shape == (0, 10)
    assert classifier.predict(np.empty((0, 28, 28), np.uint8)).shape == (0,)


@pytest.mark.parametrize(
    ("images", "remedy"),
    [
        (np.zeros((28, 28), np.uint8), "X.reshape(1, 28, 28)"),
        (np.zeros((1, 32, 32), np.uint8), "frame_ink"),
        (np.full((1, 28, 28), -0.5), "(X + 1) / 2"),
    ],
)
def test_what_are_no_tiles_is_refused_with_the_remedy(
    classifier: Classifier, images: np.ndarray, remedy: str
) -> None:
    with pytest.raises(DataError, match=r"^images: ") as caught:
        classifier.probabilities(images)
    assert remedy in caught.value.hint


def test_bytes_are_taken_as_they_are(classifier: Classifier) -> None:
    """The answer to a tile depends on no other tile of the call, not by its scale either."""
    tiles = drawn_digits(2).images
    tiles[0] = tiles[0] > 100
    alone = classifier.probabilities(tiles[:1])
    np.testing.assert_array_equal(classifier.probabilities(tiles)[:1], alone)


def test_threads_may_share_a_classifier(classifier: Classifier) -> None:
    images = drawn_digits(300).images
    alone = classifier.probabilities(images)
    with ThreadPoolExecutor(8) as threads:
        for answer in threads.map(classifier.probabilities, [images] * 24):
            np.testing.assert_allclose(answer, alone, atol=1e-6)


def test_as_many_threads_as_wanted_give_the_same(classifier: Classifier) -> None:
    images = drawn_digits(3 * BATCH).images
    for threads in (1, 3):
        same = Classifier(classifier.model, engine=classifier.engine, threads=threads)
        np.testing.assert_allclose(
            same.probabilities(images), classifier.probabilities(images), atol=1e-5
        )


def test_batches_may_be_left_half_way(classifier: Classifier) -> None:
    batches = classifier.batches(drawn_digits(3 * BATCH).images)
    first = next(batches)
    batches.close()
    np.testing.assert_allclose(
        first.probabilities,
        classifier.probabilities(drawn_digits(3 * BATCH).images[: len(first.is_digit)]),
        atol=1e-5,
    )


def test_a_model_is_found_by_folder_run_and_name(tmp_path: Path) -> None:
    shutil.copytree(WEIGHTS / "mnist", tmp_path / "run" / "model")
    (tmp_path / "run" / "recipe.toml").touch()
    versions = {
        find_model(typed).version for typed in (tmp_path / "run", tmp_path / "run/model", "mnist")
    }
    assert len(versions) == 1


def test_a_folder_of_pictures_is_not_taken_for_the_shipped_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pictures").mkdir()
    Path("pictures", "photo.jpg").touch()
    assert find_model("pictures").path == str(WEIGHTS / "pictures")
    Path("pictures", "model.onnx").touch()
    with pytest.raises(ModelError, match="pictures"):
        find_model("pictures")


@pytest.mark.parametrize("verb", ["run", "train"])
def test_a_run_without_a_model_says_how_to_finish_it(tmp_path: Path, verb: str) -> None:
    pytest.importorskip("filelock", reason="locks come with the train extra")
    run = RunFolder(tmp_path / "my run")
    run.create("", RunFacts(verb=verb), force=False)
    with pytest.raises(ModelError) as refused:
        find_model(run.path)
    assert refused.value.hint == f"finish it: tenfold {verb} --resume '{run.path}'"


def test_a_fold_without_a_model_is_finished_with_its_run(tmp_path: Path) -> None:
    pytest.importorskip("filelock", reason="locks come with the train extra")
    facts = RunFacts(verb="run")
    run = RunFolder(tmp_path / "run")
    run.create("", facts, force=False)
    run.fold(3).create("", facts, force=False)
    with pytest.raises(ModelError) as refused:
        find_model(run.fold(3).path)
    assert refused.value.hint == f"finish it: tenfold run --resume {run.path}"


def test_a_run_that_was_to_have_no_model_names_its_folds(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    folds = {"count": 2, "only": [], "final": "none"}
    run.write_data(RunFacts.from_json({"seed": 0, "paths": [], "files": [], "folds": folds}))
    run.recipe.touch()
    for number in (0, 1):
        run.fold(number).model.mkdir(parents=True)
    with pytest.raises(ModelError, match="no model of its own") as refused:
        find_model(tmp_path)
    assert str(run.fold(0).path) in refused.value.hint


def test_what_ships_is_small_and_trained_on_no_test_rows() -> None:
    model = find_model("mnist")
    assert len(model.graph) < 1.2e6
    names = [file.name for file in model.facts.lineage.files]
    assert len(names) == 1
    assert names[0].endswith("train.csv")


def test_a_model_without_non_digits_takes_everything_for_a_digit(classifier: Classifier) -> None:
    outputs = classifier.outputs(np.zeros((BATCH + 1, 28, 28), np.uint8))
    assert outputs.is_digit.dtype == np.float32
    assert outputs.is_digit.tolist() == [1.0] * (BATCH + 1)
    assert classifier.outputs(np.empty((0, 28, 28), np.uint8)).is_digit.shape == (0,)


@pytest.mark.parametrize("name", READY_MADE)
def test_what_ships_is_small_and_says_what_it_learnt_from(name: str) -> None:
    model = Classifier.load(name).model
    assert len(model.graph) <= 1_200_000
    assert model.facts.recipe.name == name
    assert model.facts.lineage.files[0].name == "train.csv"
    assert model.facts.measured is not None
    assert model.facts.measured.n >= 4200


def test_the_model_for_pictures_recognises_non_digits() -> None:
    classifier = Classifier.load("pictures")
    cross = np.zeros((28, 28), np.uint8)
    np.fill_diagonal(cross[4:24, 4:24], 255)
    cross = np.maximum(cross, np.roll(cross, 1, axis=1))
    cross = np.maximum(cross, cross[:, ::-1])
    one = np.zeros((28, 28), np.uint8)
    one[4:24, 13:15] = 255
    blank = np.zeros((28, 28), np.uint8)
    outputs = classifier.outputs(np.stack([blank, cross, one]))
    assert outputs.is_digit[:2].max() < 0.5
    assert outputs.is_digit[2] > 0.9
    assert outputs.probabilities[2].argmax() == 1
