from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from conftest import SHIPPED_GRAPH, drawn_digits
from tenfold.errors import ModelError
from tenfold.model_folder import folder as model_folder
from tenfold.model_folder import open_model, read_card, write_model
from tenfold.model_folder.facts import ModelFacts
from tenfold.model_folder.rows_seen import ROWS_BYTES_MAX, RowsSeen

GRAPH = SHIPPED_GRAPH.read_bytes()
SEEN = RowsSeen.of([drawn_digits(40)], [drawn_digits(10, seed=1)])
FACTS: dict[str, Any] = {
    "format_version": 1,
    "recipe": {"name": "fast", "epochs": 8, "answered_accuracy": 0.999},
    "seed": 3,
    "labels": list("0123456789"),
    "temperature": 1.25,
    "reject_threshold": 0.75,
    "measured": {
        "rows": "the 40 of 400 rows that this run kept out",
        "metric": "accuracy",
        "accuracy": 0.9967,
        "n": 4200,
        "accuracy_95_low": 0.9944,
        "accuracy_95_high": 0.998,
        "ece": 0.0012,
        "note": "",
    },
    "lineage": {
        "files": [{"name": "train.csv", "sha256": "ab" * 32, "size_bytes": 9, "rows": 42_000}],
        "rows": 37_800,
        "rows_sha256": "cd" * 32,
    },
    "packages": {"numpy": "2.4.6"},
    "graph": {"sha256": "", "size_bytes": 0},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_model(tmp_path, GRAPH, ModelFacts.from_json(FACTS), SEEN)
    return tmp_path


def change_facts(folder: Path, **changes: Any) -> None:
    facts = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(facts | changes))


def refusal(folder: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        open_model(folder)
    assert caught.value.message.startswith(str(folder))
    return caught.value


def test_what_was_written_is_what_is_opened(folder: Path) -> None:
    model = open_model(folder)
    assert model.graph == GRAPH
    assert model.reject_threshold == 0.75
    assert model.facts.format_version == 1
    assert model.facts.lineage.to_json() == FACTS["lineage"]


def test_the_card_says_how_it_was_measured_and_on_what_it_was_trained(folder: Path) -> None:
    card = (folder / "README.md").read_text()
    assert "Accuracy 99.67% on the 40 of 400 rows that this run kept out" in card
    assert "99.44% to 99.80%" in card
    assert f"| train.csv | 42,000 | `{'ab' * 32}` |" in card


@pytest.mark.parametrize(("count", "words"), [(1, "1 epoch, seed"), (2, "2 epochs, seed")])
def test_the_card_counts_epochs_in_english(count: int, words: str, tmp_path: Path) -> None:
    recipe = FACTS["recipe"] | {"epochs": count}
    write_model(tmp_path, GRAPH, ModelFacts.from_json(FACTS | {"recipe": recipe}))
    assert words in (tmp_path / "README.md").read_text()


def test_a_model_measured_on_nothing_says_so(tmp_path: Path) -> None:
    write_model(tmp_path, GRAPH, ModelFacts.from_json(FACTS | {"measured": None}))
    assert "none were left to measure it on" in (tmp_path / "README.md").read_text()


def test_what_is_missing_is_said_with_one_hint(folder: Path) -> None:
    for file in ("model.onnx", "model.json"):
        (folder / file).unlink()
        error = refusal(folder)
        assert error.message == f"{folder}: {file}: No such file or directory"
        assert str(error).count("hint:") == 1


def test_a_changed_graph_is_refused(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(GRAPH[:-1] + b"!")
    assert "another checksum" in refusal(folder).message


def test_a_newer_format_asks_for_a_newer_tenfold(folder: Path) -> None:
    change_facts(folder, format_version=2)
    error = refusal(folder)
    assert "model format 2, this tenfold reads 1" in error.message
    assert "install a newer tenfold" in error.hint


@pytest.mark.parametrize("version", [0, "1", None, [1]])
def test_an_unknown_format_is_refused(folder: Path, version: object) -> None:
    change_facts(folder, format_version=version)
    assert "this tenfold reads 1" in refusal(folder).message


@pytest.mark.parametrize("file", ["model.onnx", "model.json", "rows.bin"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert file in refusal(folder).message


def test_a_missing_field_is_named(folder: Path) -> None:
    facts = json.loads((folder / "model.json").read_text())
    del facts["temperature"]
    (folder / "model.json").write_text(json.dumps(facts))
    assert "lacks temperature" in refusal(folder).message


@pytest.mark.parametrize(
    "changes",
    [
        {"reject_threshold": "high"},
        {"recipe": {}},
        {"lineage": {"files": [{}]}},
        {"lineage": None},
        {"graph": []},
        {"files": []},
        {"files": {"rows.bin": {"sha256": 1}}},
    ],
)
def test_fields_of_other_types_are_refused(folder: Path, changes: dict[str, Any]) -> None:
    change_facts(folder, **changes)
    assert "fields of other types" in refusal(folder).message


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
def test_facts_that_are_no_facts_are_refused(folder: Path, content: bytes) -> None:
    (folder / "model.json").write_bytes(content)
    refusal(folder)


def test_a_file_above_the_limit_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_folder, "GRAPH_BYTES_MAX", 4)
    assert "larger than 4 bytes" in refusal(folder).message


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert "no such model folder" in refusal(tmp_path / "nowhere").message


def moved_out(folder: Path, elsewhere: Path, file: str) -> Path:
    """Move a file of a folder elsewhere, and leave a link."""
    place = elsewhere / file
    (folder / file).replace(place)
    (folder / file).symlink_to(place)
    return place


def test_links_out_of_a_folder_are_followed_to_what_belongs_there(
    folder: Path, tmp_path_factory: Any
) -> None:
    """The cache of Hugging Face keeps files so: snapshots/x/model.onnx -> ../../blobs/..."""
    before = open_model(folder)
    blobs = tmp_path_factory.mktemp("blobs")
    for file in [path.name for path in folder.iterdir()]:
        moved_out(folder, blobs, file)
    after = open_model(folder)
    assert (after.graph, after.facts) == (before.graph, before.facts)
    assert read_card(after) == (blobs / "README.md").read_bytes()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("model.onnx", "model.onnx has another checksum"),
        ("model.json", "model.json is not JSON"),
        ("README.md", "README.md lies outside the folder"),
    ],
)
def test_links_to_files_of_others_are_refused(
    folder: Path, tmp_path_factory: Any, file: str, said: str
) -> None:
    moved_out(folder, tmp_path_factory.mktemp("elsewhere"), file).write_text("a secret")
    with pytest.raises(ModelError, match=said) as refused:
        read_card(open_model(folder))
    assert "secret" not in str(refused.value)


def test_a_link_to_a_folder_is_refused(folder: Path, tmp_path_factory: Any) -> None:
    (folder / "model.onnx").unlink()
    (folder / "model.onnx").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    assert "model.onnx is not a file" in refusal(folder).message


def test_a_link_that_leads_nowhere_is_named(folder: Path) -> None:
    (folder / "model.onnx").unlink()
    (folder / "model.onnx").symlink_to(folder / "model.onnx.gone")
    assert "model.onnx: No such file" in refusal(folder).message


def test_links_within_a_folder_are_followed(folder: Path) -> None:
    """Kubernetes mounts files so."""
    (folder / "data").mkdir()
    for file in ("model.onnx", "model.json"):
        (folder / file).replace(folder / "data" / file)
        (folder / file).symlink_to(Path("data") / file)
    assert open_model(folder).graph == GRAPH


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    (folder / "model.onnx").unlink()
    os.mkfifo(folder / "pipe")
    (folder / "model.onnx").symlink_to(folder / "pipe")
    assert "model.onnx is not a file" in refusal(folder).message


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="there is no such device")
def test_a_device_is_not_read(folder: Path) -> None:
    (folder / "model.onnx").unlink()
    (folder / "model.onnx").symlink_to("/dev/zero")
    assert "model.onnx is not a file" in refusal(folder).message


def test_a_graph_that_no_reader_would_take_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is no graph that tenfold writes"):
        write_model(tmp_path, b"graph", ModelFacts.from_json(FACTS))
    assert list(tmp_path.iterdir()) == []


def test_every_other_file_is_listed_with_its_checksum_and_size(folder: Path) -> None:
    facts = json.loads((folder / "model.json").read_text())
    listed = facts["files"] | {"model.onnx": facts["graph"]}
    assert set(listed) | {"model.json"} == {path.name for path in folder.iterdir()}
    for name, file in listed.items():
        content = (folder / name).read_bytes()
        assert file == {"sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}


def test_the_card_counts_the_rows_that_it_knows_again(folder: Path) -> None:
    card = (folder / "README.md").read_text()
    assert "40 hashes of what it was trained on and 10 of what it was only chosen by" in card


def test_a_folder_of_an_earlier_version_opens_without_rows(folder: Path) -> None:
    facts = json.loads((folder / "model.json").read_text())
    del facts["files"]
    (folder / "model.json").write_text(json.dumps(facts))
    assert open_model(folder).seen is None


def test_changed_rows_are_refused(folder: Path) -> None:
    rows = (folder / "rows.bin").read_bytes()
    (folder / "rows.bin").write_bytes(rows[:-1] + bytes([rows[-1] ^ 1]))
    assert "rows.bin has another checksum" in refusal(folder).message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no list of rows"),
        (SEEN.to_bytes()[:-1], "which do not hold 50 rows"),
        (bytes(ROWS_BYTES_MAX + 1), "larger than 400,000 bytes"),
    ],
)
def test_rows_that_are_no_rows_are_refused_whatever_their_checksum(
    folder: Path, content: bytes, said: str
) -> None:
    (folder / "rows.bin").write_bytes(content)
    change_facts(folder, files={"rows.bin": {"sha256": hashlib.sha256(content).hexdigest()}})
    assert said in refusal(folder).message
