"""The string reader's model folder: what is written can be read, and what does not fit is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tenfold.errors import ModelError
from tenfold.model_folder import open_model
from tenfold.model_folder.string_folder import open_string_model

pytest.importorskip("onnx", reason="the graphs of these tests are made with it")

from string_graphs import tiny_model, tiny_reader


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    written = tiny_model(tmp_path / "strings")
    model = open_string_model(tmp_path / "strings")
    assert model.reader == written.reader
    assert model.locator is None
    assert model.facts.symbols == "0123456789.,-/:=?"
    assert len(model.version) == 12


def test_another_graph_than_model_json_says_is_refused(tmp_path: Path) -> None:
    tiny_model(tmp_path)
    (tmp_path / "reader.onnx").write_bytes(tiny_reader(scale=2.0))
    with pytest.raises(ModelError, match=r"reader.onnx has another checksum"):
        open_string_model(tmp_path)


def test_a_graph_that_breaks_the_contract_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"reader.onnx is no graph that tenfold writes"):
        tiny_model(tmp_path, tiny_reader(stride=2))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("kind", "tiles", "kind is"),
        ("symbols", 5, "symbols is 5"),
        ("files", {"reader.onnx": {"sha256": 1}}, "files.reader.onnx.sha256"),
        ("files", {}, "lists no reader.onnx"),
        ("format_version", 2, "model format 2"),
        ("lineage", [], "lineage"),
    ],
)
def test_a_mismatch_is_named(tmp_path: Path, key: str, value: object, fault: str) -> None:
    tiny_model(tmp_path)
    facts = tmp_path / "model.json"
    facts.write_text(json.dumps(json.loads(facts.read_text()) | {key: value}))
    with pytest.raises(ModelError, match=fault):
        open_string_model(tmp_path)


def test_a_classifier_is_not_looked_for_in_it(tmp_path: Path) -> None:
    tiny_model(tmp_path)
    with pytest.raises(ModelError, match="reads strips, not tiles"):
        open_model(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such model folder"):
        open_string_model(tmp_path / "nowhere")
