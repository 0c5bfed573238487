"""Printed text on a page."""

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("matplotlib")

from tenfold.training.pages.printing import (
    PRINTED_DIGITS,
    fonts,
    print_text,
    printed_ink,
    random_print,
)
from tenfold.training.pages.sheet import blank_sheet


def test_every_font_is_there():
    assert all(path.exists() for path in fonts())


@pytest.mark.parametrize("font", range(0, 12, 4))
def test_ink_is_cropped_and_has_about_the_wanted_height(font):
    ink = printed_ink("HEH", 40, font)
    assert ink.max() == 1
    assert ink.any(axis=1).all()
    assert ink.shape[0] == pytest.approx(40, abs=5)


def test_printed_words_are_other_writing_and_printed_digits_count_less():
    for text, digits in (("Name", False), ("2026", True)):
        sheet = blank_sheet(np.full((100, 400), 230, np.float32))
        print_text(np.random.default_rng(0), sheet, 20, 50, 24, 30, text)
        assert sheet.levels.min() < 100
        assert sheet.digits.max() == np.float32(PRINTED_DIGITS if digits else 0)
        assert bool(sheet.others.any()) != digits


def test_words_of_a_form_are_no_numbers_alone():
    rng = np.random.default_rng(0)
    texts = [random_print(rng) for _ in range(50)]
    assert any(character.isdigit() for character in "".join(texts))
    assert sum(character.isalpha() for character in "".join(texts)) > 500
