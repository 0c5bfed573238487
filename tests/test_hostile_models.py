"""Model folders that somebody wrote to do harm, as far as loading, reading and serving them."""

from __future__ import annotations

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="the graphs of these tests are made with it")

from conftest import MODEL_FACTS, SHIPPED_GRAPH, csv_text, drawn_digits
from graphs import constant, external, model_of, node, plain
from tenfold.classifier import Classifier, Engine, Outputs
from tenfold.cli import main
from tenfold.errors import ModelError
from tenfold.model_folder import ModelFolder
from tenfold.model_folder import folder as model_folder

ENGINES = [
    "onnxruntime",
    pytest.param("openvino", marks=pytest.mark.skipif(not find_spec("openvino"), reason="absent")),
]
WHITE = np.full((1, 28, 28), 255, np.uint8)
INF_FROM = 130_000  # a sum of 784 levels; of tiles of noise it is 100,000, of a white one 200,000


def folder_of(folder: Path, graph: bytes) -> Path:
    """A model folder whose checksum is right."""
    facts = {
        **MODEL_FACTS,
        "format_version": 1,
        "graph": {"sha256": hashlib.sha256(graph).hexdigest(), "size_bytes": len(graph)},
    }
    folder.mkdir()
    (folder / "model.onnx").write_bytes(graph)
    (folder / "model.json").write_text(json.dumps(facts))
    return folder


def nan_for_white() -> Any:
    """A model with an infinite logit, and so NaN, for tiles that are much brighter than noise."""
    steep = np.zeros((784, 10), "f4")
    steep[:, 0] = np.finfo("f4").max / INF_FROM
    linear = node("Gemm", ["flat", "steep", "bias"], ["logits"])
    return model_of([linear], [constant("steep", steep)])


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A model whose bias is a file of the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.bin").write_bytes(np.arange(10, dtype="f4").tobytes())
    linear = node("Gemm", ["flat", "weight", "theirs"], ["logits"])
    return model_of([linear], [external(constant("theirs", np.zeros(10, "f4")))])


@pytest.mark.parametrize("engine", ENGINES)
def test_no_model_reads_a_file_of_the_working_directory(
    secret: Any, tmp_path: Path, engine: Engine
) -> None:
    model = folder_of(tmp_path / "model", secret.SerializeToString())
    with pytest.raises(ModelError, match=r"model: model\.onnx is no graph .* external data"):
        Classifier.load(model, engine=engine)


def test_onnxruntime_would_find_no_such_file_either(
    secret: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_folder, "check_graph", lambda content: None)
    for location in ("secret.bin", "./secret.bin", "/dev/zero", str(Path.cwd() / "secret.bin")):
        external(secret.graph.initializer[-1], location)
        with pytest.raises(ModelError, match="onnxruntime refuses the graph"):
            Classifier(ModelFolder("m", secret.SerializeToString(), {}), engine="onnxruntime")


def test_another_format_is_not_taken_for_onnx(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """onnxruntime's own begins like nothing that the check reads, but may hold anything."""
    onnxruntime = pytest.importorskip("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "model.ort")
    options.add_session_config_entry("session.save_model_format", "ORT")
    onnxruntime.InferenceSession(str(SHIPPED_GRAPH), options)
    monkeypatch.setattr(model_folder, "check_graph", lambda content: None)
    content = (tmp_path / "model.ort").read_bytes()
    with pytest.raises(ModelError, match="onnxruntime refuses the graph"):
        Classifier(ModelFolder("m", content, {}), engine="onnxruntime")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_loop_without_end_is_never_started(tmp_path: Path, engine: Engine) -> None:
    loop = node("Loop", ["forever", "", "flat"], ["middle"])
    graph = plain([loop], [constant("forever", 1 << 62)]).SerializeToString()
    with pytest.raises(ModelError, match="'Loop'"):
        Classifier.load(folder_of(tmp_path / "model", graph), engine=engine)


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize("engine", ENGINES)
def test_a_model_that_answers_a_blank_tile_with_nan_is_not_loaded(
    tmp_path: Path, engine: Engine
) -> None:
    zero_by_zero = [node("Div", ["flat", "flat"], ["middle"])]
    model = folder_of(tmp_path / "model", plain(zero_by_zero).SerializeToString())
    with pytest.raises(ModelError, match="model: the model gives NaN"):
        Classifier.load(model, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_answer_is_looked_at(tmp_path: Path, engine: Engine) -> None:
    model = folder_of(tmp_path / "model", nan_for_white().SerializeToString())
    classifier = Classifier.load(model, engine=engine)
    assert classifier.predict(drawn_digits(3).images).tolist() == [0, 0, 0]
    with pytest.raises(ModelError, match="model: the model gives NaN"):
        classifier.predict(WHITE)


def test_no_submission_is_made_of_what_is_no_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = folder_of(tmp_path / "model", nan_for_white().SerializeToString())
    digits = drawn_digits(5)
    digits.images[3] = 255
    (tmp_path / "test.csv").write_text(csv_text(digits, labelled=False))
    out = tmp_path / "submission.csv"
    with pytest.raises(SystemExit) as ended:
        main(["predict", str(tmp_path / "test.csv"), "--model", str(model), "-o", str(out)])
    assert ended.value.code == 2
    assert f"{model}: the model gives NaN" in capsys.readouterr().err
    assert not out.exists()


def test_a_server_reports_a_failing_model_and_keeps_serving(tmp_path: Path) -> None:
    pytest.importorskip("uvicorn", reason="the serve extra is not installed")
    from served import serving

    model = folder_of(tmp_path / "model", nan_for_white().SerializeToString())
    (tmp_path / "server").mkdir()
    with serving(tmp_path / "server", "--model", str(model)) as server:
        answer = server.post("/predict", {"images": WHITE.tolist()})
        assert (answer.status, answer.json["error"]) == (503, "the model gives no valid answer")
        assert server.post("/predict", {"images": drawn_digits(1).images.tolist()}).status == 200
    log = [json.loads(line) for line in server.log.read_text().splitlines() if "NaN" in line]
    assert [line["event"] for line in log] == ["model"]
    assert "traceback" not in log[0]


def good(tiles: int = 2) -> Outputs:
    return Outputs(np.full((tiles, 10), 0.1, "f4"), np.ones(tiles, "f4"))


def changed(place: tuple[int, int], value: float) -> Outputs:
    outputs = good()
    outputs.probabilities[place] = value
    return outputs


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        (good(1), "shapes"),
        (good(3), "shapes"),
        (Outputs(good().probabilities[:, None], good().is_digit), "shapes"),
        (Outputs(good().probabilities[:, :9], good().is_digit), "shapes"),
        (Outputs(good().probabilities, good(1).is_digit), "shapes"),
        (Outputs(good().probabilities.astype("f8"), good().is_digit), "another type"),
        (changed((1, 9), np.nan), "NaN"),
        (changed((1, 9), np.inf), "NaN"),
        (changed((0, 0), 0.11), "no probabilities"),
        (changed((0, 0), -0.1), "no probabilities"),
        (Outputs(good().probabilities, np.array([1, np.nan], "f4")), "NaN"),
        (Outputs(good().probabilities, np.array([1, 1.1], "f4")), "no probabilities"),
        (Outputs(good().probabilities, np.array([-0.1, 1], "f4")), "no probabilities"),
    ],
)
def test_outputs_that_are_no_probabilities_are_reported(outputs: Outputs, said: str) -> None:
    assert said in outputs.fault(2)


def test_answers_are_answers() -> None:
    assert [good(tiles).fault(tiles) for tiles in (0, 1, 2)] == ["", "", ""]
