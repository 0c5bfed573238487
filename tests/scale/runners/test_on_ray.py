"""Ray: whatever is lost on it is done again, and the bytes are those of one process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lost_work
from bench.scale.ray_cluster import Nodes, nodes
from lost_work import killed, lose_once
from scored import content_of, write_table
from scored import score as score_here
from tenfold.errors import DataError
from tenfold.scale import job_call, score
from tenfold.scale.runners import on_ray
from tenfold.scale.runners.on_ray import RayTasks

ray = pytest.importorskip("ray", reason="the ray extra is not installed")
ray.cloudpickle.register_pickle_by_value(lost_work)  # no worker finds the modules of the tests
pytestmark = pytest.mark.filterwarnings("default")  # Ray's own are not ours to mend

ROWS = 600


@pytest.fixture(scope="module")
def cluster() -> Iterator[Nodes]:
    with nodes(2) as running:
        yield running


@pytest.fixture
def place(cluster: Nodes) -> str:
    return cluster.place


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_table(tmp_path / "t.csv", ROWS)


def wait_for_all(tasks: RayTasks) -> None:
    while len(tasks):
        tasks.done()


def test_a_worker_that_is_lost_every_time_ends_the_job(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_ray, "ATTEMPTS_MAX", 2)
    said: list[str] = []
    with RayTasks(place, 1, said.append) as tasks:
        tasks.submit("piece", killed)
        with pytest.raises(DataError, match="piece: its worker was lost 2 times: Worker") as told:
            wait_for_all(tasks)
    assert said == ["note: a worker was lost (WorkerCrashedError): piece is done again"]
    assert "with more memory for each worker" in told.value.hint


def test_a_worker_that_is_lost_in_the_middle_of_writing_changes_no_byte(
    place: str, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    score_here(table, tmp_path / "local", shard_rows=200)
    lose_once(monkeypatch, tmp_path / "lost", "part-000001.csv")
    scored = score(table, tmp_path / "ray", shard_rows=200, on=place)
    assert (tmp_path / "lost").exists()
    assert (scored.rows_in, scored.rows_out) == (ROWS, ROWS)
    assert content_of(tmp_path / "ray") == content_of(tmp_path / "local")


@pytest.mark.train
def test_a_fold_that_is_lost_goes_on_from_its_checkpoint_to_the_same_bytes(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost after the checkpoint of an epoch, before that epoch is in epochs.csv."""
    pytest.importorskip("torch")
    import tenfold
    from conftest import drawn_digits
    from tiny_training import TINY

    drawn = drawn_digits(200)
    rows = (drawn.images, drawn.labels)
    monkeypatch.setattr("tenfold.main_job.job.write_report", lambda report, folder: None)
    tenfold.train(rows, TINY, folds=2, out=tmp_path / "local")
    lose_once(monkeypatch, tmp_path / "lost", "epochs.csv")
    tenfold.train(rows, TINY, folds=2, on=place, out=tmp_path / "ray")
    assert (tmp_path / "lost").exists()
    assert "a worker was lost" in (tmp_path / "ray" / "log.txt").read_text()
    for model in ("folds/0/model", "folds/1/model", "model"):
        for path in (tmp_path / "local" / model).iterdir():
            assert (tmp_path / "ray" / model / path.name).read_bytes() == path.read_bytes(), path


@pytest.mark.train
def test_trials_at_once_end_as_they_would_one_by_one(place: str, tmp_path: Path) -> None:
    """The first trials are drawn at random, so their values do not depend on one another."""
    pytest.importorskip("torch")
    pytest.importorskip("optuna")
    import tenfold
    from conftest import drawn_digits
    from tiny_training import TINY

    drawn = drawn_digits(300)
    rows, small = (drawn.images, drawn.labels), {"held_out": 0.2, "vary": ["rotation"]}
    here = tenfold.tune(rows, TINY, trials=3, out=tmp_path / "local", **small)
    away = tenfold.tune(rows, TINY, trials=3, out=tmp_path / "ray", on=place, **small)
    assert [(t.values, t.accuracies, t.accuracy) for t in away.trials] == [
        (t.values, t.accuracies, t.accuracy) for t in here.trials
    ]


# the last, since it leaves one node


def test_a_lost_node_costs_no_row_of_a_job_that_another_runner_began(
    cluster: Nodes, place: str, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the first part is done one of the two nodes is killed, with what it works on."""
    out = tmp_path / "out"
    score_here(table, out, shard_rows=100)
    whole = content_of(out)
    for number in (1, 2, 3, 5):
        (out / "parts" / f"part-{number:06d}.csv").unlink()
    take, lost = job_call.JobCall._take, list[Any]()

    def take_and_kill(self: Any, event: Any, pace: Any) -> None:
        take(self, event, pace)
        if type(event).__name__ == "Finished" and not lost:
            cluster.kill(0)
            lost.append(event)

    monkeypatch.setattr(job_call.JobCall, "_take", take_and_kill)
    scored = score(table, out, shard_rows=100, on=place)
    assert lost
    assert (scored.rows_now, scored.rows_in, scored.rows_out) == (400, ROWS, ROWS)
    assert content_of(out) == whole
