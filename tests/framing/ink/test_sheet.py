"""A sheet on a table."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("cv2", reason="the photo extra is not installed")

from ink_pages import DRAWN, found, page


@pytest.mark.parametrize("table", [(60, 40, 25), (40, 42, 48)], ids=["wood", "slate"])
@pytest.mark.parametrize("sides", [(40, 30, 50, 60), (0, 0, 60, 40)], ids=["around", "beside"])
def test_what_a_sheet_lies_on_is_no_ink(
    table: tuple[int, ...], sides: tuple[int, int, int, int]
) -> None:
    left, top, right, bottom = sides
    whole = np.full((300 + top + bottom, 400 + left + right, 3), table, np.float32)
    whole += np.random.default_rng(0).normal(0, 6, whole.shape)
    whole[top : top + 300, left : left + 400] = page()
    ink = found(Image.fromarray(np.clip(whole, 0, 255).astype(np.uint8)))
    assert ink.notes == ("surroundings removed", "inverted")
    assert ink.mask.shape == whole.shape[:2]
    mask = ink.mask[top : top + 300, left : left + 400]
    assert mask.sum() == ink.mask.sum()
    assert (mask & DRAWN).sum() / (mask | DRAWN).sum() > 0.8


def test_half_in_shadow_is_one_sheet() -> None:
    levels = np.asarray(page()).astype(np.float32)
    levels[:, 210:] *= 0.62
    assert "surroundings removed" not in found(Image.fromarray(levels.astype(np.uint8))).notes
