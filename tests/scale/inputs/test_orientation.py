"""Transposed tiles of a job are found by the first rows, or by the option, and said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tenfold.digits import DataOptions
from tenfold.digits.table_frame import Transposed
from tenfold.errors import DataError
from tenfold.scale.inputs import Batch
from tenfold.scale.inputs.array import Array
from tenfold.scale.inputs.finding import find_inputs
from tenfold.sources.sample import read_sample

pytest.importorskip("sklearn", reason="the built-in sample is scikit-learn's")
SAMPLE = read_sample()[0].images[:60]


def marked(path: Path, option: Transposed = "auto") -> tuple[list[bool], list[str]]:
    notes: list[str] = []
    found = find_inputs([str(path)], DataOptions(transposed=option), notes.append)
    return [file.transposed for file in found], [note for note in notes if "the images" in note]


@pytest.mark.parametrize("name", ["t.npy", "t.csv", "t.csv.gz"])
def test_transposed_rows_are_found_in_every_form(name: str, tmp_path: Path) -> None:
    tiles = SAMPLE.transpose(0, 2, 1)
    if name.endswith(".npy"):
        np.save(tmp_path / name, tiles)
    else:
        np.savetxt(tmp_path / name, tiles.reshape(-1, 784), fmt="%d", delimiter=",")
    marks, notes = marked(tmp_path / name)
    assert marks == [True]
    assert notes == [
        f"note: {tmp_path / name}: the images were transposed, as EMNIST's are, and were turned "
        "(--transposed no: leave)"
    ]
    assert marked(tmp_path / name, "no") == ([False], [])


def test_upright_rows_stay_unless_the_option_says_otherwise(tmp_path: Path) -> None:
    np.save(tmp_path / "t.npy", SAMPLE)
    assert marked(tmp_path / "t.npy") == ([False], [])
    assert marked(tmp_path / "t.npy", "yes")[0] == [True]


def test_the_first_file_of_a_folder_decides_for_all(tmp_path: Path) -> None:
    for part in range(3):
        np.save(tmp_path / f"part{part}.npy", SAMPLE.transpose(0, 2, 1)[part * 20 :][:20])
    marks, (note,) = marked(tmp_path)
    assert marks == [True, True, True]
    assert "part0.npy and 2 more: the images were transposed" in note


def test_what_cannot_be_read_is_left_to_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*arguments: object) -> Iterator[Batch]:
        raise DataError("t.npy: is damaged", hint="copy it again")

    monkeypatch.setattr(Array, "read", read)
    np.save(tmp_path / "t.npy", SAMPLE)
    assert marked(tmp_path / "t.npy") == ([False], [])
