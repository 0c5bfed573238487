"""What a worker of Ray does: one shard, with the model that came with the job."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict
from typing import Any

from tenfold.errors import DataError, UsageError
from tenfold.model_folder import ModelFolder
from tenfold.scale.kinds_of_work import open_work
from tenfold.scale.plan import versions_of
from tenfold.scale.runners.error_json import error_to_json
from tenfold.scale.runners.events import Job
from tenfold.scale.shard import Shard
from tenfold.scale.work import Work, score_shard

_works: dict[str, Work] = {}  # of this process, by what is done and with which model


def score_remotely(job: Job, model: ModelFolder, here: str, shard: Shard) -> dict[str, Any]:
    """The receipt of a shard as JSON, or the error. `here` is the folder that the job was begun
    in, on storage that all nodes share."""
    try:
        refuse_other_versions(job)
        _enter(here)
        work = _work(job, model)
        receipt = score_shard(shard, job.manifest, job.folder, work, job.bad_rows_max, _ignored)
        return {"receipt": asdict(receipt)}
    except Exception as problem:  # whatever it is, the driver tells it
        return error_to_json(problem)


def refuse_other_versions(job: Job) -> None:
    """Raise UsageError where this node would compute other bytes than the one that planned."""
    manifest = job.manifest
    settings = manifest.settings
    have = versions_of(manifest.engine, settings.format, pictures=settings.pictures)
    for name, version in manifest.versions.items():
        if have.get(name) != version:
            raise UsageError(
                f"the node {platform.node()} has {name} {have.get(name, 'not')}, the job "
                f"was begun with {version}",
                hint="install the same versions on all nodes: pip install -c constraints.txt",
            )


def _work(job: Job, model: ModelFolder) -> Work:
    manifest = job.manifest
    key = f"{manifest.model_sha256} {manifest.engine} {manifest.settings.pictures}"
    if key not in _works:
        _works[key] = open_work(job.manifest, model)
    return _works[key]


def _enter(here: str) -> None:
    """Work in the folder that the job was begun in. Raises DataError where it is not there."""
    try:
        os.chdir(here)
    except OSError as problem:
        raise DataError(
            f"{here}: is not there on the node {platform.node()}: {problem.strerror}",
            hint="work in a folder that all nodes share, such as on NFS",
        ) from problem


def _ignored(rows: int, size_bytes: int) -> None:
    """Progress comes with the receipt."""
