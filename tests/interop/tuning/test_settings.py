"""tuning.json: written, read, and refused where it is damaged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from tenfold.digits.file_facts import FileFacts
from tenfold.errors import DataError
from tenfold.interop.tuning.settings import TuningFacts, saved_space
from tenfold.recipes import RECIPES
from tenfold.recipes.search_space import Choice, Span

SPACE = {"rotation": Span(4.0, 20.0), "learning_rate": Span(0.01, 0.6, log=True),
         "batch_size": Choice((64, 128))}  # fmt: skip
FACTS = TuningFacts(
    paths=("train.csv",),
    label="digit",
    header=True,
    transposed="no",
    files=(FileFacts("train.csv", "ab" * 32, 4000, 300),),
    rows=300,
    seed=7,
    trials=30,
    held_out=0.2,
    recipe=asdict(RECIPES["smoke"].replace({"channels": 4})),
    space=saved_space(SPACE),
)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    FACTS.write(tmp_path / "tuning.json")
    read = TuningFacts.read(tmp_path / "tuning.json")
    assert (read.paths, read.files, read.seed, read.trials) == (
        FACTS.paths, FACTS.files, FACTS.seed, FACTS.trials,
    )  # fmt: skip
    assert (read.label, read.header, read.transposed) == ("digit", True, "no")
    assert read.read_space() == SPACE
    assert read.read_recipe() == RECIPES["smoke"].replace({"channels": 4})


def test_what_was_not_given_stays_open(tmp_path: Path) -> None:
    replace(FACTS, label=None, header=None, transposed=None).write(tmp_path / "tuning.json")
    read = TuningFacts.read(tmp_path / "tuning.json")
    assert (read.label, read.header, read.transposed) == (None, None, None)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"trials": 0},
        {"held_out": 1.0},
        {"seed": -1},
        {"rows": "300"},
        {"transposed": "maybe"},
        {"paths": "train.csv"},
        {"space": {"rotation": {"low": 4.0}}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_damaged_file_is_named_with_the_field(tmp_path: Path, change: Mapping[str, Any]) -> None:
    file = tmp_path / "tuning.json"
    FACTS.write(file)
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(DataError) as caught:
        TuningFacts.read(file)
    assert caught.value.message.startswith(str(file))
    assert next(iter(change)) in caught.value.message


def test_half_a_file_is_damage_too(tmp_path: Path) -> None:
    file = tmp_path / "tuning.json"
    file.write_text('{"version": 1, "pa')
    with pytest.raises(DataError, match=r"tuning\.json"):
        TuningFacts.read(file)
