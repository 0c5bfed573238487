"""From a picture to an answer. Needs the photo extra and the model that ships."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

import tenfold
from conftest import NEEDS_DOCUMENTS, NEEDS_PHOTO, paint
from pdf_files import ONE, SEVEN, pdf_of
from picture_files import encoded
from spaced_text import written
from tenfold.errors import DataError
from tenfold.framing import picture_of_array, tile_of
from tenfold.reading.reader import Reader


def tile(picture: np.ndarray) -> np.ndarray:
    return tile_of(picture_of_array(picture))


MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16")


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


def test_a_number_is_read(reader: Reader) -> None:
    reading = reader(written("2357"))
    assert reading.text == "2357"
    assert [digit.digit for digit in reading] == [2, 3, 5, 7]
    assert reading.reason is None


def test_rows_are_parted_by_strokes_and_numbers_by_spaces(reader: Reader) -> None:
    assert reader(written("2357  72/5323")).text == "2357 72/5323"


def test_white_paper_is_blank(reader: Reader) -> None:
    reading = reader(Image.new("RGB", (300, 200), "white"))
    assert (reading.text, reading.reason, len(reading)) == ("", "blank", 0)


def test_a_page_of_a_pillow_image_is_said(reader: Reader, tmp_path: Path) -> None:
    written("7").save(tmp_path / "a.tif", save_all=True, append_images=[written("2")])
    with Image.open(tmp_path / "a.tif") as opened:
        assert reader(opened).notes[0] == "page 1 of 2"
        opened.seek(1)
        assert (reader(opened).text, reader(opened).notes[0]) == ("2", "page 2 of 2")


def test_an_array_of_28_by_28_is_a_tile(reader: Reader) -> None:
    tile = reader(written("3"))[0].tile
    again = reader(tile)
    assert again[0].digit == 3
    np.testing.assert_array_equal(again[0].tile, tile)


@pytest.fixture(scope="module")
def three_pages() -> bytes:
    pages = [written("7"), written("25"), written("3")]
    return encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])


def test_the_pages_of_a_tiff_are_read_one_by_one(reader: Reader, three_pages: bytes) -> None:
    readings = list(reader.pages(three_pages))
    assert [(r.page, r.pages, r.text) for r in readings] == [(1, 3, "7"), (2, 3, "25"), (3, 3, "3")]
    second = reader(three_pages, page=2)
    assert (second.page, second.pages, second.text) == (2, 3, "25")
    with pytest.raises(DataError, match=r"holds 3 pages") as refused:
        reader(three_pages)
    assert "reader.pages(...)" in refused.value.hint
    with pytest.raises(DataError, match="has no page 4, but 3 pages"):
        reader(three_pages, page=4)


def test_a_picture_is_one_page(reader: Reader, tmp_path: Path) -> None:
    picture = written("7")
    picture.save(tmp_path / "a.png")
    for source in (tmp_path / "a.png", encoded(picture), picture, np.asarray(picture)):
        (reading,) = reader.pages(source)
        assert (reading.page, reading.pages, reading.text) == (1, 1, "7")
        assert reader(source, page=1).text == "7"
        with pytest.raises(DataError, match="has no page 2, but 1 page"):
            reader(source, page=2)


def test_a_pdf_is_opened_in_another_process_and_read_like_its_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    pytest.importorskip("pypdfium2", reason=NEEDS_DOCUMENTS)
    monkeypatch.setitem(sys.modules, "pypdfium2", None)  # in this process it cannot be imported
    picture, path = written("2357"), tmp_path / "form.pdf"
    picture.save(path, "PDF", resolution=100, quality=95)
    with contextlib.closing(tenfold.load()) as reader:
        (page,) = reader.pages(path)
        assert page.text == reader(path).text == reader(path.read_bytes()).text == "2357"
        boxes = zip(page, reader(picture), strict=True)
        assert all(np.abs(np.subtract(a.box, b.box)).max() <= 2 for a, b in boxes)


def test_a_page_that_cannot_be_read_is_an_error_among_the_others() -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    pytest.importorskip("pypdfium2", reason=NEEDS_DOCUMENTS)
    with contextlib.closing(tenfold.load()) as reader:
        readings = list(reader.pages(pdf_of(SEVEN, None, ONE)))
        assert [reading.text for reading in readings] == ["7", "", "1"]
        assert [reading.error is None for reading in readings] == [True, False, True]
        with pytest.raises(DataError, match="locked with a password"):
            next(reader.pages(pdf_of(SEVEN, locked=True)))


def test_the_picture_is_kept_where_it_is_wanted(reader: Reader, three_pages: bytes) -> None:
    found = reader.find(three_pages, page=2, keep_picture=True)
    assert found.picture is not None
    assert found.picture.shape == (160, 160)
    assert reader.find(three_pages, page=2).picture is None
