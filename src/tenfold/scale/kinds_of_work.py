"""Which work a job is: on tiles, or on whole pictures."""

from __future__ import annotations

from typing import Any

from tenfold.classifier import Classifier
from tenfold.errors import ModelError
from tenfold.scale.manifest import Manifest
from tenfold.scale.work import Work


def open_work(manifest: Manifest, model: Any) -> Work:
    """The work of a job, one thread; `model` is its model folder, verified.

    Raises ModelError where that is another model than the job's.
    """
    if model.facts.graph.sha256 != manifest.model_sha256:
        raise ModelError(
            f"{manifest.model}: was changed after this job began",
            hint="begin again with --force, or with another place for the output",
        )
    classifier = Classifier(model, engine=manifest.engine, threads=1)  # type: ignore[arg-type]
    if manifest.settings.pictures:
        from tenfold.scale.picture_work import PictureWork  # which workers on tables do not need

        return PictureWork(classifier)
    from tenfold.scale.tile_work import TileWork

    return TileWork(classifier)
