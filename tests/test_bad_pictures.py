"""Pictures that are broken, hostile or empty: one clear answer each, in bounded memory, and the
others still come."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

import numpy as np
import pytest
from PIL import GifImagePlugin, Image, ImageDraw

import tenfold
from conftest import NEEDS_PHOTO, paint
from tenfold.cli import main
from tenfold.errors import DataError
from tenfold.framing import open_picture
from tenfold.framing.picture import Picture
from tenfold.reading import pictures
from tenfold.reading.found import NO_TILES, Found
from tenfold.reading.opening import find
from tenfold.reading.reader import Reader

MEMORY_MAX = 700_000_000  # bytes of address space; the picture below would take 2,700,000,000
MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16")


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


@pytest.fixture(scope="module")
def reader() -> Reader:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    return tenfold.load()


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


BAD = {
    "truncated.jpg": (encoded(Image.effect_noise((300, 200), 40), "JPEG")[:4000], "broken"),
    "empty.png": (b"", "an empty file"),
    "drawing.svg.png": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
    "page.png": (b"<!DOCTYPE html><html><body>Sign in", "a web page"),
    "bomb.png": (encoded(Image.new("1", (30_000, 30_000))), "more than 50 million pixels"),
}


def test_bad_files_are_said_and_the_good_one_still_comes(
    inside: Path, capsys: pytest.CaptureFixture[str], reader: Reader
) -> None:
    for name, (content, _) in BAD.items():
        (inside / name).write_bytes(content)
    paint("7").save("z.png")
    with pytest.raises(SystemExit) as ended:
        main(["read", ".", "missing.png", "*.tiff"])
    told = capsys.readouterr()
    assert ended.value.code == 2
    lines = dict(line.split(": ", 1) for line in told.out.splitlines() if line[0] != " ")
    for name, (_, said) in BAD.items():
        assert lines[f"./{name}"].startswith("error: ")
        assert said in lines[f"./{name}"]
    assert lines["./z.png"].startswith("7")
    assert "No such file" in lines["missing.png"]
    assert "no file matches" in lines["*.tiff"]
    assert "Traceback" not in told.err


def test_a_folder_without_pictures_is_said(
    inside: Path, capsys: pytest.CaptureFixture[str], reader: Reader
) -> None:
    (inside / "scans").mkdir()
    with pytest.raises(SystemExit) as ended:
        main(["read", "scans"])
    assert ended.value.code == 2
    assert "scans: error: holds no pictures" in capsys.readouterr().out


def test_standard_input_is_a_picture(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, reader: Reader
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(encoded(paint("7")))))
    with pytest.raises(SystemExit) as ended:
        main(["read", "-"])
    assert ended.value.code == 0
    assert "7  " in capsys.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space")
def test_a_picture_of_a_billion_pixels_takes_no_memory(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(BAD["bomb.png"][0])
    program = (
        "import resource, sys\n"
        "from tenfold.errors import DataError\n"
        "from tenfold.framing.picture import open_picture\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_MAX}, {MEMORY_MAX}))\n"
        "try: open_picture(open(sys.argv[1], 'rb').read(), 'bomb.png')\n"
        "except DataError as problem: print(problem.message)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "bomb.png")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    assert "more than 50 million pixels" in ran.stdout


def test_a_million_frames_are_not_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    still = encoded(Image.new("L", (4, 4), 9), "GIF")
    begin = still.index(b",")  # the image descriptor; the file ends in ';'
    content = still[:begin] + still[begin:-1] * 1_000_000 + b";"
    sought = []
    seek = GifImagePlugin.GifImageFile._seek

    def counted(image: GifImagePlugin.GifImageFile, frame: int, update: bool = True) -> None:
        sought.append(frame)
        seek(image, frame, update)

    monkeypatch.setattr(GifImagePlugin.GifImageFile, "_seek", counted)
    with pytest.raises(DataError, match="a moving picture"):
        open_picture(content, "a.gif")
    assert set(sought) == {0, 1}


@pytest.mark.parametrize(
    "array",
    [
        np.full((9, 9), np.nan, np.float32),
        np.full((9, 9), 2.0),
        np.full((9, 9), -0.5),
        np.zeros((9, 9, 2), np.uint8),
        np.zeros((2, 9, 9, 3), np.uint8),
        np.zeros(9, np.uint8),
        np.zeros((0, 9), np.uint8),
        np.zeros((9, 9), np.int64),
    ],
    ids=["NaN", "above 1", "below 0", "2 channels", "a stack", "a line", "empty", "integers"],
)
def test_arrays_that_are_no_picture_are_refused(array: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"^array: "):
        find(array)


@pytest.mark.parametrize("size", [(200, 200), (1, 1), (1, 5000), (5000, 1)])
@pytest.mark.parametrize("level", [0, 255])
def test_pictures_of_nothing_are_blank(size: tuple[int, int], level: int) -> None:
    assert find(Image.new("L", size, level)).reason == "blank"


def test_a_page_of_text_is_called_so(reader: Reader) -> None:
    page = Image.new("L", (900, 900), 240)
    for top in range(20, 880, 40):
        ImageDraw.Draw(page).text((20, top), "AKMRWXHEF" * 4, 30, font_size=24)
    reading = reader(page)
    assert reading.reason == "too_much_text"
    assert reading.text == ""


@pytest.mark.parametrize("mode", MODES)
def test_a_digit_is_read_in_every_mode(mode: str, reader: Reader) -> None:
    picture = paint("3").resize((140, 140)).convert("L")
    if mode == "I;16":
        other = Image.fromarray(np.asarray(picture).astype(np.uint16) * 257)
    else:
        other = picture.convert(mode)
    assert reader(encoded(other, "TIFF")).text == reader(picture).text == "3"


def test_transparency_in_a_palette_is_paper(reader: Reader) -> None:
    ink = np.asarray(paint("3").resize((140, 140)).convert("L")) < 128
    picture = Image.fromarray(ink.astype(np.uint8), "P")
    picture.putpalette([0, 0, 0, 0, 0, 0])  # black on black: only one of them is there
    assert reader(encoded(picture, transparency=0)).text == "3"


def test_a_turned_picture_is_read_upright(reader: Reader) -> None:
    exif = Image.Exif()
    exif[0x0112] = 8  # to be turned by a quarter, against the clock
    turned = paint("7").resize((140, 140)).convert("L").rotate(-90)
    assert reader(encoded(turned, "JPEG", exif=exif)).text == "7"


def test_ten_thousand_pictures_stream() -> None:
    """However many there are, few are in work ahead of the one that is asked for."""
    begun, lock = 0, Lock()

    def look(picture: int) -> Found:
        nonlocal begun
        with lock:
            begun += 1
        return Found(NO_TILES, (), 1, 1, str(picture))

    def names() -> Iterator[int]:
        yield from range(10_000)

    answered = 0
    for batch in pictures._batches(names(), look, 2):
        for found in batch:
            assert found.file == str(answered)
            answered += 1
        assert begun - answered <= 2 * pictures.AHEAD
    assert answered == 10_000


def test_a_picture_is_kept_small() -> None:
    opened = open_picture(encoded(Image.new("RGB", (5000, 4000), "white"), "JPEG"), "a.jpg")
    assert isinstance(opened, Picture)
    assert opened.pixels.nbytes <= 2000 * 2000 * 3
