"""A reading in a notebook's cell."""

from __future__ import annotations

import numpy as np

from readings import digit, drawing_in, number, reading
from tenfold.reading import reading_html as module
from tenfold.reading.reading_html import reading_html

PICTURE = np.full((100, 100), 235, np.uint8)


def test_the_text_and_a_box_for_each_digit() -> None:
    page = reading_html(reading((number(digit(7, 0.99), digit(3, 0.5)),), picture=PICTURE))
    drawn = drawing_in(page)
    assert drawn.count("<rect") == 2
    assert ">7</text>" in drawn
    assert ">?</text>" in drawn
    assert 'alt="7 99.0%, 3 50.0%"' in page
    assert 'href="data:image/jpeg;base64,' in drawn
    assert "<svg" not in page  # which a notebook that is not trusted leaves out


def test_without_a_picture_the_tiles_are_shown() -> None:
    drawn = drawing_in(reading_html(reading((number(digit(7, 0.99)),), file="")))
    assert "image/jpeg" not in drawn
    assert drawn.count('href="data:image/png;base64,') == 1


def test_many_digits_are_bounded(monkeypatch) -> None:
    monkeypatch.setattr(module, "BOXES_MAX", 3)
    page = reading_html(reading((number(*[digit(7, 0.99)] * 5),), picture=PICTURE))
    assert drawing_in(page).count("<rect") == 3
    assert "and 2 more digits" in page


def test_nothing_to_read_and_errors_are_said() -> None:
    assert "nothing to read (blank)" in reading_html(reading(reason="blank"))
    assert "a.png: broken picture" in reading_html(reading(error="broken picture"))


def test_names_of_files_are_escaped() -> None:
    page = reading_html(reading(file="<script>.png", error="broken"))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
