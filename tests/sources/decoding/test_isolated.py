"""Folders of pictures within bounds: one that costs too much is named, and the rest is read."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import hostile_pictures
from conftest import NEEDS_PHOTO, paint
from tenfold.framing import open_picture, tile_of
from tenfold.isolation import Bounds, OverBounds
from tenfold.sources.decoding import isolated
from tenfold.sources.decoding.isolated import ReadTile, TileReader, Unreadable, read_tiles


def framed_tile(number: int) -> np.ndarray:
    tile = np.zeros((28, 28), np.uint8)
    tile[8:20, 12:16] = 100 + number
    return tile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(20):
        Image.fromarray(framed_tile(number)).save(tmp_path / f"{number}.png")
    return tmp_path


def paths_of(folder: Path) -> list[str]:
    return [str(folder / f"{number}.png") for number in range(20)]


def test_tiles_come_in_the_order_of_their_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolated, "SHARE", 7)
    monkeypatch.setattr(isolated, "TOGETHER", 3)
    for number, result in enumerate(read_tiles(paths_of(folder))):
        content = (folder / f"{number}.png").read_bytes()
        assert isinstance(result, ReadTile)
        assert np.array_equal(result.tile, framed_tile(number))
        assert result.stored is result.tile
        assert result[2:] == (hashlib.sha256(content).hexdigest(), len(content), True)


def test_tiles_are_those_of_this_process(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    bright = Image.fromarray(255 - framed_tile(0))  # framed anew, so the stored one is kept
    for number, picture in enumerate([paint("3"), bright, paint("7", 400)]):
        picture.save(tmp_path / f"{number}.png")
    paths = [str(path) for path in sorted(tmp_path.iterdir())]
    for path, result in zip(paths, read_tiles(paths), strict=True):
        assert isinstance(result, ReadTile)
        picture = open_picture(Path(path).read_bytes(), path)
        assert np.array_equal(result.tile, tile_of(picture))
    assert isinstance(result := read_tiles(paths)[1], ReadTile)
    assert np.array_equal(result.stored, framed_tile(0))


def test_faults_stand_at_their_files(folder: Path) -> None:
    (folder / "3.png").write_bytes(b"no picture")
    (folder / "5.png").unlink()
    results = read_tiles(paths_of(folder))
    faults = {number: r for number, r in enumerate(results) if isinstance(r, Unreadable)}
    assert set(faults) == {3, 5}
    assert "not a picture" in str(faults[3])
    assert "No such file" in str(faults[5])


def test_what_costs_too_much_is_named_and_the_rest_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolated, "BOUNDS", Bounds(processor_seconds=0.3, clock=60.0))
    (folder / "3.png").write_bytes(hostile_pictures.jpeg_of_scans(300, side=3000))
    results = read_tiles(paths_of(folder))
    faults = [result for result in results if isinstance(result, Unreadable)]
    assert [str(fault.place) for fault in faults] == [str(folder / "3.png")]
    assert "of processor time" in str(faults[0])


def test_only_small_pictures_go_together(folder: Path) -> None:
    Image.new("L", (1000, 1000)).save(folder / "4.png")
    files = [(path, Path(path).read_bytes()) for path in paths_of(folder)]
    together = [group for group in isolated._together(files) if isinstance(group, list)]
    assert [len(group) for group in together] == [4, 1, 15]


def test_pictures_of_a_tile_are_taken_as_they_are_where_asked(tmp_path: Path) -> None:
    """Data sets hold tiles, however they are framed; only the kinds that they hold are opened."""
    dark = 255 - framed_tile(0)
    files = [("dark", encoded(dark, "PNG")), ("gif", encoded(dark, "GIF"))]
    with TileReader(1, ("PNG",), as_tiles=True) as reader:
        taken, refused = reader.read(files)
    assert isinstance(taken, ReadTile)
    assert np.array_equal(taken.tile, dark)
    assert isinstance(refused, Unreadable)
    assert "a GIF picture, which is not opened here" in str(refused)


def encoded(levels: np.ndarray, kind: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(levels).save(file, kind)
    return file.getvalue()


def test_contents_of_many_bytes_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "FILE_BYTES_MAX", 1_000_000)
    with TileReader(1) as reader:
        (large,) = reader.read([("large", bytes(1_000_001))])
    assert isinstance(large, Unreadable)
    assert "is larger than 1 MB" in str(large)


def test_one_over_the_bounds_takes_no_other_with_it() -> None:
    class Processes:
        def call(self, request: dict[str, list[list[object]]], content: bytes) -> object:
            if any(path == "bad" for path, _ in request["files"]):
                raise OverBounds("takes too long")
            return {"files": [[None, None, False, True]] * len(request["files"])}, bytes(
                784 * len(request["files"])
            )

    files = [("a", b"1"), ("bad", b"2"), ("c", b"3")]
    results = isolated._opened(Processes(), files, {})  # type: ignore[arg-type]
    assert [isinstance(result, Unreadable) for result in results] == [False, True, False]
