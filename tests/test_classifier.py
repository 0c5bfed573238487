"""The model that ships, through the classifier: needs no torch."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from conftest import drawn_digits
from tenfold import model_folder
from tenfold.classifier import READY_MADE, WEIGHTS, Classifier, Engine, engines, find_model
from tenfold.classifier.classifier import BATCH
from tenfold.classifier.engines import BULK
from tenfold.errors import DataError, MissingExtraError, ModelError, UsageError
from tenfold.model_folder import ModelFolder, write_model
from tenfold.run_facts import RunFacts
from tenfold.run_folder import RunFolder
from tenfold.sources import open_digits

ENGINES: tuple[Engine, ...] = ("onnxruntime", "openvino")


def needs(engine: Engine) -> Engine:
    # without importing it: that would load its telemetry too
    if not find_spec(engine):
        pytest.skip(f"needs the {engine} extra")
    return engine


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
    "images",
    [
        np.zeros((1, 28, 28), np.float32),
        np.zeros((28, 28), np.uint8),
        np.zeros((1, 1, 28, 28), np.uint8),
        np.zeros((1, 32, 32), np.uint8),
    ],
)
def test_what_are_no_tiles_is_refused(classifier: Classifier, images: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"expected uint8 \[n, 28, 28\]"):
        classifier.probabilities(images)


def test_threads_may_share_a_classifier(classifier: Classifier) -> None:
    images = drawn_digits(300).images
    alone = classifier.probabilities(images)
    with ThreadPoolExecutor(8) as threads:
        for answer in threads.map(classifier.probabilities, [images] * 24):
            np.testing.assert_allclose(answer, alone, atol=1e-6)


FIRST_ANSWERS = """
import sys, threading
import numpy as np
from tenfold.classifier import Classifier
classifier = Classifier.load(engine=sys.argv[1])
sys.setswitchinterval(1e-6)
together = threading.Barrier(8)
def read():
    together.wait()
    classifier.outputs(np.zeros((1, 28, 28), np.uint8))
threads = [threading.Thread(target=read) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_the_first_answers_may_be_wanted_at_once(engine: Engine) -> None:
    """openvino hung in a fifth of such programs before the engine answered once while loading."""
    command = [sys.executable, "-c", FIRST_ANSWERS, needs(engine)]
    programs = [subprocess.Popen(command) for _ in range(5)]
    try:
        assert [program.wait(timeout=300) for program in programs] == [0] * 5
    finally:
        for program in programs:
            program.kill()
            program.wait()


def test_as_many_threads_as_wanted_give_the_same(classifier: Classifier) -> None:
    images = drawn_digits(3 * BATCH).images
    for threads in (1, 3):
        same = Classifier(classifier.model, engine=classifier.engine, threads=threads)
        np.testing.assert_allclose(
            same.probabilities(images), classifier.probabilities(images), atol=1e-5
        )


def test_a_signal_is_met_after_openvino_classifiers_have_gone() -> None:
    pytest.importorskip("openvino")
    code = (
        "import gc, signal; from tenfold.classifier import Classifier\n"
        "made = [Classifier.load('mnist', engine='openvino', threads=n) for n in (1, 2, 3)]\n"
        "del made[1]; del made[1]; gc.collect()\n"
        "signal.signal(signal.SIGINT, lambda *_: print('met'))\n"
        "signal.raise_signal(signal.SIGINT)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (0, "met\n")


def test_batches_may_be_left_half_way(classifier: Classifier) -> None:
    batches = classifier.batches(drawn_digits(3 * BATCH).images)
    first = next(batches)
    batches.close()
    np.testing.assert_allclose(
        first.probabilities,
        classifier.probabilities(drawn_digits(3 * BATCH).images[: len(first.is_digit)]),
        atol=1e-5,
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_graph_that_the_runtime_refuses_is_a_model_error(
    monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    monkeypatch.setattr(model_folder, "check_graph", lambda content: None)
    with pytest.raises(ModelError, match=f"{engine} refuses the graph: .+") as caught:
        Classifier(ModelFolder("m", b"not onnx", {}), engine=needs(engine))
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("renamed", ["images", "is_digit"])
def test_a_graph_with_other_ends_is_refused(tmp_path: Path, engine: Engine, renamed: str) -> None:
    model = find_model("mnist")
    graph = model.graph.replace(renamed.encode(), renamed[::-1].encode())
    with pytest.raises(ModelError, match="puts other than"):
        Classifier(write_model(tmp_path, graph, model.facts), engine=needs(engine))


def test_openvino_reads_real_rows_as_onnxruntime_does(real_zip: Path) -> None:
    """In fp32 or in bf16, whichever this processor has."""
    openvino = Classifier.load(engine=needs("openvino"))
    digits = open_digits(str(real_zip), ("train",)).training_rows()
    assert len(digits) == 42_000
    one = Classifier.load(engine="onnxruntime").predict(digits.images)
    other = openvino.predict(digits.images)
    assert (one == other).mean() >= 0.9995
    right, other_right = ((found == digits.labelled()).mean() for found in (one, other))
    assert abs(right - other_right) <= 0.0001


def test_openvino_reads_drawn_digits_as_onnxruntime_does() -> None:
    images = drawn_digits(500).images
    one = Classifier.load(engine="onnxruntime").outputs(images)
    other = Classifier.load(engine=needs("openvino")).outputs(images)
    # bf16 keeps 8 bits
    np.testing.assert_allclose(
        other.probabilities, one.probabilities, atol=0.05 if engines.cpu_has_fast_bf16() else 1e-5
    )
    np.testing.assert_allclose(other.is_digit, one.is_digit, atol=1e-5)


@pytest.mark.parametrize(
    ("installed", "bf16", "tiles", "chosen"),
    [
        (True, True, BULK, "openvino"),
        (True, True, BULK - 1, "onnxruntime"),
        (True, True, 1, "onnxruntime"),
        (True, False, BULK, "onnxruntime"),
        (False, True, BULK, "onnxruntime"),
    ],
)
def test_auto_takes_openvino_where_it_pays(
    monkeypatch: pytest.MonkeyPatch, installed: bool, bf16: bool, tiles: int, chosen: Engine
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: installed or None)
    monkeypatch.setattr(engines, "cpu_has_fast_bf16", lambda: bf16)
    assert engines.choose("auto", tiles) == chosen


def test_an_unknown_engine_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="engine is 'openvivo'"):
        Classifier.load(engine="openvivo")  # type: ignore[arg-type]


def test_an_engine_that_is_not_installed_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'tenfold\[openvino\]'"):
        Classifier.load(engine="openvino")
    assert Classifier.load(engine="auto", tiles=BULK).engine == "onnxruntime"


@pytest.mark.skipif(find_spec("openvino") is None, reason="needs the openvino extra")
def test_importing_openvino_hides_its_converter_from_nobody_else() -> None:
    Classifier.load(engine="openvino")
    assert sys.modules.get("openvino.tools.ovc", "absent") is not None


def test_a_model_is_found_by_folder_run_and_name(tmp_path: Path) -> None:
    shutil.copytree(WEIGHTS / "mnist", tmp_path / "run" / "model")
    (tmp_path / "run" / "recipe.toml").touch()
    versions = {
        find_model(typed).version for typed in (tmp_path / "run", tmp_path / "run/model", "mnist")
    }
    assert len(versions) == 1


@pytest.mark.parametrize("verb", ["run", "train"])
def test_a_run_without_a_model_says_how_to_finish_it(tmp_path: Path, verb: str) -> None:
    run = RunFolder(tmp_path / "my run")
    run.begin("", RunFacts(verb=verb), force=False)
    with pytest.raises(ModelError) as refused:
        find_model(run.path)
    assert refused.value.hint == f"finish it: tenfold {verb} --resume '{run.path}'"


def test_a_fold_without_a_model_is_finished_with_its_run(tmp_path: Path) -> None:
    facts = RunFacts(verb="run")
    run = RunFolder(tmp_path / "run")
    run.begin("", facts, force=False)
    run.fold(3).begin("", facts, force=False)
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


def test_a_model_not_trained_to_tell_takes_everything_for_a_digit(classifier: Classifier) -> None:
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


def test_the_model_for_pictures_tells_what_is_no_digit() -> None:
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
