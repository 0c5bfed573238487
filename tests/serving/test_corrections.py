"""Corrections: counted exactly, kept under one label, and refused when there is no room."""

from __future__ import annotations

import errno
import json
import logging
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("filelock", reason="the serve extra is not installed")

from tenfold.serving import corrections
from tenfold.serving.corrections import Corrections
from tenfold.serving.gate.refusals import Refused

MOST = 12


def tile(number: int) -> np.ndarray:
    return np.full((28, 28), number, np.uint8)


class SlowCorrections(Corrections):
    """Takes so long between counting and writing that others come between them."""

    def count(self) -> int:
        counted = super().count()
        time.sleep(0.005)
        return counted


def keep(folder: Path, numbers: range) -> list[int]:
    """The status of each: 201, or that of the refusal."""
    kept = SlowCorrections(folder, MOST)

    def one(number: int) -> int:
        try:
            kept.keep(tile(number), number % 10)
        except Refused as refused:
            return refused.status
        return 201

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(one, numbers))


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_threads_and_processes_together_keep_no_more_than_the_most(tmp_path: Path):
    program = "import sys, json; from pathlib import Path; from test_corrections import keep; "
    program += "print(json.dumps(keep(Path(sys.argv[1]), range(*map(int, sys.argv[2:])))))"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path), str(first), str(first + 20)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parent,
        )
        for first in (0, 20)
    ]
    statuses = keep(tmp_path, range(40, 60))
    for process in processes:
        statuses += json.loads(process.communicate()[0])
    assert (statuses.count(201), statuses.count(507)) == (MOST, 60 - MOST)
    assert Corrections(tmp_path, MOST).count() == MOST


def test_a_tile_that_is_kept_may_move_when_all_places_are_taken(tmp_path: Path):
    kept = Corrections(tmp_path, 2)
    assert [kept.keep(tile(n), n) for n in (1, 2)] == [1, 2]
    assert kept.keep(tile(1), 7) == 2
    assert [path.parent.name for path in sorted(tmp_path.glob("*/*.png"))] == ["2", "7"]
    with pytest.raises(Refused, match="2 corrections are kept already") as refused:
        kept.keep(tile(3), 3)
    assert (refused.value.status, str(tmp_path) in str(refused.value)) == (507, False)


def test_a_full_disk_is_reported_without_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    kept = Corrections(tmp_path, MOST)
    monkeypatch.setattr("tenfold.files.writing.os.fsync", full_disk)
    with caplog.at_level(logging.ERROR, corrections.LOGGER), pytest.raises(Refused) as refused:
        kept.keep(tile(3), 3)
    assert refused.value.status == 507
    assert refused.value.message.startswith("3/")
    assert os.strerror(errno.ENOSPC) in refused.value.message
    assert str(tmp_path) not in str(refused.value)
    assert str(tmp_path) in str(caplog.records[0].__dict__["facts"])
    assert [*tmp_path.glob("*/*")] == []


def test_a_folder_that_is_gone_or_a_file_now_is_reported_likewise(tmp_path: Path):
    kept = Corrections(tmp_path / "kept", MOST)
    (tmp_path / "kept").rmdir()
    (tmp_path / "kept").write_text("")
    with pytest.raises(Refused) as refused:
        kept.keep(tile(3), 3)
    assert refused.value.status == 507
    assert str(tmp_path) not in str(refused.value)


def test_a_correction_that_waits_too_long_for_the_lock_may_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from filelock import FileLock

    monkeypatch.setattr(corrections, "LOCK_SECONDS", 0.01)
    with FileLock(tmp_path / ".lock"), pytest.raises(Refused) as refused:
        Corrections(tmp_path, MOST).keep(tile(3), 3)
    assert (refused.value.status, "retry-after" in refused.value.headers) == (503, True)
