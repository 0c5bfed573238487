"""Pictures of text, its characters apart as in handwriting."""

from __future__ import annotations

from PIL import Image, ImageDraw


def written(text: str, *, size: int = 60, paper: int = 235, ink: int = 40) -> Image.Image:
    """Text in rows, spaced like handwriting."""
    rows = text.split("/")
    picture = Image.new("L", (40 + size * max(map(len, rows)), 40 + 2 * size * len(rows)), paper)
    for i, row in enumerate(rows):
        for j, character in enumerate(row):
            place = (20 + j * size, 20 + i * 2 * size)
            ImageDraw.Draw(picture).text(place, character, ink, font_size=size)
    return picture
