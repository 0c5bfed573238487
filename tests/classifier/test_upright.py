"""Whether strips stand or are upside down."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tenfold.classifier import WEIGHTS
from tenfold.classifier.upright import Upright
from tenfold.errors import ModelError
from tenfold.framing.strip import Strip
from tenfold.model_folder.string_folder import open_string_model

STRINGS = WEIGHTS / "strings"


def strip(text: str) -> Strip:
    picture = Image.new("L", (200, 32), 0)
    ImageDraw.Draw(picture).text((12, -1), text, 255, font_size=30)
    return np.asarray(picture)


@pytest.fixture(scope="module")
def upright() -> Upright:
    return Upright(open_string_model(STRINGS))


def test_strips_that_stand_are_told_from_those_that_do_not(upright: Upright) -> None:
    stands = strip("2347254")
    assert upright([stands]) > 3
    assert upright([stands[::-1, ::-1]]) < -3


def test_a_strip_and_its_turned_copy_say_the_opposite(upright: Upright) -> None:
    some = strip("10801")
    assert upright([some]) == pytest.approx(-upright([some[::-1, ::-1]]), abs=1e-3)


def test_strips_speak_together(upright: Upright) -> None:
    one, other = strip("2347"), strip("754")
    assert upright([one, other]) == pytest.approx(upright([one]) + upright([other]), abs=1e-3)
    assert upright([]) == 0


def test_nothing_says_nothing(upright: Upright) -> None:
    assert upright([np.zeros((32, 64), np.uint8)]) == pytest.approx(0, abs=1e-3)


def test_a_folder_without_it_is_named(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="the graph of this test is made with it")
    from string_graphs import tiny_model

    with pytest.raises(ModelError, match=r"has no upright\.onnx"):
        Upright(tiny_model(tmp_path / "strings"))
