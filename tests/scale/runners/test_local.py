"""Processes as a runner: a shard whose worker is killed is done again, and given up in the end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scored import score as score_here
from scored import write_table
from tenfold.errors import DataError
from tenfold.progress import Progress
from tenfold.scale import score
from tenfold.scale.runners import local
from tenfold.scale.runners.local import _ShardQueue

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
DIES = "import os, signal, sys; sys.stdin.readline(); os.kill(os.getpid(), signal.SIGKILL)"


class Said(Progress):
    def __init__(self) -> None:
        super().__init__(quiet=True)
        self.texts: list[str] = []

    def say(self, text: str) -> None:
        self.texts.append(text)


@POSIX
def test_a_shard_that_kills_three_workers_ends_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, said = write_table(tmp_path / "t.csv", 20), Said()
    with monkeypatch.context() as patch:
        patch.setattr(local, "START_CODE", DIES)
        with pytest.raises(DataError, match=r"its worker was ended by SIGKILL.*, 3 times") as told:
            score(table, tmp_path / "out", workers=1, progress=said)
    assert "fewer --workers" in str(told.value.hint)
    assert sum("part-000000 is done again" in text for text in said.texts) == 2
    assert score_here(table, tmp_path / "out").rows_out == 20


def test_a_worker_that_ends_by_itself_is_told_by_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = write_table(tmp_path / "t.csv", 20)
    monkeypatch.setattr(local, "START_CODE", "import sys; sys.stdin.readline(); sys.exit(7)")
    with pytest.raises(DataError, match="its worker ended with 7, 3 times"):
        score(table, tmp_path / "out", workers=1)


def test_no_process_outlives_a_job_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = write_table(tmp_path / "t.csv", 200)
    lines = table.read_bytes().split(b"\n")
    lines[150] = b"x" + lines[150]
    table.write_bytes(b"\n".join(lines))
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: Any, **options: Any) -> subprocess.Popen[str]:
        started.append(subprocess.Popen(*arguments, **options))
        return started[-1]

    class Subprocess:
        PIPE = subprocess.PIPE
        Popen = staticmethod(start)

    monkeypatch.setattr(local, "subprocess", Subprocess)
    with pytest.raises(DataError, match=r"t\.csv:151"):
        score(table, tmp_path / "out", shard_rows=50, workers=2)
    assert started
    assert all(process.poll() is not None for process in started)


def test_a_shard_that_comes_back_is_next_and_so_only_twice() -> None:
    def shards() -> Iterator[Any]:
        yield from (first, second)

    class Numbered:
        def __init__(self, number: int) -> None:
            self.number = number

    first, second = Numbered(0), Numbered(1)
    supply = _ShardQueue(shards())
    assert supply.take() is first  # type: ignore[comparison-overlap]
    assert supply.give_back(first)  # type: ignore[arg-type]
    assert supply.take() is first  # type: ignore[comparison-overlap]
    assert supply.give_back(first)  # type: ignore[arg-type]
    assert not supply.give_back(first)  # type: ignore[arg-type]
    supply.close()
    assert supply.take() is None
