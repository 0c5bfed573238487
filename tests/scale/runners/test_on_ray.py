"""Ray as a runner: the bytes are those of local processes, also when nodes are lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scored import content_of, write_table
from tenfold.errors import UsageError
from tenfold.scale import job_call, score

pytest.importorskip("ray", reason="the ray extra is not installed")
pytestmark = pytest.mark.filterwarnings("default")  # Ray's own are not ours to mend

ROWS = 600
STORE_BYTES = 100 << 20  # the least that Ray takes


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head that works on nothing, and two nodes of one processor."""
    from ray.cluster_utils import Cluster

    head = {"num_cpus": 0, "object_store_memory": STORE_BYTES, "include_dashboard": False}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        running = Cluster(initialize_head=True, head_node_args=head)
        for _ in range(2):
            running.add_node(num_cpus=1, object_store_memory=STORE_BYTES)
        yield running
        running.shutdown()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_table(tmp_path / "t.csv", ROWS)


def test_a_lost_node_costs_no_row_and_changes_no_byte(
    cluster: Any, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the first part is done one of the two nodes is killed, with what it works on."""
    score(table, tmp_path / "local", shard_rows=100, workers=1)
    take, lost = job_call.JobCall._take, []

    def take_and_kill(self: Any, event: Any, pace: Any) -> None:
        take(self, event, pace)
        if type(event).__name__ == "Finished" and not lost:
            node = sorted(cluster.worker_nodes, key=lambda node: node.unique_id)[0]
            lost.append(node)
            cluster.remove_node(node, allow_graceful=False)

    monkeypatch.setattr(job_call.JobCall, "_take", take_and_kill)
    scored = score(table, tmp_path / "ray", shard_rows=100, on=f"ray://{cluster.address}")
    assert lost
    assert (scored.rows_in, scored.rows_out) == (ROWS, ROWS)
    assert content_of(tmp_path / "ray") == content_of(tmp_path / "local")


def test_a_job_goes_on_where_another_runner_has_stopped(
    cluster: Any, table: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    score(table, out, shard_rows=100, workers=1)
    whole = content_of(out)
    for number in (1, 4):
        (out / "parts" / f"part-{number:06d}.csv").unlink()
    assert score(table, out, shard_rows=100, on=f"ray://{cluster.address}").rows_now == 200
    assert content_of(out) == whole


def test_a_place_that_is_none_is_refused(table: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--on mars: is not known"):
        score(table, tmp_path / "out", on="mars")
