"""tenfold export: a page or a copy, whole or not at all."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from tenfold.classifier import find_model
from tenfold.errors import MissingExtraError, ModelError, OutputError
from tenfold.exporting import export
from tenfold.model_folder import open_model

onnx = pytest.importorskip("onnx", reason="the export extra is not installed")
pytest.importorskip("cv2", reason="the export extra is not installed")

from small_networks import linear, small_model  # noqa: E402


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("page") / "out"
    export("pictures", folder)
    return (folder / "index.html").read_text()


def test_measured_facts_of_another_shape_are_named(tmp_path: Path) -> None:
    model = small_model(tmp_path / "model", *linear())
    facts = json.loads((model / "model.json").read_text())
    (model / "model.json").write_text(json.dumps({**facts, "measured": {"accuracy": "good"}}))
    with pytest.raises(ModelError, match=r"model\.json has .*: measured"):
        export(model, tmp_path / "out")


def test_a_missing_extra_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="exporting a page") as missing:
        export("pictures", tmp_path / "out")
    assert "[export]" in missing.value.hint
    assert export("pictures", tmp_path / "out", format="onnx").files  # needs neither


def test_onnx_is_a_model_folder_with_the_same_graph(tmp_path: Path) -> None:
    exported = export("pictures", tmp_path / "out", format="onnx")
    assert exported.files == ("README.md", "model.json", "model.onnx", "rows.bin")
    assert open_model(tmp_path / "out").version == find_model("pictures").version == exported.model


def test_nothing_is_replaced_without_force_and_nothing_foreign_with_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export("pictures", out, format="onnx")
    with pytest.raises(OutputError, match="exists already"):
        export("pictures", out)
    export("pictures", out, force=True)
    assert [file.name for file in out.iterdir()] == ["index.html"]
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"thesis\.txt"):
        export("pictures", out, force=True)
    assert (out / "thesis.txt").read_text() == "mine"


def test_a_model_is_never_exported_over_itself(tmp_path: Path) -> None:
    model = small_model(tmp_path / "model", *linear())
    with pytest.raises(OutputError, match="is the model itself"):
        export(model, model, force=True)
    assert open_model(model).version
