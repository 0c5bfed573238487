"""The answer as JSON."""

from __future__ import annotations

import json

import pytest
from PIL import Image, ImageDraw

import tenfold
from conftest import NEEDS_PHOTO
from tenfold.reading.reader import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
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


def test_json_lines_hold_what_was_read(reader: Reader) -> None:
    answer = json.loads(json.dumps(reader(written("25")).to_json()))
    assert list(answer) == [
        "file", "page", "pages", "text", "rows", "reason", "turn", "cells", "notes", "error",
    ]  # fmt: skip
    number = answer["rows"][0][0]
    names = [
        "text", "written", "likeliest", "probability", "alternatives", "reason", "box", "digits",
        "marks",
    ]  # fmt: skip
    assert list(number) == names
    digit = ["digit", "probability", "probabilities", "box", "reason", "notes"]
    assert list(number["digits"][0]) == digit
