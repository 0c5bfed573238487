"""The page of what is not sure."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from readings import digit, number, reading
from tenfold.reading.tables import doubtful_page as module
from tenfold.reading.tables.doubtful_page import doubtful_page

SHADES = np.arange(100 * 100, dtype=np.uint32).reshape(100, 100) % 251
PICTURE = SHADES.astype(np.uint8)


def written(path: Path, *readings) -> tuple[str, int]:
    with doubtful_page(path) as add:
        count = sum(map(add, readings))
    return path.read_text(), count


def pictures_of(page: str) -> list[Image.Image]:
    return [
        Image.open(io.BytesIO(base64.b64decode(found)))
        for found in re.findall(r"data:image/jpeg;base64,([^\"]+)", page)
    ]


def test_only_what_is_not_sure_is_on_it(tmp_path: Path) -> None:
    sure, unsure = number(digit(4, 0.99)), number(digit(4, 0.99), digit(7, 0.9))
    page, count = written(
        tmp_path / "out.html",
        reading((sure, unsure), picture=PICTURE, page=2, pages=3, file="form.pdf"),
        reading((sure,), picture=PICTURE),
        reading(reason="blank", picture=PICTURE),
        reading(reason="no_digits", picture=PICTURE),
        reading(error="broken", file="b.png"),
    )
    assert count == page.count("<article>") == 3
    assert "form.pdf page 2, row 1" in page
    assert '<p class="text">4?</p>' in page
    assert "Not sure: 47 90.0%, 41 9.0%" in page
    assert "No digits" in page
    assert "Error: broken" in page
    assert len(pictures_of(page)) == 2


def test_a_picture_shows_the_number_and_a_line_below_what_is_not_sure(tmp_path: Path) -> None:
    paper = np.full((1000, 1000), 255, np.uint8)  # of a picture that is told to have 100 x 100
    paper[200:500, 100:300] = 0
    unsure = number(digit(7, 0.9))  # at 10, 20 to 30, 50
    page, _ = written(tmp_path / "out.html", reading((unsure,), picture=paper))
    (picture,) = pictures_of(page)
    pixels = np.asarray(picture.convert("RGB")).astype(int)
    assert module.HEIGHT <= picture.height <= 3 * module.HEIGHT
    black = (pixels.max(axis=2) < 60).sum() / module.HEIGHT**2
    assert 0.5 < black < 0.8  # 20 x 30 of the picture's pixels, 64 pixels high
    assert ((pixels[..., 0] - pixels[..., 2]) > 120).sum() > 50  # orange


@pytest.mark.parametrize(
    "box", [(0, 0, 100, 100), (-9, -9, 4, 4), (98, 98, 130, 130), (5, 5, 5, 5)]
)
def test_a_number_at_the_edge_has_a_picture_too(box, tmp_path: Path) -> None:
    page, count = written(
        tmp_path / "out.html", reading((number(digit(7, 0.9, box=box)),), picture=PICTURE)
    )
    assert count == 1
    assert len(pictures_of(page)) == 1


def test_no_name_is_markup_and_nothing_is_run_or_fetched(tmp_path: Path) -> None:
    page, _ = written(tmp_path / "out.html", reading(error="<b>", file="<script>alert(1)</script>"))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    assert "http://" not in page.replace("http-equiv", "")
    assert "https://" not in page


def test_where_all_is_sure_it_says_so(tmp_path: Path) -> None:
    page, count = written(tmp_path / "out.html", reading((number(digit(4, 0.99)),)))
    assert count == 0
    assert "all that was read is sure" in page
