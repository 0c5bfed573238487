"""data.json comes back as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tenfold.digits import DataFile
from tenfold.digits.file_facts import FileFacts
from tenfold.run_folder import RunFolder
from tenfold.run_folder.facts import EvaluationFacts, FoldsFacts, RunFacts, WarmStartFacts

FILE = DataFile("train.csv", "ab" * 32, 9, 40)
FACTS = RunFacts(
    verb="run",
    paths=("train.csv",),
    seed=3,
    files=(FileFacts.of(FILE),),
    test_files=(),
    rows=40,
    class_counts=[4] * 10,
    warnings=["odd"],
    folds=FoldsFacts(4, (1, 2), "none"),
    start=WarmStartFacts("mnist", "cd", ("old.csv",), (FileFacts.of(FILE),)),
)
KEYS = "verb paths seed files test_files rows class_counts warnings folds from"


def test_a_runs_data_json_comes_back_byte_for_byte(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.write_data(replace(FACTS, train_rows=36, validation_rows=4))
    before = run.data.read_bytes()
    run.write_data(run.read_data())
    assert run.data.read_bytes() == before
    assert " ".join(json.loads(before)) == f"{KEYS} train_rows validation_rows"


def test_what_was_written_is_what_is_read(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.write_data(FACTS)
    facts = run.read_data()
    assert (facts.folds, facts.start, facts.files) == (FACTS.folds, FACTS.start, FACTS.files)
    assert facts.files[0].to_json() == FILE.to_json()


def test_unknown_keys_are_kept_and_a_field_set_to_none_is_left_out() -> None:
    saved = FACTS.to_json() | {"later": {"a": 1}, "measured_on": "10 rows"}
    changed = replace(RunFacts.from_json(saved), folds=None, seed=4).to_json()
    assert list(changed) == [key for key in saved if key != "folds"]
    assert changed == {key: value for key, value in saved.items() if key != "folds"} | {"seed": 4}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"paths": [1]}, r"paths\[0\] is 1, expected a text"),
        ({"folds": {"count": 1}}, "folds.count is 1, expected a whole number from 2 to 100"),
        ({"from": {}}, "from.model is missing"),
    ],
)
def test_a_mismatch_is_named_by_its_place(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        RunFacts.from_json(FACTS.to_json() | changes)


def test_an_evaluation_names_its_files_alone() -> None:
    facts = EvaluationFacts((FileFacts.of(FILE),))
    assert facts.to_json() == {"files": [FILE.to_json()]}
    assert EvaluationFacts.from_json(facts.to_json()).rows == 40
