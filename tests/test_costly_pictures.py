"""Pictures that cost too much: refused before a decoder sees them, given up in the middle, or
bounded by what is looked at; the others come, and memory stays flat."""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import hostile_pictures
from conftest import NEEDS_PHOTO, paint
from tenfold.cli import main
from tenfold.errors import DataError
from tenfold.framing import open_picture
from tenfold.framing.kinds import KINDS_SERVED, kind_of
from tenfold.isolation import Bounds
from tenfold.reading.found import Found
from tenfold.reading.found_message import found_of, message_of
from tenfold.reading.isolated import IsolatedFind
from tenfold.reading.opening import find

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits the address space")


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


@pytest.fixture(scope="module")
def isolated() -> Iterator[IsolatedFind]:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    finder = IsolatedFind(1, Bounds(processor_seconds=0.4, memory_mb=200))
    yield finder
    finder.close()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (encoded(paint("3")), "PNG"),
        (encoded(paint("3"), "JPEG"), "JPEG"),
        (encoded(paint("3"), "WEBP"), "WEBP"),
        (encoded(paint("3"), "GIF"), "GIF"),
        (encoded(paint("3"), "BMP"), "BMP"),
        (encoded(paint("3"), "TIFF"), "TIFF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", None),
        (b"", None),
    ],
)
def test_the_first_bytes_say_what_a_picture_is(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize("kind", ["GIF", "BMP"])
def test_kinds_that_are_not_asked_for_are_refused_unopened(kind: str) -> None:
    with pytest.raises(DataError, match=rf"^a\.png: a {kind} picture, which is not opened here"):
        open_picture(encoded(paint("3"), kind), "a.png", KINDS_SERVED)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "jpeg", "packbits", "tiff_deflate"])
def test_the_tiff_that_scanners_write_is_opened(compression: str) -> None:
    content = encoded(paint("3").convert("L"), "TIFF", compression=compression)
    assert open_picture(content, "a.tif").grey.shape == (100, 100)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (hostile_pictures.tiff_of_many_strips(), "of 500,007 numbers"),
        (hostile_pictures.tiff_of_many_tags(), "of 60,009 tags"),
        (hostile_pictures.tiff_of(20, 20, compression=34925, data=bytes(9)), "compression 34925"),
        (hostile_pictures.tiff_of(20, 20, compression=50000, data=bytes(9)), "compression 50000"),
        (b"II*\0" + struct.pack("<I", 1 << 31), "cut off"),
        (b"II*\0\x08\0\0\0\x20\0", "cut off"),
    ],
    ids=["strips", "tags", "LZMA", "Zstandard", "far", "short"],
)
def test_a_tiff_of_too_much_is_refused_before_a_decoder_sees_it(
    content: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("opened"))
    with pytest.raises(DataError, match=said):
        open_picture(content, "a.tif")


@pytest.mark.parametrize("name", ["markers.jpg", "chunks.png", "scans.jpg"])
def test_what_takes_too_long_to_open_is_given_up(isolated: IsolatedFind, name: str) -> None:
    content = hostile_pictures.COSTLY_FILES[name]()
    with pytest.raises(DataError, match=rf"^{name}: takes more than (0\.4|1\.6) s"):
        isolated(content, file=name)
    assert isolated(encoded(paint("3"))).rows


@LINUX
def test_what_takes_too_much_memory_is_given_up(isolated: IsolatedFind) -> None:
    content = hostile_pictures.png_of_pixels(6000)
    with pytest.raises(DataError, match=r"^pixels\.png: takes more than 200 MB of memory"):
        isolated(content, file="pixels.png")


@pytest.mark.parametrize("name", ["specks", "dust", "diagonals", "grid", "low combs", "nested"])
def test_what_is_looked_at_is_bounded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    from tenfold.reading.find import candidates

    spent: list[int] = []
    count_pixels = candidates.Candidates.count_pixels

    def counted(counter: candidates.Candidates, pixels: int) -> None:
        spent.append(pixels)
        count_pixels(counter, pixels)

    monkeypatch.setattr(candidates.Candidates, "count_pixels", counted)
    found = find(hostile_pictures.COSTLY_PICTURES[name]())
    assert len(found.tiles) <= candidates.CANDIDATES_MAX
    assert sum(spent[:-1]) <= candidates.PIXELS_MAX
    if sum(spent) > candidates.PIXELS_MAX:
        assert found.reason == "too_much_text"
        assert "given up: more than" in found.notes[-1]


def test_the_answer_is_the_same_here_and_isolated() -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    finder = IsolatedFind(1)
    pictures = [paint("3"), paint("25 71", 300), hostile_pictures.comb(40), Image.new("L", (9, 9))]
    for content in [encoded(picture) for picture in pictures]:
        assert same(finder(content, stages=True), find(content, stages=True))
    finder.close()


def same(a: Found, b: Found) -> bool:
    stages = zip(a.stages, b.stages, strict=True)
    return (
        np.array_equal(a.tiles, b.tiles)
        and (a.rows, a.whole, a.reason, a.notes) == (b.rows, b.whole, b.reason, b.notes)
        and (a.width, a.height, a.file) == (b.width, b.height, b.file)
        and all(one[0] == two[0] and np.array_equal(one[1], two[1]) for one, two in stages)
    )


def test_a_message_of_other_sizes_than_it_says_is_no_answer() -> None:
    header, body = message_of(find(Image.new("L", (9, 9))))
    with pytest.raises(ValueError, match="buffer"):
        found_of(header | {"tiles": 3}, body)


def test_read_names_costly_files_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.png").write_bytes(hostile_pictures.png_of_chunks(300_000))
    (tmp_path / "b.tif").write_bytes(hostile_pictures.tiff_of_many_strips())
    paint("7").save("z.png")
    with pytest.raises(SystemExit) as ended:
        main(["read", "--json", "--picture-seconds", "0.3", "."])
    assert ended.value.code == 2
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [os.path.basename(answer["file"]) for answer in answers] == ["a.png", "b.tif", "z.png"]
    assert "takes more than" in answers[0]["error"]
    assert "numbers" in answers[1]["error"]
    assert answers[2]["text"] == "7"


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to one process")
def test_ctrl_c_does_not_wait_for_a_picture_that_takes_minutes(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    endless, good = tmp_path / "z.jpg", tmp_path / "a.png"
    endless.write_bytes(hostile_pictures.jpeg_of_scans(3000, side=3000))
    paint("7").save(good)
    command = ["read", "--picture-seconds", "600", *[str(good)] * 20, str(endless)]
    with subprocess.Popen(
        [sys.executable, "-m", "tenfold", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        assert b": 7 " in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) != 0
