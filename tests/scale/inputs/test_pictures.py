"""Folders and tars of pictures in shards: each picture once, by its name."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import NEEDS_PHOTO, drawn_digits, paint
from cut_inputs import cut, only, read_all
from scored import columns_of, score
from tenfold.errors import DataError, OutputError
from tenfold.predictions import predict


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve framed tiles in folders by class, and files that are none."""
    folder = tmp_path / "scans"
    for number, tile in enumerate(drawn_digits(12).images):
        inside = folder / str(number % 2)
        inside.mkdir(parents=True, exist_ok=True)
        Image.fromarray(tile).save(inside / f"{number}.png")
    (folder / "notes.md").write_text("no picture")
    (folder / ".hidden.png").write_text("no picture")
    return folder


NAMES = [f"{kind}/{number}.png" for kind in (0, 1) for number in range(kind, 12, 2)]


def test_pictures_of_a_folder_are_read_in_natural_order(folder: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    cuts, _ = cut(only(folder), 5)
    assert [(c.start, c.stop) for c in cuts] == [(0, 5), (5, 10), (10, 12)]
    found = read_all(folder, 5)
    assert [name for batch in found.batches for name in batch.ids or ()] == NAMES
    assert len(found.images) == 12


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_tar_gives_the_tiles_of_its_folder(folder: Path, tmp_path: Path, mode: str) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    path = tmp_path / ("scans.tar" if mode == "w" else "scans.tar.gz")
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for name in NAMES:
            tar.add(folder / name, name)
        tar.add(folder / "notes.md", "notes.md")
        link = tarfile.TarInfo("link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert len(cut(only(path), 5)[0]) == (3 if mode == "w" else 1)
    found = read_all(path, 5)
    assert [name for batch in found.batches for name in batch.ids or ()] == NAMES
    assert np.array_equal(found.images, read_all(folder, 5).images)


def test_a_broken_picture_is_a_bad_row(folder: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    (folder / "0" / "4.png").write_bytes(b"no picture")
    found = read_all(folder, 5)
    assert [place for place, _ in found.bad] == ["0/4.png"]
    assert len(found.images) == 11
    names = [name for batch in found.batches for name in batch.ids or ()]
    assert names == [name for name in NAMES if name != "0/4.png"]


def test_the_answers_are_those_of_predict(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(12):
        paint(str(number % 10)).save(folder / f"{number}.png")
    score(folder, tmp_path / "out", shard_rows=5)
    columns = columns_of(tmp_path / "out")
    assert columns["id"] == [f"{number}.png" for number in range(12)]
    assert columns["label"] == [str(label) for label in predict(str(folder)).labels]


def test_another_picture_in_the_folder_is_another_job(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    score(folder, tmp_path / "out")
    assert score(folder, tmp_path / "out").rows_now == 0
    os.utime(folder / "0" / "2.png", ns=(1, 1))
    with pytest.raises(OutputError, match="were changed after it began"):
        score(folder, tmp_path / "out")


def test_a_folder_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no tables, arrays or pictures"):
        only(tmp_path)
