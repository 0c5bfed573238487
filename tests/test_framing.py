from __future__ import annotations

import io
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw

from conftest import paint
from tenfold.errors import DataError
from tenfold.framing import (
    frame_ink,
    is_framed,
    open_picture,
    pages,
    picture_of_array,
    tile_of,
)

needs_photo = pytest.mark.skipif(
    find_spec("cv2") is None, reason="the photo extra is not installed"
)

pictures = arrays.arrays(
    np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=60), elements=st.integers(0, 255)
)


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


def grey_of(content: bytes, name: str) -> np.ndarray:
    return open_picture(content, name).grey


def tile(picture: np.ndarray) -> np.ndarray:
    return tile_of(picture_of_array(picture))


def ink_box(tile: np.ndarray) -> tuple[int, int]:
    rows, columns = np.flatnonzero(tile.any(axis=1)), np.flatnonzero(tile.any(axis=0))
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def test_the_longer_side_of_the_ink_becomes_twenty() -> None:
    ink = np.zeros((100, 300), np.uint8)
    ink[10:50, 20:40] = 255  # 40 high, 20 wide
    assert ink_box(frame_ink(ink)) == (20, 10)


def test_the_centre_of_mass_comes_to_the_centre() -> None:
    ink = np.zeros((100, 100), np.uint8)
    ink[5:25, 60:64] = 255
    ink[25:65, 60:90] = 255
    mass = frame_ink(ink).astype(float)
    centre = (mass.sum(axis=1) @ np.arange(28), mass.sum(axis=0) @ np.arange(28)) / mass.sum()
    assert np.abs(centre - 13.5).max() <= 0.5


def test_a_single_dot_and_a_hairline_are_framed_too() -> None:
    for shape in ((1, 1), (1, 500), (500, 1)):
        assert frame_ink(np.full(shape, 255, np.uint8)).max() > 0


@needs_photo
def test_no_ink_gives_an_empty_tile() -> None:
    assert not frame_ink(np.zeros((50, 50), np.uint8)).any()
    assert not tile_of(picture_of_array(np.full((50, 50), 200, np.uint8))).any()


@needs_photo
@settings(max_examples=50, deadline=None)
@given(pictures)
def test_any_picture_gives_a_tile(picture: np.ndarray) -> None:
    assert tile(picture).shape == (28, 28)
    assert tile(picture).dtype == np.uint8


@needs_photo
def test_both_polarities_give_the_same_tile() -> None:
    dark = np.asarray(paint("7"))
    np.testing.assert_array_equal(tile(dark), tile(255 - dark))


def test_a_tile_drawn_with_a_pen_of_one_pixel_is_not_framed() -> None:
    drawing = Image.new("L", (28, 28))
    ImageDraw.Draw(drawing).ellipse((5, 5, 22, 22), outline=255, width=1)
    thick = drawing.copy()
    ImageDraw.Draw(thick).ellipse((5, 5, 22, 22), outline=255, width=2)
    assert not is_framed(np.asarray(drawing))
    assert is_framed(np.asarray(thick))


@needs_photo
def test_what_was_framed_is_framed_and_stays_as_it_is() -> None:
    framed = tile(np.asarray(paint("7")))
    assert is_framed(framed)
    np.testing.assert_array_equal(tile(framed), framed)


@needs_photo
@pytest.mark.parametrize("text", list("0123456789"))
def test_real_tiles_count_as_framed_and_shifted_ones_do_not(text: str) -> None:
    framed = tile(np.asarray(paint(text)))
    assert is_framed(framed)
    assert not is_framed(np.roll(framed, 4, axis=1))
    assert not is_framed(255 - framed)


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
    content = encoded(Image.new("1", (30_000, 30_000)))
    assert len(content) < 200_000
    with pytest.raises(DataError, match="more than 50 million pixels"):
        grey_of(content, "a.png")


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


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"<?xml?><svg xmlns='x'/>", "an SVG drawing"),
        (b"<!DOCTYPE html>", "a web page"),
        (bytes(4) + b"ftypheic" + bytes(99), "HEIC"),
        (b"junk\n%PDF-1.4", "a PDF document"),
        (b"PK\x03\x04" + bytes(5000) + b"word/document.xml", "a Word document"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument", "OpenDocument"),
        (bytes(4) + b"ftypisom" + bytes(99), "a video"),
        (b"AT&TFORM" + bytes(9), "a DjVu document"),
    ],
)
def test_what_is_no_picture_is_called_by_its_name(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        open_picture(content, "a.png")


FRAMES = [Image.new("L", (8, 8), level) for level in (0, 255, 9)]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("TIFF", "holds 3 pages"),
        ("GIF", r"a moving picture \(several frames\)"),
        ("PNG", r"a moving picture \(3 frames\)"),
        ("WEBP", r"a moving picture \(3 frames\)"),
    ],
)
def test_of_several_pages_none_is_read_alone(kind: str, said: str) -> None:
    content = encoded(FRAMES[0], kind, save_all=True, append_images=FRAMES[1:])
    with pytest.raises(DataError, match=f"^a: {said}") as caught:
        open_picture(content, "a")
    assert "magick FILE" in caught.value.hint


def test_pages_without_end_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGES_COUNTED", 2)
    content = encoded(FRAMES[0], "TIFF", save_all=True, append_images=FRAMES[1:])
    with pytest.raises(DataError, match="at least 2 pages"):
        open_picture(content, "a")


def test_a_smaller_copy_beside_the_page_is_no_page() -> None:
    small = Image.new("L", (4, 4), 7)
    small.encoderinfo = {"tiffinfo": {254: 1}}
    content = encoded(FRAMES[1], "TIFF", save_all=True, append_images=[small])
    opened = open_picture(content, "a.tif")
    assert (opened.grey.min(), opened.width) == (255, 8)
    assert opened.notes == ("1 smaller copies or masks in the file left out",)


def test_a_cameras_second_picture_is_noted() -> None:
    content = encoded(FRAMES[1], "MPO", save_all=True, append_images=FRAMES[2:])
    opened = open_picture(content, "a.jpg")
    assert opened.grey.min() == 255
    assert "the first of 2 pictures" in opened.notes[0]
