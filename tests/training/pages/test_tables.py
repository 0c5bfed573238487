"""Tables and boxes."""

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("matplotlib")

from tenfold.training.pages.sheet import blank_sheet
from tenfold.training.pages.tables import draw_cells, table_of_numbers


def test_cells_are_drawn_within_their_corner_and_size():
    for seed in range(20):
        levels = np.full((200, 400), 200, np.float32)
        draw_cells(np.random.default_rng(seed), levels, (50, 40), (60, 30), (4, 3))
        rows, columns = np.nonzero(levels != 200)
        assert len(rows)
        assert 45 <= columns.min() <= columns.max() <= 50 + 4 * 60 + 5
        assert 35 <= rows.min() <= rows.max() <= 40 + 3 * 30 + 5


def test_digits_in_neighbouring_boxes_are_one_band(banks):
    joined = []
    for seed in range(30):
        sheet = blank_sheet(np.full((60, 400), 230, np.float32))
        table_of_numbers(np.random.default_rng(seed), sheet, banks, 30.0, False)
        along = (sheet.digits > 0).any(axis=0)
        longest = max(
            (len(run) for run in "".join("01"[int(column)] for column in along).split("0")),
            default=0,
        )
        joined.append(longest > 90)  # three digits' heights without a gap
    assert any(joined)
