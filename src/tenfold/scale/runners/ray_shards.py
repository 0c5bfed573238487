"""Ray as a runner of a scoring job: each shard is a task."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from tenfold.classifier import find_model
from tenfold.environment import refuse_other_versions
from tenfold.model_folder import ModelFolder
from tenfold.scale.kinds_of_work import open_work
from tenfold.scale.plan import versions_of
from tenfold.scale.runners.events import Advanced, Event, Finished, Job, Remarked
from tenfold.scale.runners.on_ray import RayTasks
from tenfold.scale.shard import Receipt, Shard
from tenfold.scale.work import Work, score_shard

_works: dict[str, Work] = {}  # of this process, by what is done and with which model


class RayRunner:
    """`place` and `workers` are those of `RayTasks`."""

    def __init__(self, place: str, workers: int | None = None) -> None:
        self._place, self._workers = place, workers

    def run(self, job: Job, shards: Iterator[Shard], stop: Callable[[], bool]) -> Iterator[Event]:
        """Work on the shards; see `Runner`. Raises MissingExtraError."""
        remarks: list[str] = []
        running: dict[str, Shard] = {}
        with RayTasks(self._place, self._workers, remarks.append) as tasks:
            job = Job(job.folder.resolve(), job.manifest, job.bad_rows_max)
            common = tasks.shared(job), tasks.shared(find_model(job.manifest.model))
            while not stop():
                # one more than is worked on, so that no processor waits for the driver
                while len(tasks) <= tasks.at_once and (shard := next(shards, None)) is not None:
                    name = f"{job.manifest.inputs[shard.input].shown}: {shard.name}"
                    running[name] = shard
                    tasks.submit(name, score_remotely, *common, shard)
                if not running:
                    return
                for name, receipt in tasks.done().items():
                    shard = running.pop(name)
                    yield Advanced(receipt["rows_in"], shard.cut.size_bytes)
                    yield Finished(Receipt(**receipt))
                while remarks:
                    yield Remarked(remarks.pop(0))


def score_remotely(job: Job, model: ModelFolder, shard: Shard) -> dict[str, Any]:
    """The receipt of a shard as JSON."""
    manifest, settings = job.manifest, job.manifest.settings
    have = versions_of(manifest.engine, settings.format, pictures=settings.pictures)
    refuse_other_versions(manifest.versions, have, "job")
    work = _work(job, model)
    return asdict(score_shard(shard, manifest, job.folder, work, job.bad_rows_max, _ignored))


def _work(job: Job, model: ModelFolder) -> Work:
    manifest = job.manifest
    key = f"{manifest.model_sha256} {manifest.engine} {manifest.settings.pictures}"
    if key not in _works:
        _works[key] = open_work(manifest, model)
    return _works[key]


def _ignored(rows: int, size_bytes: int) -> None:
    """Progress comes with the receipt."""
