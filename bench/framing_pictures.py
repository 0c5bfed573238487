"""Draws the pictures of docs/framing.md: python bench/framing_pictures.py docs/framing

Digits of strokes given below, written on synthetic paper, read with the model that ships. All
follows from a seed. Needs the `photo` extra.
"""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

if not __package__:  # run by its path: the package `bench` is beside it
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.fixtures.camera import taken
from bench.fixtures.paper import Levels, paper, rule
from bench.reading.usual_framing import resized
from tenfold.framing import open_picture
from tenfold.reading.explanation import GROUND, NO_DIGIT, SURE, TEXT, UNSURE, explanation_of
from tenfold.reading.pictures import read

SIDE, GAP, CAPTION = 140, 10, 20  # pixels of the comparison's cells
WIDTH = 860  # pixels
GREYS = [(round(level),) * 3 for level in np.linspace(0, 255, 28)]
PALETTE = [*GREYS, GROUND, SURE, UNSURE, NO_DIGIT]  # few, so that the files stay small
PENS = {"pen": (0.07, 0.85), "pencil": (0.035, 0.45), "marker": (0.17, 0.95)}  # width, cover

# Points x,y of each stroke in hundredths of a unit square, y downwards; `/` lifts the pen.
DIGITS = {
    "0": "50,2 26,14 15,50 26,86 50,98 74,86 85,50 74,14 50,2",
    "1": "30,25 55,3 / 55,3 52,50 50,98",
    "2": "15,25 45,3 80,25 50,60 12,95 / 12,95 50,93 88,96",
    "3": "18,12 50,2 80,22 45,47 / 45,47 85,68 55,97 15,86",
    "4": "55,2 12,62 / 12,62 90,60 / 68,30 64,98",
    "5": "25,10 20,45 / 20,45 55,38 82,62 60,95 15,90 / 25,8 80,4",
    "5 apart": "24,18 20,50 / 20,50 55,42 82,66 60,98 15,92 / 26,-2 84,-8",
    "6": "70,3 30,35 15,72 50,98 82,74 50,55 20,72",
    "7": "12,6 50,8 86,5 / 86,5 55,50 38,98",
    "8": "50,48 20,26 50,2 80,25 50,48 16,76 50,98 84,75 50,48",
    "9": "80,25 50,50 20,27 50,3 80,22 / 80,22 75,60 60,98",
}


def curve(stroke: str) -> npt.NDArray[np.float64]:
    """Return float64 [n, 2], a Catmull-Rom spline through the points of a stroke."""
    points = [[int(value) / 100 for value in point.split(",")] for point in stroke.split()]
    closed = points[0] == points[-1]
    p = np.array([points[-2 if closed else 0], *points, points[1 if closed else -1]])
    t = np.linspace(0, 1, 24, endpoint=False)[:, None]
    pieces = [
        0.5
        * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.concatenate([*pieces, p[-2:-1]])


def write(
    sheet: Levels,
    digit: str,
    left: float,
    top: float,
    size: float,
    *,
    pen: str = "pen",
    colour: tuple[int, int, int] = (35, 40, 70),
    width: float = 0.72,
) -> None:
    """Write a digit of height `size` and `width` times as wide, in a pen's ink."""
    thick, cover = PENS[pen]
    mask = np.zeros(sheet.shape[:2], np.float32)
    for stroke in DIGITS[digit].split("/"):
        points = curve(stroke) * size * np.array([width, 1]) + np.array([left, top])
        fixed = (points * 16).round().astype(np.int32)
        cv2.polylines(mask, [fixed], False, 1.0, max(1, round(thick * size)), cv2.LINE_AA, shift=4)
    mask = cv2.GaussianBlur(mask, (0, 0), 0.8)
    if pen == "pencil":
        mask *= np.clip(np.random.default_rng(7).normal(0.9, 0.2, mask.shape), 0.3, 1.1)
    share = (mask * cover)[..., None].astype(np.float32)
    sheet[:] = sheet * (1 - share) + np.array(colour, np.float32) * share


def shadow(sheet: Levels) -> None:
    """Cast a phone's shadow over the right half, with a soft edge, and light from the left."""
    height, width = sheet.shape[:2]
    dark = np.zeros((height, width), np.float32)
    corners = [(0.62 * width, 0), (width, 0), (width, height), (0.4 * width, height)]
    cv2.fillPoly(dark, [np.array(corners, np.int32)], 1.0)
    dark = cv2.GaussianBlur(dark, (0, 0), width * 0.02)
    light = np.linspace(1.0, 0.85, width, dtype=np.float32)[None, :]
    sheet *= ((1 - 0.42 * dark) * light)[..., None]


def phone_photo() -> bytes:
    """Make a photo of 2074 on ruled paper, half in shadow."""
    random = np.random.default_rng(5)
    sheet = paper(random, 330, 560)
    rule(random, sheet, rows=62, columns=None, strength=0.8)
    for i, digit in enumerate("2074"):
        write(sheet, digit, 60 + 118 * i, 100 + 8 * (i % 2), 120)
    shadow(sheet)
    return taken(random, sheet, noise=0.6, quality=92)


def one_digit(kind: str) -> bytes:
    """Make a picture of one digit with one thing that tutorials stumble on; see KINDS."""
    random = np.random.default_rng(3)
    sheet = paper(random, 240, 240)
    if kind == "off-centre":
        write(sheet, "5", 22, 20, 70)
    elif kind == "pencil":
        write(sheet, "3", 70, 45, 140, pen="pencil", colour=(90, 90, 95))
    elif kind == "marker":
        write(sheet, "8", 70, 45, 140, pen="marker", colour=(20, 20, 24))
    elif kind == "chalk":
        write(sheet, "6", 70, 45, 140, pen="pen", colour=(20, 20, 24))
        sheet = 275 - sheet
    elif kind == "shadow":
        write(sheet, "9", 75, 45, 140)
        shadow(sheet)
    elif kind == "wide frame":
        sheet = paper(random, 150, 400)
        write(sheet, "4", 150, 20, 105)
    elif kind == "squared":
        rule(random, sheet, rows=40, columns=40, strength=0.9)
        write(sheet, "2", 75, 45, 140)
    return taken(random, sheet, noise=0.6, quality=92)


KINDS = ("off-centre", "wide frame", "pencil", "marker", "chalk", "shadow", "squared")


def touching() -> bytes:
    """Make a picture of a 5 whose bar stands apart, a 7 and a 3 that touch, a wide gap, and another
    number."""
    random = np.random.default_rng(11)
    sheet = paper(random, 190, 640)
    write(sheet, "6", 40, 40, 105)
    write(sheet, "5 apart", 140, 46, 100)
    write(sheet, "7", 240, 40, 105)
    write(sheet, "3", 298, 44, 105)
    write(sheet, "1", 470, 40, 105)
    write(sheet, "8", 540, 42, 100)
    return taken(random, sheet, noise=0.6, quality=92)


def comparison() -> Image.Image:
    """Draw for each kind the picture, the picture made 28 x 28, and the tile that tenfold makes."""
    rows = ("the picture", "resized, inverted", "tenfold's tile")
    left = 130
    size = (left + len(KINDS) * (SIDE + GAP), CAPTION + 3 * (SIDE + GAP) + CAPTION)
    page = Image.new("RGB", size, GROUND)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    for i, row in enumerate(rows):
        draw.text((GAP, CAPTION + i * (SIDE + GAP) + SIDE // 2), row, TEXT, font)
    for column, kind in enumerate(KINDS):
        content = one_digit(kind)
        (reading,) = read([content])
        x = left + column * (SIDE + GAP)
        draw.text((x, 3), kind, TEXT, font)
        whole = Image.open(io.BytesIO(content))
        whole.thumbnail((SIDE, SIDE))
        page.paste(whole, (x, CAPTION + (SIDE - whole.height) // 2))
        tiles = [resized(open_picture(content, kind)), reading[0].tile]
        for line, tile in enumerate(tiles, 1):
            image = Image.fromarray(tile).resize((SIDE, SIDE), Image.Resampling.NEAREST)
            page.paste(image, (x, CAPTION + line * (SIDE + GAP)))
        said = f"{reading.text}  {reading[0].probability:.1%}  {', '.join(reading[0].notes)}"
        draw.text((x, size[1] - CAPTION), said, TEXT, ImageFont.load_default(11))
    return page


def main(folder: str) -> None:
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in (("photo", phone_photo()), ("touching", touching())):
        (reading,) = read([content], stages=True)
        save(explanation_of(replace(reading, file=f"{name}.jpg")), out / f"{name}.png")
    save(comparison(), out / "comparison.png")


def save(image: Image.Image, path: Path) -> None:
    """Save the picture with few colours, small enough for a repository."""
    image.thumbnail((WIDTH, WIDTH), Image.Resampling.BOX)
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for colour in PALETTE for value in colour])
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python bench/framing_pictures.py FOLDER")
    main(sys.argv[1])
