"""Pictures are opened safely: files, Pillow images and arrays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import paint
from picture_files import BOMB, encoded
from tenfold.errors import DataError
from tenfold.framing import open_picture, picture_of_array
from tenfold.framing.picture import Picture


def grey_of(content: bytes, name: str) -> np.ndarray:
    return open_picture(content, name).grey


MEMORY_MAX = 700_000_000  # bytes of address space; the picture below would take 2,700,000,000

BAD = {
    "truncated.jpg": (encoded(Image.effect_noise((300, 200), 40), "JPEG")[:4000], "broken"),
    "empty.png": (b"", "an empty file"),
    "drawing.svg.png": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
    "page.png": (b"<!DOCTYPE html><html><body>Sign in", "a web page"),
    "bomb.png": (BOMB, "more than 50 million pixels"),
}


def test_transparency_is_paper() -> None:
    picture = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    picture.putpixel((5, 5), (0, 0, 0, 255))
    grey = grey_of(encoded(picture), "a.png")
    assert grey[0, 0] == 255
    assert grey[5, 5] == 0


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16", "CMYK"])
def test_every_mode_opens(mode: str) -> None:
    picture = (
        Image.fromarray(np.full((8, 8), 40_000, np.uint16))
        if mode == "I;16"
        else (Image.new("L", (8, 8), 156).convert(mode))
    )
    grey = grey_of(encoded(picture, "TIFF"), "a.tif")
    assert grey.shape == (8, 8)
    assert grey.dtype == np.uint8
    if mode != "1":
        assert abs(int(grey[0, 0]) - 156) <= 2


def test_exif_orientation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    content = encoded(Image.new("L", (20, 10), 9), "JPEG", exif=exif)
    assert grey_of(content, "a.jpg").shape == (20, 10)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"\x89PNG\r\n\x1a\n", encoded(paint())[:100], bytes(1000)]
)
def test_what_is_no_picture_is_a_data_error(content: bytes) -> None:
    with pytest.raises(DataError, match=r"^a\.png: "):
        grey_of(content, "a.png")


def test_a_picture_is_measured_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenfold.framing.picture.PIXELS_MAX", 99)
    with pytest.raises(DataError, match="million pixels"):
        grey_of(encoded(Image.new("L", (10, 10))), "a.png")


def test_formats_that_start_other_programs_stay_closed() -> None:
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"
    with pytest.raises(DataError, match="a PostScript document"):
        grey_of(eps, "a.png")


def test_a_large_picture_is_read_small() -> None:
    grey = grey_of(encoded(Image.new("L", (6000, 4000), 9)), "a.png")
    assert grey.shape == (1344, 2016)


@pytest.mark.parametrize(
    ("size", "working"),
    [((4000, 3000), (1500, 2000)), ((3024, 4032), (2016, 1512)), ((3000, 200), (134, 2016))],
)
def test_a_large_jpeg_is_decoded_at_a_part_of_its_size(
    size: tuple[int, int], working: tuple[int, int]
) -> None:
    picture = open_picture(encoded(Image.new("RGB", size, "red"), "JPEG"), "a.jpg")
    assert picture.pixels.shape == (*working, 3)
    assert (picture.width, picture.height) == size


def test_a_picture_of_a_billion_pixels_in_a_few_kilobytes_is_refused() -> None:
    assert len(BOMB) < 200_000
    with pytest.raises(DataError, match="more than 50 million pixels"):
        grey_of(BOMB, "a.png")


def test_an_array_that_is_no_picture_is_a_data_error() -> None:
    for array in (np.full((9, 9), np.nan), np.full((9, 9), 2.0), np.zeros((9, 9, 2)), np.zeros(9)):
        with pytest.raises(DataError, match=r"^array: "):
            picture_of_array(array)


def test_floats_and_booleans_are_levels() -> None:
    assert picture_of_array(np.full((3, 3), 0.5)).grey[0, 0] == 128
    assert picture_of_array(np.full((3, 3), True)).grey[0, 0] == 255


def test_bright_ink_on_nothing_is_laid_on_black() -> None:
    picture = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    picture.paste((250, 250, 250, 255), (5, 5, 9, 15))
    opened = open_picture(encoded(picture), "a.png")
    assert (opened.grey[0, 0], opened.grey[7, 7]) == (0, 250)
    assert "laid on black" in opened.notes[0]


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


def test_a_picture_is_kept_small() -> None:
    opened = open_picture(encoded(Image.new("RGB", (5000, 4000), "white"), "JPEG"), "a.jpg")
    assert isinstance(opened, Picture)
    assert opened.pixels.nbytes <= 2000 * 2000 * 3
