"""What stands on a page, and what the locator is to say of it."""

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("matplotlib")

from tenfold.training.pages.contents import CONTENTS, lone_digit, no_digits
from tenfold.training.pages.rows import rows_of_numbers, tight_row
from tenfold.training.pages.sheet import blank_sheet
from tenfold.training.pages.tables import table_of_numbers

HEIGHT = 30.0


def written(write, banks, seed):
    sheet = blank_sheet(np.full((200, 400), 230, np.float32))
    write(np.random.default_rng(seed), sheet, banks, HEIGHT, False)
    return sheet


def test_the_shares_are_of_all_pages():
    assert sum(share for _, share in CONTENTS) == pytest.approx(1)


@pytest.mark.parametrize("write", [lone_digit, rows_of_numbers, table_of_numbers, tight_row])
def test_digits_are_drawn_where_the_locator_is_told_of_them(write, banks):
    for seed in range(8):
        sheet = written(write, banks, seed)
        band = sheet.digits > 0
        if band.any():
            assert sheet.levels[band].std() > 3  # there is ink in the band
            assert (sheet.heights[band] > 0).all()


def test_one_digit_is_one_band(banks):
    for seed in range(5):
        columns = np.flatnonzero((written(lone_digit, banks, seed).digits > 0).any(axis=0))
        assert len(columns)
        assert columns[-1] - columns[0] < 2 * HEIGHT


def test_pages_without_digits_name_none(banks):
    sheets = [written(no_digits, banks, seed) for seed in range(12)]
    handwritten = [(sheet.digits == 1).any() for sheet in sheets]  # printed digits are less
    assert not any(handwritten)
    assert any(sheet.others.any() for sheet in sheets)
