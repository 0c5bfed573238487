"""From a picture to an answer. Needs the photo extra and the model that ships."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

import tenfold
from tenfold.reading.reader import Reader

pytest.importorskip("cv2", reason="the photo extra is not installed")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return tenfold.load()


def written(text: str, *, size: int = 60, paper: int = 235, ink: int = 40) -> Image.Image:
    """Text in rows, spaced like handwriting."""
    rows = text.split("/")
    picture = Image.new("L", (40 + size * max(map(len, rows)), 40 + 2 * size * len(rows)), paper)
    for i, row in enumerate(rows):
        for j, character in enumerate(row):
            place = (20 + j * size, 20 + i * 2 * size)
            ImageDraw.Draw(picture).text(place, character, ink, font_size=size)
    return picture


def test_a_number_is_read(reader: Reader) -> None:
    reading = reader(written("2357"))
    assert reading.text == "2357"
    assert [digit.digit for digit in reading] == [2, 3, 5, 7]
    assert reading.reason is None


def test_rows_are_parted_by_strokes_and_numbers_by_spaces(reader: Reader) -> None:
    assert reader(written("2357  72/5323")).text == "2357 72/5323"


def test_json_lines_hold_what_was_read(reader: Reader) -> None:
    answer = json.loads(json.dumps(reader(written("25")).to_json()))
    assert list(answer) == ["file", "text", "rows", "reason", "notes", "error"]
    number = answer["rows"][0][0]
    assert list(number) == ["text", "probability", "digits"]
    assert list(number["digits"][0]) == ["digit", "probability", "probabilities", "box", "reason"]


def test_white_paper_is_blank(reader: Reader) -> None:
    reading = reader(Image.new("RGB", (300, 200), "white"))
    assert (reading.text, reading.reason, len(reading)) == ("", "blank", 0)


def test_one_bad_picture_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"<html>")
    written("7").save(tmp_path / "b.png")
    bad, good = tenfold.read(tmp_path)
    assert bad.error is not None
    assert bad.error.startswith("a web page (HTML), which cannot be opened as a picture (")
    assert good.text == "7"


def test_a_folder_is_read_in_the_order_of_its_numbers(tmp_path: Path) -> None:
    for name in ("b10", "b9", "a2", "a10"):
        written("7").save(tmp_path / f"{name}.png")
    (tmp_path / "a2").mkdir()
    written("7").save(tmp_path / "a2" / "1.png")
    expected = ["a2.png", "a10.png", "b9.png", "b10.png", "a2/1.png"]
    for given in (str(tmp_path), str(tmp_path / "**" / "*.png")):
        names = [os.path.relpath(reading.file, tmp_path) for reading in tenfold.read(given)]
        assert sorted(names) == sorted(expected)
        assert [name for name in names if "/" not in name] == expected[:4]


def test_documents_in_a_folder_are_not_passed_over(tmp_path: Path) -> None:
    written("7").save(tmp_path / "1.png")
    (tmp_path / "2.pdf").write_bytes(b"%PDF-1.7")
    good, document = tenfold.read(tmp_path)
    assert (good.text, good.error) == ("7", None)
    assert document.error is not None
    assert document.error.startswith("a PDF document")
    assert "pdftoppm" in document.error


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
