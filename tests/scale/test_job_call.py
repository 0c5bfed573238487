"""One call of a job: what is left goes to a runner, and what comes back is counted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tenfold.errors import DataError, Interrupted
from tenfold.progress import Progress
from tenfold.scale.inputs import InputFile, InputRange
from tenfold.scale.job_call import JobCall
from tenfold.scale.manifest import Manifest, read_manifest
from tenfold.scale.runners.events import Advanced, Event, Finished, Job, Remarked
from tenfold.scale.settings import Settings
from tenfold.scale.shard import Receipt, Shard

SHARDS = tuple(Shard(n, 0, InputRange(n, n + 1, 10 * n + 1, 10, 1)) for n in range(3))
MANIFEST = Manifest(
    model_sha256="ab" * 32,
    engine="onnxruntime",
    settings=Settings(),
    columns=Settings().columns(several_inputs=False),
    inputs=(InputFile(name="t.csv", form="text", size_bytes=3),),
    planned=True,
    shards=SHARDS,
)


class FakeRunner:
    """Finishes shards with ten rows each, of which `rejected` are bad."""

    def __init__(self, rejected: int = 0, lost: int = 0) -> None:
        self.seen: list[int] = []
        self._rejected, self._lost = rejected, lost

    def run(self, job: Job, shards: Iterator[Shard], stop: Callable[[], bool]) -> Iterator[Event]:
        for shard in shards:
            self.seen.append(shard.number)
            content = f"part {shard.number}".encode()
            path = job.manifest.part(job.folder, shard)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            digest = hashlib.sha256(content).hexdigest()
            out = 10 - self._rejected - self._lost
            yield Advanced(10, 1)
            yield Finished(Receipt(shard.number, 10, out, self._rejected, 1, digest, len(content)))
        yield Remarked("note: all done")


def call(folder: Path, bad_rows_max: int = 0) -> JobCall:
    return JobCall(folder, MANIFEST, bad_rows_max, verify=True, progress=Progress(quiet=True))


def test_all_shards_are_given_out_and_counted(tmp_path: Path) -> None:
    runner, job = FakeRunner(), call(tmp_path)
    result = job.run(runner)
    assert runner.seen == [0, 1, 2]
    assert (result.rows_in, result.rows_out, result.unsure, result.parts) == (30, 30, 3, 3)
    assert (result.rows_now, result.model, result.output) == (30, "ab" * 6, str(tmp_path))
    assert job.progress.log_lines[-1] == "note: all done"
    assert read_manifest(tmp_path) == MANIFEST


def test_what_is_done_is_not_given_out_again_and_what_is_damaged_is(tmp_path: Path) -> None:
    call(tmp_path).run(FakeRunner())
    MANIFEST.part(tmp_path, SHARDS[1]).write_text("damaged")
    runner, job = FakeRunner(), call(tmp_path)
    result = job.run(runner)
    assert runner.seen == [1]
    assert (result.rows_in, result.rows_now) == (30, 10)
    assert any("1 parts are missing or damaged" in line for line in job.progress.log_lines)


def test_bad_rows_of_all_shards_together_have_a_limit(tmp_path: Path) -> None:
    runner = FakeRunner(rejected=2)
    with pytest.raises(DataError, match="lists 4 bad rows so far, more than 3"):
        call(tmp_path, bad_rows_max=3).run(runner)
    assert runner.seen == [0, 1]
    assert call(tmp_path, bad_rows_max=6).run(runner).rejected == 6


def test_a_row_that_is_neither_answered_nor_rejected_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="30 rows in, 27 out, 0 rejected"):
        call(tmp_path).run(FakeRunner(lost=1))


def test_a_job_that_was_stopped_says_how_to_continue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import contextlib

    from tenfold.scale import job_call

    monkeypatch.setattr(job_call, "stop_signals", lambda: contextlib.nullcontext(lambda: True))
    with pytest.raises(Interrupted, match="stopped after 30 rows") as stopped:
        call(tmp_path).run(FakeRunner())
    assert "run the same command again" in str(stopped.value.hint)
    assert replace(MANIFEST) == read_manifest(tmp_path)
