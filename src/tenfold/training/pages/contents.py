"""What stands on a page: rows, tables, combs, one digit, words; or nothing that is a digit."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from tenfold.training.pages.grounds import line_level
from tenfold.training.pages.marks import number_text
from tenfold.training.pages.sheet import Levels, Random, Sheet, lay, mark_band
from tenfold.training.pages.writing import (
    Pen,
    print_text,
    random_pen,
    random_print,
    write_number,
    write_word,
)
from tenfold.training.strips.glyph_bank import GlyphBank
from tenfold.training.strips.glyphs import digit_ink


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
                x = _something(rng, sheet, pen, x, y, words, prints)
                x += height * rng.uniform(0.9, 4)
                if x > columns - height:
                    break
        y += pitch * rng.uniform(0.9, 1.15)
        if rng.random() < 0.05:
            pen = random_pen(rng, banks, sheet, height, bright)
    _extras(rng, sheet, pen)


def _something(
    rng: Random, sheet: Sheet, pen: Pen, x: float, y: float, words: bool, prints: bool
) -> float:
    kind = rng.random()
    if words and kind < 0.35:
        return write_word(rng, sheet, pen, x, y, int(rng.integers(1, 9)))
    if prints and kind > 0.75:
        height = pen.hand.height * rng.uniform(0.35, 1.0)
        return print_text(
            rng, sheet, x, y, height, line_level(rng, sheet.levels, False), random_print(rng)
        )
    return write_number(rng, sheet, pen, x, y)


def _extras(rng: Random, sheet: Sheet, pen: Pen) -> None:
    """Strokes under, over and around numbers, scribbles, dust."""
    height, (rows, columns) = pen.hand.height, sheet.shape
    for _ in range(int(rng.poisson(0.5))):
        x, y = rng.uniform(0, columns), rng.uniform(0, rows)
        length = height * rng.uniform(0.5, 12)
        end = (round(x + length), round(y + rng.normal(0, 0.05) * length))
        cv2.line(
            sheet.levels,
            (round(x), round(y)),
            end,
            pen.level,
            max(1, round(pen.hand.thickness)),
            cv2.LINE_AA,
        )
    if pen.boxes and rng.random() < 0.1:  # a number is circled
        left, top, right, bottom = pen.boxes[int(rng.integers(len(pen.boxes)))]
        centre = (round((left + right) / 2), round((top + bottom) / 2))
        size = (
            round((right - left) * rng.uniform(0.8, 2)),
            round((bottom - top) * rng.uniform(0.7, 1.1)),
        )
        cv2.ellipse(
            sheet.levels,
            centre,
            size,
            0,
            0,
            360,
            pen.level,
            max(1, round(pen.hand.thickness)),
            cv2.LINE_AA,
        )
    if rng.random() < 0.1:
        scribble(rng, sheet.levels, pen.level, height, pen.hand.thickness)
    for _ in range(int(rng.poisson(0.5))):
        at = (int(rng.integers(columns)), int(rng.integers(rows)))
        cv2.circle(sheet.levels, at, max(1, round(height * rng.uniform(0.02, 0.1))), pen.level, -1)


def scribble(rng: Random, levels: Levels, level: float, height: float, thickness: float) -> None:
    """A long smooth stroke to and fro."""
    rows, columns = levels.shape
    t = np.linspace(0, 1, 80)
    waves = rng.normal(0, 1, (2, 6)) / np.arange(1, 7) ** 0.7
    phases = rng.uniform(0, 2 * np.pi, (2, 6))
    turns = np.sin(2 * np.pi * np.arange(1, 7)[:, None] * t + phases[..., None])
    path = np.einsum("ak,akt->ta", waves, turns) * height * rng.uniform(0.6, 4)
    path += np.array([rng.uniform(0, columns), rng.uniform(0, rows)])
    if rng.random() < 0.5:
        path[:, 0] += t * height * rng.uniform(1, 8)
    points = [np.round(path * 16).astype(np.int32)]
    cv2.polylines(levels, points, False, level, max(1, round(thickness)), cv2.LINE_AA, 4)


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
    _draw_cells(rng, sheet.levels, (x0, y0), (cell_w, cell_h), (count_x, count_y))
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


def _draw_cells(
    rng: Random,
    levels: Levels,
    corner: tuple[float, float],
    cell: tuple[float, float],
    count: tuple[int, int],
) -> None:
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
        _extras(rng, sheet, pen)


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
        _draw_cells(rng, sheet.levels, (2, 2), (columns - 4, rows - 4), (1, 1))
    text = number_text(rng) if rng.random() < 0.5 else number_text(rng) + number_text(rng)
    write_number(rng, sheet, pen, rng.uniform(0.02, 0.25) * columns, y, text)
    if rng.random() < 0.3:
        _extras(rng, sheet, pen)


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
            _shape(rng, sheet.levels, height)
    elif kind < 0.92:
        _draw_cells(
            rng,
            sheet.levels,
            (rng.uniform(0, 0.3) * columns, rng.uniform(0, 0.3) * rows),
            (height * rng.uniform(0.8, 4), height * rng.uniform(1, 2)),
            (int(rng.integers(1, 12)), int(rng.integers(1, 6))),
        )


def _shape(rng: Random, levels: Levels, height: float) -> None:
    rows, columns = levels.shape
    centre = (int(rng.integers(columns)), int(rng.integers(rows)))
    size = (
        max(1, round(height * rng.uniform(0.3, 6))),
        max(1, round(height * rng.uniform(0.3, 6))),
    )
    level, angle = float(rng.uniform(0, 255)), float(rng.uniform(0, 180))
    thick = -1 if rng.random() < 0.6 else max(1, round(height * rng.uniform(0.03, 0.4)))
    if rng.random() < 0.5:
        cv2.ellipse(levels, centre, size, angle, 0, 360, level, thick, cv2.LINE_AA)
    else:
        box = cv2.boxPoints((centre, size, angle)).astype(np.int32)
        cv2.drawContours(levels, [box], -1, level, thick, cv2.LINE_AA)


CONTENTS = (
    (rows_of_numbers, 0.36),
    (table_of_numbers, 0.18),
    (lone_digit, 0.15),
    (tight_row, 0.13),
    (no_digits, 0.18),
)
