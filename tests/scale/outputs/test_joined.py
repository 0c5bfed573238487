from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tenfold.errors import DataError
from tenfold.scale.outputs.joined import join_parts, join_rejects

COLUMNS = ("id", "label")


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    found = [tmp_path / f"part-{number}.csv" for number in range(3)]
    for path, rows in zip(found, ("1,7\n", "", "2,8\n3,9\n"), strict=True):
        path.write_bytes(f"id,label\n{rows}".encode())
    return found


def hashes(parts: list[Path]) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in parts]


def test_parts_are_joined_in_their_order_under_one_header(
    parts: list[Path], tmp_path: Path
) -> None:
    join_parts(tmp_path / "one.csv", "csv", COLUMNS, parts, hashes(parts))
    assert (tmp_path / "one.csv").read_bytes() == b"id,label\n1,7\n2,8\n3,9\n"


def test_a_changed_part_leaves_no_file(parts: list[Path], tmp_path: Path) -> None:
    written = hashes(parts)
    parts[2].write_bytes(b"id,label\n2,8\n3,5\n")
    with pytest.raises(DataError, match=r"part-2\.csv: is not as it was written"):
        join_parts(tmp_path / "one.csv", "csv", COLUMNS, parts, written)
    assert not (tmp_path / "one.csv").exists()


def test_rejects_are_joined_without_hashes(tmp_path: Path) -> None:
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for number, path in enumerate(files):
        path.write_text(f"file,line,reason\nt.csv,{number},is blank\n")
    join_rejects(tmp_path / "all.csv", files)
    assert (tmp_path / "all.csv").read_text().splitlines() == [
        "file,line,reason",
        "t.csv,0,is blank",
        "t.csv,1,is blank",
    ]
