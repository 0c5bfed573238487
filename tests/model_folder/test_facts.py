"""model.json comes back as it was, and no other module reads it by its keys."""

from __future__ import annotations

import ast
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from conftest import MODEL_FACTS
from tenfold.files import write_json
from tenfold.files.json_object import JsonObject
from tenfold.model_folder.facts import Ancestor, ModelFacts, RecipeFacts

SOURCE = Path(__file__).parents[2] / "src" / "tenfold"
FACTS_MODULES = {
    *("files/json_object.py", "digits/file_facts.py"),
    *("model_folder/facts.py", "run_folder/facts.py"),
    "model_folder/string_folder.py",  # StringModelFacts reads the string reader's own model.json
}
FACTS_NAMES = {"facts", "lineage", "measured", "fine_tuning", "verified"}
FIELDS = {field.name for kind in JsonObject.__subclasses__() for field in fields(kind)}
# of model.json and data.json alone, whatever the object is called
KEYS = {"lineage", "reject_threshold", "rows_sha256", "new_rows", "replay_files", "test_files"}


@pytest.mark.parametrize("name", ["mnist", "pictures"])
def test_a_shipped_model_json_comes_back_byte_for_byte(name: str, tmp_path: Path) -> None:
    file = SOURCE / "weights" / name / "model.json"
    facts = ModelFacts.from_json(json.loads(file.read_text()))
    write_json(tmp_path / "model.json", facts.to_json())
    assert (tmp_path / "model.json").read_bytes() == file.read_bytes()


def test_unknown_keys_and_the_order_of_keys_are_kept() -> None:
    start = {"sha256": "", "later": 1, "model": "m"}
    lineage = {"later": 1, "rows": 3, "files": [], "rows_sha256": "", "from": start}
    saved = {"later": [1], **dict(reversed(MODEL_FACTS.items())), "lineage": lineage}
    assert json.dumps(ModelFacts.from_json(saved).to_json()) == json.dumps(saved)


def test_a_changed_field_stands_where_it_stood() -> None:
    facts = ModelFacts.from_json(MODEL_FACTS | {"measured": None})
    changed = replace(facts, temperature=2.0).to_json()
    assert list(changed.items()) == list((MODEL_FACTS | {"temperature": 2.0}).items())


def test_facts_made_in_memory_are_written_in_the_order_of_the_format() -> None:
    start = Ancestor("pictures", "ab", start={"model": "mnist", "sha256": "cd"})
    lineage = replace(ModelFacts.from_json(MODEL_FACTS).lineage, start=start)
    facts = ModelFacts(
        recipe=RecipeFacts("fast", 1, 0.999),
        seed=0,
        labels=("0",),
        temperature=1.0,
        reject_threshold=0.0,
        lineage=lineage,
        packages={},
    ).to_json()
    assert " ".join(facts) == (
        "format_version recipe seed labels temperature reject_threshold measured lineage packages "
        "graph"
    )
    assert facts["measured"] is None
    assert facts["lineage"]["from"]["from"] == {"model": "mnist", "sha256": "cd"}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"seed": -1}, "seed is -1, expected a whole number from 0"),
        ({"measured": {"accuracy": 2}}, "measured.rows is missing"),
        ({"lineage": {"files": [{"name": 1}]}}, r"lineage.files\[0\].name is 1, expected a text"),
    ],
)
def test_a_mismatch_is_named_by_its_place(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        ModelFacts.from_json(MODEL_FACTS | changes)


def subscripts(code: str) -> list[str]:
    """`facts[...]`, `x.facts[...]`, `x.facts.get(...)` and `x["lineage"]` in a module's code."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Subscript):
            key = node.slice.value if isinstance(node.slice, ast.Constant) else None
            of_facts = last_name(node.value) in FACTS_NAMES
            if key in KEYS or (
                of_facts and (isinstance(node.value, ast.Attribute) or key in FIELDS)
            ):
                found.append(ast.unparse(node))
        elif isinstance(node, ast.Attribute) and node.attr == "get":
            found += [ast.unparse(node)] if last_name(node.value) in FACTS_NAMES else []
    return found


def last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@pytest.mark.parametrize(
    "code",
    ['model.facts["seed"]', 'facts.get("from")', 'saved["lineage"]', 'data["replay_files"]'],
)
def test_a_subscript_of_facts_is_found(code: str) -> None:
    assert subscripts(code)


def test_no_other_module_subscripts_model_json_or_data_json() -> None:
    found = {
        f"{path.relative_to(SOURCE)}: {code}"
        for path in sorted(SOURCE.rglob("*.py"))
        if path.relative_to(SOURCE).as_posix() not in FACTS_MODULES
        for code in subscripts(path.read_text(encoding="utf-8"))
    }
    assert not found
