"""Rows of numbers on a page."""

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("matplotlib")

from tenfold.training.pages.rows import rows_of_numbers, tight_row
from tenfold.training.pages.sheet import blank_sheet


def bands(sheet):
    """How many bands of digits lie below each other."""
    rows = (sheet.digits > 0).any(axis=1).astype(int)
    return int((np.diff(np.concatenate([[0], rows])) == 1).sum())


def test_a_page_has_several_rows(banks):
    counts = []
    for seed in range(10):
        sheet = blank_sheet(np.full((400, 400), 230, np.float32))
        rows_of_numbers(np.random.default_rng(seed), sheet, banks, 25.0, False)
        counts.append(bands(sheet))
    assert max(counts) >= 3


def test_one_number_fills_its_picture(banks):
    for seed in range(10):
        sheet = blank_sheet(np.full((50, 400), 230, np.float32))
        tight_row(np.random.default_rng(seed), sheet, banks, 30.0, False)
        rows = np.flatnonzero((sheet.digits > 0).any(axis=1))
        assert rows.mean() == pytest.approx(25, abs=9)
