"""Printed text on a page, in the fonts that matplotlib brings."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tenfold.training.pages.sheet import Levels, Random, Sheet, lay, mark_band

PRINTED_DIGITS = 0.4  # how much printed numbers are wanted: where nothing is written by hand
LETTERS = "aabcdeeefghiijklmnnooprrssttuuvwxyzABCDEFGHIKLMNOPRSTUVW"


def print_text(
    rng: Random, sheet: Sheet, x: float, y: float, height: float, level: float, text: str
) -> float:
    """Print text whose capitals are `height` pixels high, its middle at (x, y)."""
    ink = printed_ink(text, height, int(rng.integers(len(fonts()))))
    lay(sheet.levels, ink, x, y - ink.shape[0] / 2, level)
    end = min(x + ink.shape[1], sheet.shape[1])
    paper = float(sheet.levels[::8, ::8].mean())
    digits = text.replace(" ", "").isdigit()
    if height >= 4:
        value = PRINTED_DIGITS if digits else 1.0
        ends = (x, y), (end, y)
        mark_band(sheet, *ends, height, digits=digits, bright=level > paper, value=value)
    return end


def random_print(rng: Random) -> str:
    """Words as forms print them, a date or a number among them at times."""
    words = []
    for _ in range(int(rng.integers(1, 5))):
        count = int(rng.integers(2, 10))
        letters = rng.choice(list(LETTERS), count)
        word = "".join(letters)
        if rng.random() < 0.25:
            word = "".join(rng.choice(list("0123456789./-:"), int(rng.integers(2, 8))))
        words.append(word.upper() if rng.random() < 0.2 else word)
    return " ".join(words)


def printed_ink(text: str, height: float, font: int) -> Levels:
    """Printed text, float32 [h, w] in 0..1, cropped to its ink."""
    face = _face(font, max(5, round(height / 0.72)))
    left, top, right, bottom = face.getbbox(text)
    image = Image.new("L", (max(1, int(right - left)), max(1, int(bottom - top))))
    ImageDraw.Draw(image).text((-left, -top), text, 255, face)
    return np.asarray(image, np.float32) / np.float32(255)


@cache
def fonts() -> tuple[Path, ...]:
    """The fonts of text that matplotlib brings."""
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    names = [
        *(f"DejaVuSans{style}" for style in ("", "-Bold", "-Oblique", "Mono", "Mono-Bold")),
        *(f"DejaVuSerif{style}" for style in ("", "-Bold", "-Italic")),
        *(f"STIXGeneral{style}" for style in ("", "Bol", "Italic", "BolIta")),
    ]
    return tuple(folder / f"{name}.ttf" for name in names)


@cache
def _face(font: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts()[font]), size)
