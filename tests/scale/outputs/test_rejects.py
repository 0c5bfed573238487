"""Files of rejects: written where there are any, and no more than are allowed."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from tenfold.errors import DataError
from tenfold.scale.inputs import BadRow
from tenfold.scale.outputs.rejects import Rejects


def test_without_bad_rows_there_is_no_file(tmp_path: Path) -> None:
    assert Rejects("t.csv", 0).write(tmp_path / "r.csv") == ""
    assert not (tmp_path / "r.csv").exists()


def test_bad_rows_are_listed_with_file_line_and_reason(tmp_path: Path) -> None:
    rejects = Rejects("a,b.csv", 2)
    rejects.add([BadRow("7", 'pixel0 is "x", expected a number')])
    rejects.add([BadRow("9", "has 3 columns")])
    digest = rejects.write(tmp_path / "rejects" / "r.csv")
    content = (tmp_path / "rejects" / "r.csv").read_bytes()
    assert digest == hashlib.sha256(content).hexdigest()
    rows = list(csv.reader(content.decode().splitlines()))
    assert rows == [
        ["file", "line", "reason"],
        ["a,b.csv", "7", 'pixel0 is "x", expected a number'],
        ["a,b.csv", "9", "has 3 columns"],
    ]


def test_one_more_than_allowed_ends_the_shard() -> None:
    rejects = Rejects("t.csv", 1)
    rejects.add([BadRow("7", "is bad")])
    with pytest.raises(DataError, match=r"t\.csv:7: is bad") as told:
        rejects.add([BadRow("8", "is worse")])
    assert "--bad-rows-max" in str(told.value.hint)
