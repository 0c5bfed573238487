"""The sheet of `read --explain`, opened again and looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from readings import digit, number, reading
from tenfold.reading.answers.number import Reading
from tenfold.reading.explanation import (
    GROUND,
    NO_DIGIT,
    SURE,
    UNSURE,
    WIDTH,
    explanation_of,
    write_explanation,
)

PICTURE = np.full((100, 100), 235, np.uint8)
STAGES = (("picture", PICTURE), ("ink", 255 - PICTURE))


def colours(reading: Reading) -> set[Any]:
    sheet = explanation_of(reading)
    return {colour for _, colour in sheet.getcolors(sheet.width * sheet.height)}


def read(*digits: Any, **fields: Any) -> Reading:
    return reading((number(*digits),), stages=STAGES, **fields)


def test_each_digit_has_a_box_in_the_colour_of_its_answer() -> None:
    assert SURE in colours(read(digit(7, 0.99)))
    assert UNSURE not in colours(read(digit(7, 0.99)))
    assert UNSURE in colours(read(digit(7, 0.5)))
    assert NO_DIGIT in colours(read(digit(7, 0.99, is_digit=0.1), digit(3, 0.99)))


def test_a_sheet_grows_with_what_it_shows() -> None:
    heading = explanation_of(reading(reason="blank"))
    stages = explanation_of(reading(reason="blank", stages=STAGES))
    tiles = explanation_of(read(digit(7, 0.99)))
    assert heading.width == stages.width == tiles.width == WIDTH
    assert heading.height < stages.height < tiles.height


def test_the_ground_is_grey_so_that_black_and_white_are_seen() -> None:
    pixels = np.asarray(explanation_of(read(digit(7, 0.99))))
    assert (pixels[0, 0] == GROUND).all()


def test_it_is_written_as_png(tmp_path: Path) -> None:
    write_explanation(tmp_path / "a.png", read(digit(7, 0.99)))
    with Image.open(tmp_path / "a.png") as sheet:
        assert sheet.format == "PNG"
