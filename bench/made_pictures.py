"""Pictures made here, of what few real ones show: digits of people's pens pasted on papers of many
kinds, as a phone or a scanner would take them, and pictures with no digit on them.

    python bench/made_pictures.py ../shared/photos/swiss_numbers.npz sheet.png

draws a contact sheet; `made_cases` is what bench/pictures.py scores. All follows from a seed.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Random = np.random.Generator
Levels = npt.NDArray[np.float32]  # [h, w, 3], 0..255

PENS = {
    "ballpoint": ((38, 44, 120), 0.9),
    "blue": ((60, 80, 190), 0.85),
    "black": ((25, 25, 28), 0.95),
    "pencil": ((95, 95, 98), 0.6),
    "marker": ((20, 20, 24), 1.0),
}
LINES = ((150, 175, 215), (165, 165, 175), (190, 160, 190), (140, 190, 190))  # inks of ruling
LETTERS = "ACDEFHJKLMNPQRUVWXYacdefhkmnprtuvwx"
SCENES = ("china.jpg", "flower.jpg")  # scikit-learn's two photographs


def paper(random: Random, height: int, width: int, *, rough: float = 1.5) -> Levels:
    """Tinted paper with some grain and slow shading."""
    tint = 255 - random.uniform(8, 60) * random.uniform(0.5, 1, 3)
    sheet = np.ones((height, width, 3), np.float32) * tint.astype(np.float32)
    grain = cv2.GaussianBlur(random.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 1.2)
    slow = cv2.resize(random.normal(0, 1, (4, 5)).astype(np.float32), (width, height))
    return sheet + (rough * 2 * grain + 2 * slow)[..., None]


def rule(
    random: Random, sheet: Levels, *, rows: float | None, columns: float | None, strength: float
) -> None:
    """Lines across (every `rows` pixels) and down (every `columns`), with their own ink."""
    height, width = sheet.shape[:2]
    colour = np.array(LINES[random.integers(len(LINES))], np.float32)
    thick = max(1, round(max(height, width) * random.uniform(0.0015, 0.003)))
    mask = np.zeros((height, width), np.float32)
    if rows:
        for y in np.arange(random.uniform(0, rows), height, rows):
            cv2.line(mask, (0, int(y)), (width, int(y)), 1.0, thick)
    if columns:
        for x in np.arange(random.uniform(0, columns), width, columns):
            cv2.line(mask, (int(x), 0), (int(x), height), 1.0, thick)
    mask = cv2.GaussianBlur(mask, (0, 0), 0.7) * strength
    sheet[:] = sheet * (1 - mask[..., None]) + colour * mask[..., None]


def write(
    random: Random,
    sheet: Levels,
    digits: list[npt.NDArray[np.uint8]],
    size: int,
    pen: str,
    left: int,
    top: int,
    step: int,
) -> None:
    """Paste digits uint8 [56, 56], dark on white, side by side in a pen's ink."""
    colour, cover = PENS[pen]
    for i, digit in enumerate(digits):
        ink = cv2.resize(255 - digit, (size, size), interpolation=cv2.INTER_CUBIC) / 255.0
        if pen == "marker":
            ink = cv2.dilate(ink, np.ones((size // 14 + 1,) * 2))
        if pen == "pencil":
            ink = ink * np.clip(random.normal(0.9, 0.25, ink.shape), 0.3, 1.2)
        ink = cv2.GaussianBlur(np.clip(ink, 0, 1).astype(np.float32), (0, 0), max(0.6, size / 90))
        y, x = top + int(random.normal(0, size / 25)), left + i * step
        y, x = max(0, min(y, sheet.shape[0] - size)), max(0, min(x, sheet.shape[1] - size))
        window = sheet[y : y + size, x : x + size]
        share = (ink * cover)[..., None]
        window[:] = window * (1 - share) + np.array(colour, np.float32) * share


def shadow(random: Random, sheet: Levels) -> None:
    """A hand's or phone's shadow with a soft edge, and light from one side."""
    height, width = sheet.shape[:2]
    corner = random.uniform(0.2, 0.8, 2)
    dark = np.zeros((height, width), np.float32)
    angle = random.uniform(0, 2 * np.pi)
    reach = 2 * max(height, width)
    start = np.array([corner[0] * width, corner[1] * height])
    turned = [angle, angle + 0.5 * np.pi]
    points = [start, *(start + reach * np.array([np.cos(a), np.sin(a)]) for a in turned)]
    cv2.fillPoly(dark, [np.array(points, np.int32)], 1.0)
    dark = cv2.GaussianBlur(dark, (0, 0), max(height, width) * random.uniform(0.005, 0.04))
    ramp = np.linspace(random.uniform(0.6, 1), 1, width, dtype=np.float32)[None, :]
    sheet *= ((1 - random.uniform(0.25, 0.5) * dark) * ramp)[..., None]


def turned(random: Random, sheet: Levels, degrees: float) -> Levels:
    height, width = sheet.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-degrees, degrees), 1)
    return cv2.warpAffine(sheet, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)


def taken(random: Random, sheet: Levels, *, noise: float = 2.0, quality: int = 85) -> bytes:
    """As a phone stores it: noise, and JPEG."""
    noisy = sheet + random.normal(0, noise, sheet.shape[:2])[..., None]
    noisy = noisy + random.normal(0, noise / 2, sheet.shape)
    file = io.BytesIO()
    image = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


KINDS = (
    "ruled", "squared", "ledger", "textured", "shadowed", "blue pen", "pencil", "noisy phone",
    "turned", "chalk", "squared pencil", "ruled close",
)  # fmt: skip


def made(random: Random, kind: str, digits: list[npt.NDArray[np.uint8]]) -> bytes:
    """One picture of digits uint8 [56, 56] on a kind of paper."""
    length = len(digits)
    size = int(random.integers(48, 110))
    step = int(size * random.uniform(0.85, 1.15))
    margin = int(size * random.uniform(0.4, 1.5))
    width, height = 2 * margin + step * length, 2 * margin + int(size * random.uniform(1, 2))
    sheet = paper(random, height, width, rough=9 if kind == "textured" else 1.5)
    strength = random.uniform(0.45, 0.95)
    if kind.startswith("ruled"):
        rule(random, sheet, rows=size * random.uniform(0.8, 1.5), columns=None, strength=strength)
    elif kind.startswith("squared"):
        side = size * random.choice([0.45, 0.6, 0.9])
        rule(random, sheet, rows=side, columns=side, strength=strength)
    elif kind == "ledger":
        rule(
            random,
            sheet,
            rows=size * 1.4,
            columns=step * float(random.integers(1, 4)),
            strength=0.9,
        )
    pens = {"blue pen": "blue", "pencil": "pencil", "squared pencil": "pencil", "chalk": "marker"}
    pen = pens.get(kind) or str(random.choice(["ballpoint", "black", "blue", "pencil"]))
    if kind == "ruled close":
        pen = "black"
    write(random, sheet, digits, size, pen, margin, (height - size) // 2, step)
    if kind == "chalk":
        sheet = 270 - sheet
    if kind in ("shadowed", "noisy phone"):
        shadow(random, sheet)
    if kind in ("turned", "ruled", "squared", "ledger", "noisy phone"):
        sheet = turned(random, sheet, 6 if kind == "turned" else 3)
    noisy = kind == "noisy phone"
    return taken(random, sheet, noise=6 if noisy else 2, quality=45 if noisy else 85)


def scribble(random: Random, sheet: Levels, size: int) -> None:
    points = np.cumsum(random.normal(0, size / 3, (int(random.integers(12, 40)), 2)), axis=0)
    points = points - points.mean(axis=0) + np.array(sheet.shape[1::-1]) / 2
    smooth = cv2.GaussianBlur(np.repeat(points, 12, axis=0).astype(np.float32), (1, 25), 6)
    cv2.polylines(sheet, [smooth.astype(np.int32)], False, (40, 40, 60), max(1, size // 25), 16)


def cross(random: Random, sheet: Levels, size: int) -> None:
    height, width = sheet.shape[:2]
    for sign in (1, -1):
        ends = (
            random.normal(0, size / 10, 4) + np.array([-size, -size * sign, size, size * sign]) / 2
        )
        x0, y0, x1, y1 = (ends + np.array([width, height, width, height]) / 2).astype(int).tolist()
        cv2.line(sheet, (x0, y0), (x1, y1), (40, 40, 60), max(2, size // 14), cv2.LINE_AA)


def blot(random: Random, sheet: Levels, size: int) -> None:
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = size / 2 * random.uniform(0.55, 1, 24)
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius[:, None]
    points += np.array(sheet.shape[1::-1]) / 2
    cv2.fillPoly(sheet, [points.astype(np.int32)], (50, 45, 60), cv2.LINE_AA)


def letter(random: Random, sheet: Levels, size: int) -> None:
    text = str(random.choice(list(LETTERS)))
    if random.random() < 0.5:
        image = Image.fromarray(np.clip(sheet, 0, 255).astype(np.uint8))
        place = (sheet.shape[1] / 2, sheet.shape[0] / 2)
        ImageDraw.Draw(image).text(place, text, (35, 35, 50), font_size=size, anchor="mm")
        sheet[:] = np.asarray(image)
        return
    fonts = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, cv2.FONT_HERSHEY_COMPLEX)
    font, scale = int(random.choice(fonts)), size / 30
    (w, h), _ = cv2.getTextSize(text, font, scale, 3)
    place = ((sheet.shape[1] - w) // 2, (sheet.shape[0] + h) // 2)
    drawn = np.clip(sheet, 0, 255).astype(np.uint8)
    cv2.putText(drawn, text, place, font, scale, (35, 35, 50), max(1, size // 18), cv2.LINE_AA)
    sheet[:] = drawn


def word(random: Random, sheet: Levels, size: int) -> None:
    text = "".join(random.choice(list(LETTERS), int(random.integers(3, 7))))
    image = Image.fromarray(np.clip(sheet, 0, 255).astype(np.uint8))
    place = (sheet.shape[1] / 2, sheet.shape[0] / 2)
    ImageDraw.Draw(image).text(place, text, (35, 35, 50), font_size=size // 2, anchor="mm")
    sheet[:] = np.asarray(image)


MARKS = {"scribble": scribble, "cross": cross, "blot": blot, "letter": letter, "word": word}
NOTHING = (*MARKS, "blank", "textured blank", "ruled blank", "squared blank", "thing")


def without_digits(random: Random, kind: str) -> bytes:
    side = int(random.integers(120, 500))
    if kind == "thing":
        return _thing(random, side)
    sheet = paper(random, side, side, rough=9 if kind.startswith("textured") else 1.5)
    if kind in MARKS:
        MARKS[kind](random, sheet, int(side * random.uniform(0.3, 0.8)))
    if kind == "ruled blank":
        rule(random, sheet, rows=side / random.uniform(3, 9), columns=None, strength=0.9)
    if kind == "squared blank":
        step = side / random.uniform(3, 12)
        rule(random, sheet, rows=step, columns=step, strength=0.9)
    if random.random() < 0.5:
        shadow(random, sheet)
    return taken(random, turned(random, sheet, 4))


def _thing(random: Random, side: int) -> bytes:
    from sklearn.datasets import load_sample_image

    scene = load_sample_image(str(random.choice(SCENES)))
    height, width = scene.shape[:2]
    side = min(side, height, width)
    top, left = int(random.integers(height - side + 1)), int(random.integers(width - side + 1))
    return taken(random, scene[top : top + side, left : left + side].astype(np.float32))


def made_cases(digits: Path, count: int, seed: int = 0) -> Iterator[Any]:
    """`count` pictures of each kind with one digit, as many with a number, and of each kind of
    nothing."""
    from pictures import Case

    stored = np.load(digits)
    images, labels = stored["images"], stored["labels"]
    for kind in KINDS:
        for i in range(2 * count):
            random = np.random.default_rng([seed, KINDS.index(kind), i])
            length = 1 if i < count else int(random.integers(2, 7))
            rows = random.integers(0, len(images), length)
            content = made(random, kind, list(images[rows]))
            label = "".join(str(labels[row]) for row in rows)
            folder = "made digits" if length == 1 else "made numbers"
            yield Case(folder, kind, kind, f"{kind}-{i}", label, content)
    for kind in NOTHING:
        for i in range(2 * count):
            random = np.random.default_rng([seed, 100 + NOTHING.index(kind), i])
            yield Case("nothing", kind, kind, f"{kind}-{i}", "", without_digits(random, kind))


def main(digits: str, out: str) -> None:
    side, columns = 150, 12
    cases = list(made_cases(Path(digits), 3))
    sheet = Image.new("RGB", (columns * side, -(-len(cases) // columns) * (side + 16)), "grey")
    for i, case in enumerate(cases):
        picture = Image.open(io.BytesIO(case.content))
        picture.thumbnail((side - 4, side - 4))
        place = (i % columns * side, i // columns * (side + 16))
        sheet.paste(picture, place)
        ImageDraw.Draw(sheet).text((place[0], place[1] + side), f"{case.name} {case.label}")
    sheet.save(out)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python bench/made_pictures.py swiss_numbers.npz sheet.png")
    main(*sys.argv[1:])
