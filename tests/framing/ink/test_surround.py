"""Sheets on sheets of another colour."""

from __future__ import annotations

import numpy as np
import pytest

cv2 = pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.framing.ink.surround import without_surround  # noqa: E402

PAPER, INK = 190, 40


def slip() -> np.ndarray:
    """A slip of paper of 60 x 160 pixels with a 4 on it."""
    paper = np.full((60, 160), PAPER, np.uint8)
    cv2.putText(paper, "47", (50, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.2, INK, 3)
    return paper


def on_page(level: int) -> np.ndarray:
    page = np.full((200, 300), level, np.uint8)
    page[70:130, 80:240] = slip()
    return page


@pytest.mark.parametrize("level", [255, 120, 5])
def test_what_surrounds_a_slip_becomes_its_paper(level: int) -> None:
    page = on_page(level)
    alone = without_surround(page)
    np.testing.assert_array_equal(alone[75:125, 90:230], page[75:125, 90:230])
    assert np.abs(alone[:68].astype(int) - PAPER).max() <= 2
    assert np.abs(alone[:, 245:].astype(int) - PAPER).max() <= 2


def test_colours_stay_colours() -> None:
    page = np.stack([on_page(255)] * 3, axis=2)
    page[70:130, 80:240, 2] //= 2
    alone = without_surround(page)
    assert alone.shape == page.shape
    assert np.abs(alone[10, 10].astype(int) - [PAPER, PAPER, PAPER // 2]).max() <= 2


def test_filled_corners_of_a_straightened_page_go() -> None:
    page = cv2.copyMakeBorder(slip(), 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=PAPER)
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 6, 1)
    straight = cv2.warpAffine(page, turn, (width, height), borderValue=0)
    assert straight[0, 0] == 0
    assert without_surround(straight)[0, 0] == pytest.approx(PAPER, abs=2)


def test_a_number_in_a_frame_on_plain_paper_has_no_surround() -> None:
    page = np.full((200, 300), PAPER, np.uint8)
    page[70:130, 80:240] = slip()
    cv2.rectangle(page, (80, 70), (239, 129), INK, 2)
    assert without_surround(page) is page


def test_digits_are_no_sheets() -> None:
    page = np.full((200, 300), 255, np.uint8)
    page[60:140, 120:150] = 0  # a 1 of a broad marker
    assert without_surround(page) is page
    assert without_surround(slip()).shape == (60, 160)
    plain = slip()
    assert without_surround(plain) is plain
