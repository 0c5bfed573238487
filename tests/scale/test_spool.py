"""Standard input as an input of a job: copied whole, compared when the job continues."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from scored import columns_of, content_of, score, write_table
from tenfold.errors import DataError, UsageError
from tenfold.scale import job_call

ROWS = 300


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_table(tmp_path / "t.csv", ROWS)


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))


def interrupted(monkeypatch: pytest.MonkeyPatch, content: bytes, out: Path) -> None:
    """Begin a job of standard input, and break it off after its first part."""
    take = job_call.JobCall._take

    def take_and_break(self: job_call.JobCall, event: object, pace: object) -> None:
        take(self, event, pace)  # type: ignore[arg-type]
        if type(event).__name__ == "Finished":
            raise KeyboardInterrupt

    piped(monkeypatch, content)
    with monkeypatch.context() as patch:
        patch.setattr(job_call.JobCall, "_take", take_and_break)
        with pytest.raises(KeyboardInterrupt):
            score("-", out, shard_rows=100)


def test_the_parts_are_those_of_the_file_and_no_copy_stays(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    score(table, tmp_path / "file", shard_rows=100)
    piped(monkeypatch, table.read_bytes())
    scored = score("-", tmp_path / "pipe", shard_rows=100)
    assert scored.rows_out == ROWS
    of_file, of_pipe = content_of(tmp_path / "file"), content_of(tmp_path / "pipe")
    assert of_pipe.keys() == of_file.keys()
    assert {**of_pipe, "manifest.json": b""} == {**of_file, "manifest.json": b""}


@pytest.mark.parametrize("again", ["same", "empty"])
def test_it_continues_with_the_same_input_or_with_none(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    content = table.read_bytes()
    interrupted(monkeypatch, content, tmp_path / "out")
    assert (tmp_path / "out" / "stdin").read_bytes() == content
    piped(monkeypatch, content if again == "same" else b"")
    scored = score("-", tmp_path / "out", shard_rows=100)
    assert scored.rows_out == ROWS
    assert scored.rows_now < ROWS
    assert columns_of(tmp_path / "out")["id"] == [str(row) for row in range(1, ROWS + 1)]
    assert not (tmp_path / "out" / "stdin").exists()


def test_other_input_is_refused_before_and_after_the_end(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, content = tmp_path / "out", table.read_bytes()
    other = content[:-2] + b"1\n"
    interrupted(monkeypatch, content, out)
    piped(monkeypatch, other)
    with pytest.raises(DataError, match="stdin: was changed after this job began"):
        score("-", out, shard_rows=100)
    piped(monkeypatch, content)
    score("-", out, shard_rows=100)
    piped(monkeypatch, content)
    assert score("-", out, shard_rows=100).rows_now == 0
    piped(monkeypatch, other)
    with pytest.raises(DataError, match="stdin: was changed after this job began"):
        score("-", out, shard_rows=100)


def test_what_is_no_table_leaves_a_place_that_can_be_used(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content in (b"", b"a,b\n1,2\n"):
        piped(monkeypatch, content)
        with pytest.raises(DataError):
            score("-", tmp_path / "out")
    piped(monkeypatch, table.read_bytes())
    assert score("-", tmp_path / "out").rows_out == ROWS


def test_it_is_one_input_of_several_under_its_own_name(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = table.read_bytes().split(b"\n")
    lines[3] = b"x" + lines[3]
    piped(monkeypatch, b"\n".join(lines))
    scored = score([table, "-"], tmp_path / "out", bad_rows_max=1)
    assert (scored.rows_out, scored.rejected) == (2 * ROWS - 1, 1)
    assert {*columns_of(tmp_path / "out")["file"]} == {str(table), "stdin"}
    (rejects,) = (tmp_path / "out" / "rejects").iterdir()
    assert rejects.read_text().splitlines()[1].startswith("stdin,4,")
    with pytest.raises(UsageError, match="- is given twice"):
        score(["-", "-"], tmp_path / "twice")
