"""Rows of numbers: many on a page, or one that fills its picture."""

from __future__ import annotations

import cv2

from tenfold.training.pages.grounds import line_level
from tenfold.training.pages.marks import number_text
from tenfold.training.pages.printing import print_text, random_print
from tenfold.training.pages.sheet import Random, Sheet
from tenfold.training.pages.stray_ink import stray_marks
from tenfold.training.pages.tables import draw_cells
from tenfold.training.pages.writing import Pen, random_pen, write_number, write_word
from tenfold.training.strips.glyph_bank import GlyphBank


def rows_of_numbers(
    rng: Random, sheet: Sheet, banks: list[GlyphBank], height: float, bright: bool
) -> None:
    """Rows of numbers, words and print among them at times."""
    rows, columns = sheet.shape
    pen = random_pen(rng, banks, sheet, height, bright)
    pitch = height * rng.uniform(1.15, 3.2)
    y = rng.uniform(0.3, 1.0) * pitch
    left = rng.uniform(0.02, 0.4) * columns
    words, prints = rng.random() < 0.3, rng.random() < 0.2
    sparse = rng.uniform(0.3, 1)
    numbers = float(rng.choice([1, rng.uniform(1, 5)]))
    while y < rows - 0.3 * height:
        x = left + rng.normal(0, 0.5) * height * (rng.random() < 0.5)
        x = max(2.0, x)
        if rng.random() < sparse:
            for _ in range(int(rng.poisson(numbers - 1)) + 1):
                x = _entry(rng, sheet, pen, x, y, words, prints)
                x += height * rng.uniform(0.9, 4)
                if x > columns - height:
                    break
        y += pitch * rng.uniform(0.9, 1.15)
        if rng.random() < 0.05:
            pen = random_pen(rng, banks, sheet, height, bright)
    stray_marks(rng, sheet, pen)


def _entry(
    rng: Random, sheet: Sheet, pen: Pen, x: float, y: float, words: bool, prints: bool
) -> float:
    """Write a number, a word or printed words at (x, y); return where it ends."""
    kind = rng.random()
    if words and kind < 0.35:
        return write_word(rng, sheet, pen, x, y, int(rng.integers(1, 9)))
    if prints and kind > 0.75:
        height = pen.hand.height * rng.uniform(0.35, 1.0)
        return print_text(
            rng, sheet, x, y, height, line_level(rng, sheet.levels, False), random_print(rng)
        )
    return write_number(rng, sheet, pen, x, y)


def tight_row(
    rng: Random, sheet: Sheet, banks: list[GlyphBank], height: float, bright: bool
) -> None:
    """One number that fills its picture, as crops of fields and cheques do; lines at its foot."""
    rows, columns = sheet.shape
    pen = random_pen(rng, banks, sheet, height, bright)
    pen.rise *= 0.5
    y = rows / 2 + rng.normal(0, 0.08) * (rows - height)
    if rng.random() < 0.3:
        at = round(y + height * rng.uniform(0.35, 0.8))
        level = line_level(rng, sheet.levels, False)
        cv2.line(sheet.levels, (0, at), (columns, at), level, max(1, round(0.05 * height)))
    if rng.random() < 0.2:
        draw_cells(rng, sheet.levels, (2, 2), (columns - 4, rows - 4), (1, 1))
    text = number_text(rng) if rng.random() < 0.5 else number_text(rng) + number_text(rng)
    write_number(rng, sheet, pen, rng.uniform(0.02, 0.25) * columns, y, text)
    if rng.random() < 0.3:
        stray_marks(rng, sheet, pen)
