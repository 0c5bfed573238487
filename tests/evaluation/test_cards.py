"""Sheets of cards, opened again and looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tenfold.checks.contact_sheet import WIDTH
from tenfold.evaluation.cards import CARD_COLUMNS, CARD_SIDE, Card, Section, write_cards

TILE = np.zeros((28, 28), np.uint8)
TILE[4:24, 10:18] = 255


def height_of(path: Path, *sections: Section) -> int:
    write_cards(path, sections)
    with Image.open(path) as picture:
        assert picture.width == WIDTH
        return picture.height


def section(count: int, *, lines: int = 1, remark: str = "") -> Section:
    card = Card(TILE, "train.csv:17", ("looks like 9",) * lines)
    return Section("Suspects", remark, [card] * count)


def test_cards_stand_beside_each_other_and_then_below(tmp_path: Path) -> None:
    one = height_of(tmp_path / "a.png", section(1))
    assert height_of(tmp_path / "b.png", section(CARD_COLUMNS)) == one
    assert height_of(tmp_path / "c.png", section(CARD_COLUMNS + 1)) > one + CARD_SIDE


def test_captions_and_remarks_make_room_for_themselves(tmp_path: Path) -> None:
    one = height_of(tmp_path / "a.png", section(1))
    assert height_of(tmp_path / "b.png", section(1, lines=4)) > one
    assert height_of(tmp_path / "c.png", section(1, remark="why " * 60)) > one + 20


def test_a_tile_is_large_enough_to_see_a_stroke(tmp_path: Path) -> None:
    height_of(tmp_path / "a.png", section(1))
    with Image.open(tmp_path / "a.png") as picture:
        white = np.asarray(picture.convert("L")) == 255
    assert white.sum() > 20 * 8 * 4 * 4  # each pixel is 4 x 4
