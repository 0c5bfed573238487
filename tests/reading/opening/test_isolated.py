"""Pictures that cost too much are given up, in processes that are killed."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

import hostile_pictures
from conftest import NEEDS_DOCUMENTS, NEEDS_PHOTO, paint
from pdf_files import ONE, SEVEN, pdf_of
from picture_files import encoded
from tenfold.errors import DataError
from tenfold.isolation import Bounds
from tenfold.reading.detections import Detections
from tenfold.reading.opening.isolated import IsolatedFind
from tenfold.reading.opening.opening import find

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits the address space")


@pytest.fixture(scope="module")
def isolated() -> Iterator[IsolatedFind]:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    finder = IsolatedFind(1, Bounds(processor_seconds=0.4, memory_mb=200))
    yield finder
    finder.close()


def same(a: Detections, b: Detections) -> bool:
    stages = zip(a.stages, b.stages, strict=True)
    return (
        np.array_equal(a.tiles, b.tiles)
        and (a.rows, a.whole, a.reason, a.notes) == (b.rows, b.whole, b.reason, b.notes)
        and (a.width, a.height, a.file) == (b.width, b.height, b.file)
        and (a.page, a.pages) == (b.page, b.pages)
        and (a.picture is None) == (b.picture is None)
        and (a.picture is None or np.array_equal(a.picture, b.picture))
        and all(one[0] == two[0] and np.array_equal(one[1], two[1]) for one, two in stages)
    )


@pytest.mark.parametrize("name", ["markers.jpg", "chunks.png", "scans.jpg"])
def test_what_takes_too_long_to_open_is_given_up(isolated: IsolatedFind, name: str) -> None:
    content = hostile_pictures.COSTLY_FILES[name]()
    with pytest.raises(DataError, match=rf"^{name}: takes more than (0\.4|1\.6) s"):
        isolated(content, file=name)
    assert isolated(encoded(paint("3"))).rows


@LINUX
def test_what_takes_too_much_memory_is_given_up(isolated: IsolatedFind) -> None:
    content = hostile_pictures.png_of_pixels(6000)
    with pytest.raises(DataError, match=r"^pixels\.png: takes more than 200 MB of memory"):
        isolated(content, file="pixels.png")


def test_the_answer_is_the_same_here_and_isolated() -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    finder = IsolatedFind(1)
    pictures = [paint("3"), paint("25 71", 300), hostile_pictures.comb(40), Image.new("L", (9, 9))]
    for content in [encoded(picture) for picture in pictures]:
        for kept in ({"stages": True}, {"keep_picture": True}):
            assert same(finder(content, **kept), find(content, **kept))
    finder.close()


def test_a_page_that_costs_too_much_is_given_up_and_the_others_are_read() -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    pytest.importorskip("pypdfium2", reason=NEEDS_DOCUMENTS)
    endless = "0.1 w " + "0 0 m 200 200 l 3 190 l S " * 200_000
    finder = IsolatedFind(1, Bounds(processor_seconds=1.0))
    content = pdf_of(SEVEN, endless, ONE)
    assert finder.count_pages(content, "a.pdf") == 3
    with pytest.raises(DataError, match=r"^a\.pdf: page 2: takes more than (1|4) s") as given_up:
        finder(content, file="a.pdf", page=2)
    assert "pdftoppm" in given_up.value.hint
    assert finder(content, file="a.pdf", page=3).rows
    finder.close()
