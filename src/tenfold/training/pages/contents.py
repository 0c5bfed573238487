"""What stands on a page: rows, tables, one digit; or nothing that is a digit."""

from __future__ import annotations

import numpy as np

from tenfold.training.pages.printing import print_text, random_print
from tenfold.training.pages.rows import rows_of_numbers, tight_row
from tenfold.training.pages.sheet import Random, Sheet, lay, mark_band
from tenfold.training.pages.stray_ink import scribble, shape, stray_marks
from tenfold.training.pages.tables import draw_cells, table_of_numbers
from tenfold.training.pages.writing import random_pen, write_word
from tenfold.training.strips.glyph_bank import GlyphBank
from tenfold.training.strips.glyphs import digit_ink


def lone_digit(
    rng: Random, sheet: Sheet, banks: list[GlyphBank], height: float, bright: bool
) -> None:
    """One digit, anywhere on the page."""
    pen = random_pen(rng, banks, sheet, height, bright)
    pen.hand.thickness *= float(rng.choice([1, 1, 0.5, 2]))
    ink = digit_ink(int(rng.integers(10)), pen.hand, rng)
    rows, columns = sheet.shape
    x = rng.uniform(0, max(1, columns - ink.shape[1]))
    y = rng.uniform(0, max(1, rows - ink.shape[0]))
    lay(sheet.levels, ink, x, y, pen.level, pen.cover)
    middle = y + ink.shape[0] / 2
    mark_band(sheet, (x, middle), (x + ink.shape[1], middle), height, bright=pen.bright)
    pen.boxes.append((x, y, x + ink.shape[1], y + ink.shape[0]))
    if rng.random() < 0.3:
        stray_marks(rng, sheet, pen)


def no_digits(
    rng: Random, sheet: Sheet, banks: list[GlyphBank], height: float, bright: bool
) -> None:
    """Words, print, scribbles, shapes, or nothing at all."""
    rows, columns = sheet.shape
    pen = random_pen(rng, banks, sheet, height, bright)
    kind = rng.random()
    if kind < 0.35:
        pitch = height * rng.uniform(1.2, 3)
        for y in np.arange(0.7 * pitch, rows, pitch):
            x = rng.uniform(0, 0.4) * columns
            while x < columns - height:
                x = write_word(rng, sheet, pen, x, y, int(rng.integers(1, 9)))
                x += height * rng.uniform(0.4, 1.5)
                if rng.random() < 0.3:
                    break
    elif kind < 0.55:
        for y in np.arange(height, rows, height * rng.uniform(1.3, 3)):
            print_text(
                rng,
                sheet,
                rng.uniform(0, 0.4) * columns,
                y,
                height * 0.8,
                pen.level,
                random_print(rng),
            )
    elif kind < 0.7:
        for _ in range(int(rng.integers(1, 4))):
            scribble(rng, sheet.levels, pen.level, height, pen.hand.thickness)
    elif kind < 0.85:
        for _ in range(int(rng.integers(1, 7))):
            shape(rng, sheet.levels, height)
    elif kind < 0.92:
        draw_cells(
            rng,
            sheet.levels,
            (rng.uniform(0, 0.3) * columns, rng.uniform(0, 0.3) * rows),
            (height * rng.uniform(0.8, 4), height * rng.uniform(1, 2)),
            (int(rng.integers(1, 12)), int(rng.integers(1, 6))),
        )


# each content, and its share of all pages
CONTENTS = (
    (rows_of_numbers, 0.36),
    (table_of_numbers, 0.18),
    (lone_digit, 0.15),
    (tight_row, 0.13),
    (no_digits, 0.18),
)
