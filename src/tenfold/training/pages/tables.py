"""Tables, combs and boxes of a form, with digits in their cells."""

from __future__ import annotations

from itertools import pairwise

import cv2

from tenfold.training.pages.grounds import line_level
from tenfold.training.pages.marks import number_text
from tenfold.training.pages.printing import print_text, random_print
from tenfold.training.pages.sheet import Levels, Random, Sheet, mark_band
from tenfold.training.pages.writing import Pen, random_pen, write_number, write_word
from tenfold.training.strips.glyph_bank import GlyphBank


def table_of_numbers(
    rng: Random, sheet: Sheet, banks: list[GlyphBank], height: float, bright: bool
) -> None:
    """A table, a comb or separate boxes: lines of one kind, one digit or one number in a cell."""
    rows, columns = sheet.shape
    pen = random_pen(rng, banks, sheet, height, bright)
    single = rng.random() < 0.6
    cell_h = height * rng.uniform(1.1, 2.2)
    cell_w = height * (rng.uniform(0.75, 1.8) if single else rng.uniform(2, 6))
    count_y = 1 if rng.random() < 0.4 else int(rng.integers(1, max(2, int(rows // cell_h))))
    count_x = int(rng.integers(1, max(2, int(columns // cell_w))))
    count_y = max(1, min(count_y, int(rows // cell_h)))
    x0 = rng.uniform(0, max(1.0, columns - count_x * cell_w))
    y0 = rng.uniform(0, max(1.0, rows - count_y * cell_h))
    draw_cells(rng, sheet.levels, (x0, y0), (cell_w, cell_h), (count_x, count_y))
    filled = float(rng.choice([1, rng.uniform(0, 1)]))
    pen.rise = float(rng.normal(0, 0.01))
    for row in range(count_y):
        for column in range(count_x):
            if rng.random() > filled:
                continue
            x, y = x0 + column * cell_w, y0 + (row + 0.5) * cell_h + rng.normal(0, 0.07) * cell_h
            text = (
                str(rng.integers(10)) if single else number_text(rng)[: int(cell_w / height / 0.8)]
            )
            inset = rng.uniform(0.02, 0.35 if single else 0.2) * cell_w
            if not single and rng.random() < 0.1:
                write_word(rng, sheet, pen, x + inset, y, 3)
            else:
                write_number(rng, sheet, pen, x + inset, y, text)
        if single:
            _join_cells(sheet, pen, y0 + (row + 0.5) * cell_h)
    if rng.random() < 0.3:
        level = line_level(rng, sheet.levels, False)
        print_text(
            rng,
            sheet,
            x0,
            y0 - 0.7 * height,
            height * rng.uniform(0.3, 0.8),
            level,
            random_print(rng),
        )


def _join_cells(sheet: Sheet, pen: Pen, y: float) -> None:
    """Make one band of digits in neighbouring boxes."""
    height = pen.hand.height
    row = sorted(box for box in pen.boxes if abs((box[1] + box[3]) / 2 - y) < 0.6 * height)
    for before, after in pairwise(row):
        if after[0] - before[2] < height:
            start = before[2], (before[1] + before[3]) / 2
            end = after[0], (after[1] + after[3]) / 2
            mark_band(sheet, start, end, height, bright=pen.bright)


def draw_cells(
    rng: Random,
    levels: Levels,
    corner: tuple[float, float],
    cell: tuple[float, float],
    count: tuple[int, int],
) -> None:
    """Draw `count` cells, across and down, of the size `cell`, as a grid, a comb or apart."""
    level = line_level(rng, levels, rng.random() < 0.4)
    thick = max(1, round(cell[1] * rng.uniform(0.005, 0.07)))
    (x0, y0), (w, h) = corner, cell
    style = rng.random()
    if style < 0.12:  # coloured or shaded boxes
        shade = float(levels[::8, ::8].mean()) + rng.uniform(-60, 30)
        right, bottom = round(x0 + w * count[0]), round(y0 + h * count[1])
        cv2.rectangle(levels, (round(x0), round(y0)), (right, bottom), shade, -1)
    if style < 0.3:  # separate boxes
        gap = rng.uniform(0.03, 0.12)
        for row in range(count[1]):
            for column in range(count[0]):
                a = round(x0 + (column + gap) * w), round(y0 + (row + gap / 2) * h)
                b = round(x0 + (column + 1 - gap) * w), round(y0 + (row + 1 - gap / 2) * h)
                cv2.rectangle(levels, a, b, level, thick, cv2.LINE_AA)
        return
    teeth = rng.uniform(0.2, 0.5) if style < 0.42 else 1.0  # a comb's teeth are short
    for row in range(count[1] + 1):
        if teeth < 1 and row == 0 and rng.random() < 0.5:
            continue
        y = round(y0 + row * h)
        cv2.line(levels, (round(x0), y), (round(x0 + w * count[0]), y), level, thick)
    for column in range(count[0] + 1):
        x = round(x0 + column * w)
        for row in range(count[1]):
            top = y0 + (row + 1 - teeth) * h
            cv2.line(levels, (x, round(top)), (x, round(y0 + (row + 1) * h)), level, thick)
