"""Pictures without a digit: papers, marks, letters, text, photographs of things."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from made_camera import resized, shadow, taken, turned
from made_paper import Levels, Random, fold, paper, rule

LETTERS = "ACDEFHJKLMNPQRUVWXYacdefhkmnprtuvwx"  # no letter that may be a digit
SCENES = ("china.jpg", "flower.jpg")  # scikit-learn's two photographs
INK = (40, 40, 60)
PICTURES = (".png", ".jpg", ".jpeg")


def scribble(random: Random, sheet: Levels, size: int) -> None:
    points = np.cumsum(random.normal(0, size / 3, (int(random.integers(12, 40)), 2)), axis=0)
    points = points - points.mean(axis=0) + np.array(sheet.shape[1::-1]) / 2
    smooth = cv2.GaussianBlur(np.repeat(points, 12, axis=0).astype(np.float32), (1, 25), 6)
    cv2.polylines(sheet, [smooth.astype(np.int32)], False, INK, max(1, size // 25), 16)


def cross(random: Random, sheet: Levels, size: int) -> None:
    middle = np.array(sheet.shape[1::-1] * 2) / 2
    for sign in (1, -1):
        ends = random.normal(0, size / 10, 4) + np.array([-1, -sign, 1, sign]) * size / 2
        x0, y0, x1, y1 = (ends + middle).astype(int).tolist()
        cv2.line(sheet, (x0, y0), (x1, y1), INK, max(2, size // 14), cv2.LINE_AA)


def blot(random: Random, sheet: Levels, size: int) -> None:
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = size / 2 * random.uniform(0.55, 1, 24)
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius[:, None]
    points += np.array(sheet.shape[1::-1]) / 2
    cv2.fillPoly(sheet, [points.astype(np.int32)], (50, 45, 60), cv2.LINE_AA)


def letter(random: Random, sheet: Levels, size: int) -> None:
    text = str(random.choice(list(LETTERS)))
    if random.random() < 0.5:
        _print(sheet, text, size, (sheet.shape[1] / 2, sheet.shape[0] / 2))
        return
    fonts = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, cv2.FONT_HERSHEY_COMPLEX)
    font, scale = int(random.choice(fonts)), size / 30
    (w, h), _ = cv2.getTextSize(text, font, scale, 3)
    place = ((sheet.shape[1] - w) // 2, (sheet.shape[0] + h) // 2)
    drawn = np.clip(sheet, 0, 255).astype(np.uint8)
    cv2.putText(drawn, text, place, font, scale, INK, max(1, size // 18), cv2.LINE_AA)
    sheet[:] = drawn


def word(random: Random, sheet: Levels, size: int) -> None:
    text = "".join(random.choice(list(LETTERS), int(random.integers(3, 7))))
    _print(sheet, text, size // 2, (sheet.shape[1] / 2, sheet.shape[0] / 2))


def text_page(random: Random, sheet: Levels, size: int) -> None:
    """Lines of print, from a few large ones to a page."""
    height, width = sheet.shape[:2]
    font_size = max(9, int(size / random.uniform(3, 12)))
    for y in range(font_size, height - font_size, int(1.5 * font_size)):
        count = int(width / (0.62 * font_size)) - 3
        letters = random.choice(list(LETTERS + " " * 8), max(count, 3))
        _print(sheet, "".join(letters), font_size, (width / 2, y))


def _print(sheet: Levels, text: str, size: int, place: tuple[float, float]) -> None:
    image = Image.fromarray(np.clip(sheet, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    draw.text(place, text, (35, 35, 50), font=ImageFont.load_default(size), anchor="mm")
    sheet[:] = np.asarray(image)


def thing(random: Random, side: int, things: Sequence[Path]) -> bytes:
    """A piece of a photograph, at a scale of its own."""
    scene = _scene(random, things)
    height, width = scene.shape[:2]
    cut = int(min(height, width) * random.uniform(0.3, 1))
    top, left = int(random.integers(height - cut + 1)), int(random.integers(width - cut + 1))
    piece = scene[top : top + cut, left : left + cut].astype(np.float32)
    return taken(random, resized(piece, max(side, 150)))


def _scene(random: Random, things: Sequence[Path]) -> Levels:
    if things and random.random() < 0.9:
        chosen = things[int(random.integers(len(things)))]
        return np.asarray(Image.open(chosen).convert("RGB"))
    from sklearn.datasets import load_sample_image

    return load_sample_image(str(random.choice(SCENES)))


MARKS = {
    "scribble": scribble, "cross": cross, "blot": blot, "letter": letter, "word": word,
    "text page": text_page,
}  # fmt: skip
NOTHING = (
    *MARKS, "blank", "textured blank", "folded blank", "ruled blank", "squared blank", "thing",
)  # fmt: skip


def without_digits(random: Random, kind: str, things: Sequence[Path] = ()) -> bytes:
    side = int(random.integers(120, 900 if kind in ("thing", "text page") else 500))
    if kind == "thing":
        return thing(random, side, things)
    sheet = paper(random, side, side, rough=9 if kind.startswith("textured") else 1.5)
    if kind in MARKS:
        MARKS[kind](random, sheet, int(side * random.uniform(0.3, 0.8)))
    if kind == "folded blank":
        fold(random, sheet)
    if kind == "ruled blank":
        rule(random, sheet, rows=side / random.uniform(3, 9), columns=None, strength=0.9)
    if kind == "squared blank":
        step = side / random.uniform(3, 12)
        rule(random, sheet, rows=step, columns=step, strength=0.9)
    if random.random() < 0.5:
        shadow(random, sheet)
    return taken(random, turned(random, sheet, 4))


def things_in(folder: Path | None) -> list[Path]:
    """The photographs of things in a folder."""
    if folder is None:
        return []
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in PICTURES)
