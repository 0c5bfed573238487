"""A job's settings say which work it is; its model must be the one that it was begun with."""

from __future__ import annotations

import pytest

from conftest import NEEDS_PHOTO
from tenfold.classifier import find_model
from tenfold.errors import ModelError
from tenfold.scale.kinds_of_work import open_work
from tenfold.scale.manifest import Manifest
from tenfold.scale.settings import Settings
from tenfold.scale.tile_work import TileWork


def job(**settings: bool) -> Manifest:
    sha256 = find_model("mnist").facts.graph.sha256
    return Manifest(
        model="mnist",
        model_sha256=sha256,
        engine="onnxruntime",
        settings=Settings(**settings),  # type: ignore[arg-type]
    )


def test_tiles_are_the_work_where_no_pictures_are_asked_for() -> None:
    assert isinstance(open_work(job(), find_model("mnist")), TileWork)


def test_pictures_are_the_work_where_they_are_asked_for() -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    work = open_work(job(pictures=True), find_model("mnist"))
    assert type(work).__name__ == "PictureWork"


def test_another_model_is_refused() -> None:
    with pytest.raises(ModelError, match="mnist: was changed after this job began"):
        open_work(job(), find_model("pictures"))
