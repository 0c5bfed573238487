"""What the locator says of places."""

import numpy as np
import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.reading.locate.pyramid import MARGIN, STRIDE, PyramidPage
from tenfold.reading.locate.runs import LocatorOutputs
from tenfold.reading.locate.seen import Looked


def answers(digits, others=0.0):
    cells = np.zeros((50, 50), np.float32)
    return LocatorOutputs(cells + digits, cells + others, cells, cells + 0.25, cells[None])


def test_the_page_on_which_characters_have_a_usual_height_is_asked():
    grey = np.zeros((200, 200), np.uint8)
    looked = Looked(
        [(PyramidPage(grey, 1.0), answers(0.25)), (PyramidPage(grey, 0.5), answers(0.75))]
    )
    assert looked.at((10, 10, 30, 40), 14.0).digits == 0.25
    assert looked.at((10, 10, 30, 40), 30.0).digits == 0.75


def test_digits_anywhere_in_a_box_count_and_other_writing_by_its_share():
    given = answers(0.0)
    cell = (MARGIN + 20) // STRIDE
    given.digits[cell, cell] = given.others[cell, cell] = 1.0
    page = PyramidPage(np.zeros((200, 200), np.uint8), 1.0)
    seen = Looked([(page, given)]).at((16, 16, 32, 32), 14.0)
    assert seen.digits == 1.0
    assert 0 < seen.others < 0.2
