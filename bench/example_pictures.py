"""Draws examples/pictures: python bench/example_pictures.py examples/pictures

Digits of strokes on synthetic paper: what the documents and the notebooks read. Needs the `photo`
extra.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image

if not __package__:  # run by its path: the package `bench` is beside it
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.fixtures.camera import taken
from bench.fixtures.paper import Levels, paper, rule
from bench.fixtures.strokes import phone_photo, touching, write
from bench.fixtures.written_numbers import boxes, marked, upside_down

PAGE = (620, 480)  # pixels, height first: a small sheet at 75 dots per inch


def card() -> bytes:
    """Make a drawing of 723: what a tablet would save."""
    sheet = np.full((150, 330, 3), 255, np.float32)
    for i, digit in enumerate("723"):
        write(sheet, digit, 40 + 95 * i, 30 + 4 * (i % 2), 88, colour=(20, 20, 24))
    file = io.BytesIO()
    Image.fromarray(sheet.astype(np.uint8)).save(file, "PNG", optimize=True)
    return file.getvalue()


def blank() -> bytes:
    """Make a photo of paper with nothing on it."""
    random = np.random.default_rng(9)
    return taken(random, paper(random, 200, 320), noise=0.6, quality=85)


def row(sheet: Levels, text: str, top: float, size: float) -> None:
    """Write the digits of a row from the left; a blank is a gap between two numbers."""
    left = 30.0
    for digit in text:
        if digit != " ":
            write(sheet, digit, left, top + 3 * (int(digit) % 3), size)
        left += size * (0.85 if digit != " " else 0.9)


def form() -> bytes:
    """Make a PDF of three pages: a year; numbers on ruled paper, one unclear; nothing."""
    random = np.random.default_rng(2)
    first = paper(random, *PAGE)
    row(first, "2026", 120, 90)
    second = paper(random, *PAGE)
    rule(random, second, rows=60, columns=None, strength=0.5)
    row(second, "123 678", 100, 60)
    row(second, "234 97", 250, 60)
    write(second, "7", 300, 250, 60)
    write(second, "1", 302, 262, 40)  # written over: is it 7 or 1?
    third = paper(random, *PAGE)
    pages = [
        Image.open(io.BytesIO(taken(random, page, noise=0.6, quality=80)))
        for page in (first, second, third)
    ]
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=75)
    return file.getvalue()


PICTURES = {
    "card.png": card,
    "photo.jpg": phone_photo,
    "touching.jpg": touching,
    "blank.jpg": blank,
    "form.pdf": form,
    "marked.jpg": marked,
    "boxes.jpg": boxes,
    "upside-down.jpg": upside_down,
}


def main(folder: str) -> None:
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        (out / name).write_bytes(draw())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python bench/example_pictures.py FOLDER")
    main(sys.argv[1])
