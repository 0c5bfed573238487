"""One file as the output: made of the parts, whole or not at all, whoever worked on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from scored import columns_of, score, write_table
from tenfold.errors import DataError, OutputError, UsageError
from tenfold.scale import destination
from tenfold.scale import score as score_with_workers
from tenfold.scale.destination import Destination
from tenfold.scale.outputs import join_parts

ROWS = 300


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_table(tmp_path / "t.csv", ROWS)


@pytest.mark.parametrize(
    ("output", "part_format", "expected"),
    [
        ("out", None, Destination(Path("out"), "csv")),
        ("out", "parquet", Destination(Path("out"), "parquet")),
        ("a/o.csv", None, Destination(Path("a/o.csv.job"), "csv", Path("a/o.csv"))),
        ("o.Parquet", None, Destination(Path("o.Parquet.job"), "parquet", Path("o.Parquet"))),
    ],
)
def test_the_name_says_folder_or_file(
    output: str, part_format: str | None, expected: Destination
) -> None:
    assert Destination.of(output, part_format) == expected


def test_a_folder_that_is_called_like_a_file_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "o.csv").mkdir()
    assert Destination.of(tmp_path / "o.csv", None) == Destination(tmp_path / "o.csv", "csv")


def test_a_format_that_is_not_the_names_is_refused() -> None:
    with pytest.raises(UsageError, match=r"o\.csv: ends in \.csv, and --format is parquet"):
        Destination.of("o.csv", "parquet")


def test_the_file_has_the_rows_of_the_parts_and_nothing_else_stays(
    table: Path, tmp_path: Path
) -> None:
    score(table, tmp_path / "out", shard_rows=100)
    scored = score_with_workers(table, tmp_path / "one.csv", shard_rows=100, workers=2)
    assert (scored.output, scored.parts) == (str(tmp_path / "one.csv"), 0)
    parts = sorted((tmp_path / "out" / "parts").iterdir())
    first, *others = [part.read_bytes() for part in parts]
    bodies = [part.split(b"\n", 1)[1] for part in others]
    assert len(bodies) == 2
    assert (tmp_path / "one.csv").read_bytes() == first + b"".join(bodies)
    assert {path.name for path in tmp_path.iterdir()} == {"t.csv", "out", "one.csv"}


def test_a_file_that_is_there_is_replaced_with_force_alone(table: Path, tmp_path: Path) -> None:
    one = tmp_path / "one.csv"
    one.write_text("mine")
    with pytest.raises(OutputError, match=r"one\.csv: exists already"):
        score(table, one)
    assert one.read_text() == "mine"
    score(table, one, force=True)
    assert one.read_text().count("\n") == ROWS + 1


def test_a_job_that_fails_leaves_the_old_file_and_continues_without_force(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = tmp_path / "one.csv"
    one.write_text("mine")

    def full(*_: object) -> None:
        raise OutputError("the disk is full", hint="")

    with monkeypatch.context() as patch:
        patch.setattr(destination, "join_parts", full)
        with pytest.raises(OutputError, match="full"):
            score(table, one, force=True)
    assert one.read_text() == "mine"
    assert score(table, one).rows_now == 0
    assert one.read_text().count("\n") == ROWS + 1


def test_a_part_that_was_changed_is_not_joined(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = tmp_path / "one.csv"

    def spoil(path: Path, form: str, columns: object, parts: list[Path], hashes: object) -> None:
        content = parts[1].read_bytes()
        parts[1].write_bytes(content[:-3] + b"9" + content[-2:])
        join_parts(path, form, columns, parts, hashes)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(destination, "join_parts", spoil)
        with pytest.raises(DataError, match=r"part-000001\.csv: is not as it was written"):
            score(table, one, shard_rows=100)
    assert not one.exists()
    score(table, one, shard_rows=100, verify=True)
    assert one.read_text().count("\n") == ROWS + 1


def test_rejected_rows_are_listed_beside_the_file(table: Path, tmp_path: Path) -> None:
    lines = table.read_bytes().split(b"\n")
    for row in (2, 250):
        lines[row] = b"x" + lines[row]
    table.write_bytes(b"\n".join(lines))
    score(table, tmp_path / "one.csv", shard_rows=100, bad_rows_max=2)
    listed = (tmp_path / "one.csv.rejects.csv").read_text().splitlines()
    assert listed[0] == "file,line,reason"
    assert [line.split(",")[1] for line in listed[1:]] == ["3", "251"]
    assert (tmp_path / "one.csv").read_text().count("\n") == ROWS - 2 + 1


def test_parquet_has_one_table_of_the_same_rows(table: Path, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet", reason="the parquet extra is not installed")
    score(table, tmp_path / "out", shard_rows=100)
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    score(table, one, shard_rows=100)
    score_with_workers(table, two, shard_rows=100, workers=2)
    assert one.read_bytes() == two.read_bytes()
    read = pq.read_table(one)
    assert pq.ParquetFile(one).num_row_groups == 1
    columns = columns_of(tmp_path / "out")
    assert read["id"].to_pylist() == list(map(int, columns["id"]))
    assert read["label"].to_pylist() == list(map(int, columns["label"]))


def test_a_part_without_rows_changes_no_type_in_parquet(table: Path, tmp_path: Path) -> None:
    """The second file has no row that can be read: its part has no numbers to have a type by."""
    pq = pytest.importorskip("pyarrow.parquet", reason="the parquet extra is not installed")
    spoiled = tmp_path / "u.csv"
    rows = table.read_bytes().split(b"\n")[:4]
    spoiled.write_bytes(b"\n".join(rows) + b"\n" + b"1,2\n" * 3)
    score([table, spoiled], tmp_path / "o.parquet", shard_rows=3, bad_rows_max=3)
    read = pq.read_table(tmp_path / "o.parquet")
    assert read["id"].to_pylist() == [*range(1, ROWS + 1), 1, 2, 3]
