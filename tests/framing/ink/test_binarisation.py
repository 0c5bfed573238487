"""The mask of the ink."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

from ink_pages import DRAWN, found, overlap, page


def test_the_mask_is_the_drawing() -> None:
    assert DRAWN[150, 260]
    assert DRAWN[150, 92]
    assert not DRAWN[150, 130]
    assert 0.01 < DRAWN.mean() < 0.05


@pytest.mark.parametrize("ink", [(170, 170, 165), (70, 90, 220), (30, 150, 60), (200, 40, 40)])
def test_faint_and_coloured_ink_is_kept(ink: tuple[int, ...]) -> None:
    assert overlap(found(page(ink=ink))) > 0.8
