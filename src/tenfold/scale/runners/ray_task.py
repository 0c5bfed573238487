"""What a worker of Ray does: one shard, with the model that came with the job."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict
from typing import Any

from tenfold.classifier import Classifier
from tenfold.errors import DataError, UsageError
from tenfold.model_folder import ModelFolder
from tenfold.scale.plan import versions_of
from tenfold.scale.runners.error_json import error_to_json
from tenfold.scale.runners.events import Job
from tenfold.scale.shard import Shard
from tenfold.scale.work import open_classifier, score_shard

_classifiers: dict[str, Classifier] = {}  # of this process, by the model's hash and the engine


def score_remotely(job: Job, model: ModelFolder, here: str, shard: Shard) -> dict[str, Any]:
    """The receipt of a shard as JSON, or the error. `here` is the folder that the job was begun
    in, on storage that all nodes share."""
    try:
        refuse_other_versions(job)
        _enter(here)
        classifier = _classifier(job, model)
        receipt = score_shard(
            shard, job.manifest, job.folder, classifier, job.bad_rows_max, _ignored
        )
        return {"receipt": asdict(receipt)}
    except Exception as problem:  # whatever it is, the driver tells it
        return error_to_json(problem)


def refuse_other_versions(job: Job) -> None:
    """Raise UsageError where this node would compute other bytes than the one that planned."""
    manifest = job.manifest
    have = versions_of(manifest.engine, manifest.settings.format)
    for name, version in manifest.versions.items():
        if have.get(name) != version:
            raise UsageError(
                f"the node {platform.node()} has {name} {have.get(name, 'not')}, the job "
                f"was begun with {version}",
                hint="install the same versions on all nodes: pip install -c constraints.txt",
            )


def _classifier(job: Job, model: ModelFolder) -> Classifier:
    key = f"{job.manifest.model_sha256} {job.manifest.engine}"
    if key not in _classifiers:
        _classifiers[key] = open_classifier(job.manifest, model)
    return _classifiers[key]


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
