"""A folder that Hugging Face's tools take, and tenfold too."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from conftest import MODEL_FACTS, SHIPPED_GRAPH, drawn_digits
from tenfold.classifier import Classifier, find_model
from tenfold.errors import ModelError, OutputError
from tenfold.exporting import export
from tenfold.model_folder import open_model, write_model
from tenfold.model_folder.facts import ModelFacts


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub") / "out"
    exported = export("mnist", folder, format="huggingface")
    assert exported.files == (
        "README.md", "config.json", "model.json", "onnx/model.onnx", "preprocessor_config.json",
        "rows.bin",
    )  # fmt: skip
    assert exported.size_bytes == sum(
        path.stat().st_size for path in folder.rglob("*") if path.is_file()
    )
    return folder


def test_the_graph_answers_as_tenfold_does(repository: Path) -> None:
    images = drawn_digits(40).images
    session = onnxruntime.InferenceSession(
        str(repository / "onnx" / "model.onnx"), providers=["CPUExecutionProvider"]
    )
    outputs = json.loads((repository / "config.json").read_text())["onnx"]
    (probabilities, is_digit) = session.run(outputs["outputs"], {outputs["input"]: images})
    classifier = Classifier.load("mnist", engine="onnxruntime")
    np.testing.assert_allclose(probabilities, classifier.probabilities(images), atol=1e-6)
    assert is_digit.shape == (40,)


def test_tenfold_opens_the_folder_itself(repository: Path, tmp_path: Path) -> None:
    opened = open_model(repository)
    assert opened.version == find_model("mnist").version
    assert opened.seen is not None
    again = export(str(repository), tmp_path / "back", format="onnx")
    assert "model.onnx" in again.files
    assert open_model(tmp_path / "back").graph == opened.graph


def test_a_graph_that_was_changed_is_refused(repository: Path, tmp_path: Path) -> None:
    export(str(repository), tmp_path / "out", format="huggingface")
    (tmp_path / "out" / "onnx" / "model.onnx").write_bytes(b"other")
    with pytest.raises(ModelError, match=r"onnx/model\.onnx has another checksum"):
        open_model(tmp_path / "out")


def test_the_hubs_own_library_reads_the_card(repository: Path) -> None:
    hub = pytest.importorskip("huggingface_hub", reason="Hugging Face's library is not installed")
    data = hub.ModelCard.load(repository / "README.md").data
    assert (data.license, data.library_name, data.pipeline_tag) == (
        "mit", "onnx", "image-classification",
    )  # fmt: skip
    (result,) = data.eval_results
    measured = find_model("mnist").facts.measured
    assert measured is not None
    assert result.metric_value == round(measured.accuracy, 6)
    assert result.dataset_name == measured.rows
    assert "n = 12,600" in result.metric_name


def test_the_card_says_how_it_is_used(repository: Path) -> None:
    text = (repository / "README.md").read_text()
    assert text.startswith("---\n")
    assert text.count("\n---\n") == 1
    assert "## How it was measured" in text
    code = text.split("```python\n")[1].split("```")[0]
    code = code.replace('snapshot_download("NAME/OF-THIS-REPOSITORY")', repr(str(repository)))
    code = code.replace("from huggingface_hub import snapshot_download\n", "")
    found: dict[str, object] = {}
    exec(code, found)  # the card's own lines
    assert np.shape(found["probabilities"]) == (1, 10)


def test_a_model_that_was_not_measured_claims_nothing(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    write_model(tmp_path / "model", SHIPPED_GRAPH.read_bytes(), ModelFacts.from_json(MODEL_FACTS))
    export(tmp_path / "model", tmp_path / "out", format="huggingface")
    text = (tmp_path / "out" / "README.md").read_text()
    assert "model-index" not in text
    assert "license" not in text.split("---")[1]  # its owner's to choose
    assert not (tmp_path / "out" / "rows.bin").exists()


def test_force_replaces_its_own_files_alone(repository: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export("mnist", out, format="huggingface")
    export("mnist", out, format="onnx", force=True)
    assert not (out / "onnx").exists()
    (out / "letter.txt").touch()
    with pytest.raises(OutputError, match=r"letter\.txt"):
        export("mnist", out, format="huggingface", force=True)
