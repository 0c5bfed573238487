"""Contact sheets, opened again and looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from digit_files import of_file, written_digits
from tenfold.checks.contact_sheet import GROUND, WIDTH, caption, tile, write_digits, write_oddities
from tenfold.checks.findings import Finding

DIGITS = written_digits()


def opened(path: Path) -> np.ndarray:
    with Image.open(path) as sheet:
        return np.asarray(sheet.convert("L"))


def test_a_sheet_has_a_line_for_each_class_and_more_with_test_rows(tmp_path: Path) -> None:
    write_digits(tmp_path / "train.png", {"train": DIGITS})
    test = of_file(DIGITS.images, None, "test.csv")
    write_digits(tmp_path / "both.png", {"train": DIGITS, "test": test})
    train, both = opened(tmp_path / "train.png"), opened(tmp_path / "both.png")
    assert train.shape[1] == both.shape[1] == WIDTH
    assert train.shape[0] > 10 * 56
    assert both.shape[0] > train.shape[0] + 4 * 56
    assert (train == GROUND).mean() > 0.1
    assert train.max() == 255


def test_the_images_of_a_finding_are_shown(tmp_path: Path) -> None:
    white = DIGITS.images.copy()
    white[7] = 255
    digits = of_file(white, DIGITS.labels)
    finding = Finding("warning", "inverted", "1 image is", pictures=((("train", 7),),))
    write_oddities(tmp_path / "odd.png", {"train": digits}, [finding])
    sheet = opened(tmp_path / "odd.png")
    assert (sheet == 255).sum() > 80 * 80


def test_a_tile_is_enlarged_without_being_blurred() -> None:
    pixels = np.zeros((28, 28), np.uint8)
    pixels[3, 4] = 200
    large = np.asarray(tile(pixels, 84))
    assert large.shape == (84, 84)
    assert set(np.unique(large)) == {0, 200}


def test_a_long_place_keeps_its_end_which_tells_rows_apart() -> None:
    assert caption("train.csv:17", 15) == "train.csv:17"
    short = caption("a/very/long/path/train.csv:16303", 15)
    assert len(short) <= 15
    assert short.endswith("16303")
