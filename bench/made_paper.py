"""Papers made here: tints, grain, ruling of many kinds, folds, holes, and what lies around them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Random = np.random.Generator
Levels = npt.NDArray[np.float32]  # [h, w, 3], 0..255
Mask = npt.NDArray[np.float32]  # [h, w], 0..1

BLUE, GREY, VIOLET, GREEN = (150, 175, 215), (165, 165, 175), (190, 160, 190), (140, 190, 190)
RED, BLACK = (220, 120, 120), (70, 70, 75)
LINES = (BLUE, GREY, VIOLET, GREEN)  # inks of ruling
WHITE, COLOURED = (8, 60), ((235, 215, 120), (240, 170, 190), (170, 215, 240), (190, 225, 170))
TABLES = ((95, 60, 35), (60, 60, 62), (150, 120, 85), (30, 30, 34), (200, 195, 185))


def paper(
    random: Random,
    height: int,
    width: int,
    *,
    rough: float = 1.5,
    tint: tuple[int, int, int] | None = None,
) -> Levels:
    """Tinted paper with some grain and slow shading."""
    chosen = 255 - random.uniform(*WHITE) * random.uniform(0.5, 1, 3) if tint is None else tint
    sheet = np.ones((height, width, 3), np.float32) * np.asarray(chosen, np.float32)
    return sheet + (grain(random, height, width, rough) + slow(random, height, width))[..., None]


def grain(random: Random, height: int, width: int, rough: float) -> Mask:
    fine = random.normal(0, 1, (height, width)).astype(np.float32)
    return 2 * rough * cv2.GaussianBlur(fine, (0, 0), 1.2)


def slow(random: Random, height: int, width: int, strength: float = 2.0) -> Mask:
    few = random.normal(0, strength, (4, 5)).astype(np.float32)
    return cv2.resize(few, (width, height), interpolation=cv2.INTER_CUBIC)


def lay(sheet: Levels, mask: Mask, colour: tuple[int, int, int] | npt.NDArray[np.float32]) -> None:
    """Ink of a colour, where `mask` says how much."""
    share = mask[..., None]
    sheet[:] = sheet * (1 - share) + np.asarray(colour, np.float32) * share


def rule(
    random: Random,
    sheet: Levels,
    *,
    rows: float | None,
    columns: float | None,
    strength: float,
    colour: tuple[int, int, int] | None = None,
    thick: float | None = None,
) -> None:
    """Lines across (every `rows` pixels) and down (every `columns`), with their own ink."""
    height, width = sheet.shape[:2]
    chosen = LINES[random.integers(len(LINES))] if colour is None else colour
    share = random.uniform(0.0015, 0.003) if thick is None else thick
    pixels = max(1, round(max(height, width) * share))
    mask = np.zeros((height, width), np.float32)
    for y in np.arange(random.uniform(0, rows), height, rows) if rows else ():
        cv2.line(mask, (0, int(y)), (width, int(y)), 1.0, pixels)
    for x in np.arange(random.uniform(0, columns), width, columns) if columns else ():
        cv2.line(mask, (int(x), 0), (int(x), height), 1.0, pixels)
    lay(sheet, cv2.GaussianBlur(mask, (0, 0), 0.7) * strength, chosen)


def margin_line(random: Random, sheet: Levels, x: int) -> None:
    """The red line beside which one writes, across ruled paper."""
    height, width = sheet.shape[:2]
    rule(random, sheet, rows=height / random.uniform(4, 9), columns=None, strength=0.8)
    mask = np.zeros((height, width), np.float32)
    cv2.line(mask, (x, 0), (x, height), 1.0, max(1, width // 250))
    lay(sheet, cv2.GaussianBlur(mask, (0, 0), 0.7) * 0.9, RED)


def holes(random: Random, sheet: Levels, band: int) -> None:
    """A spiral's or a folder's holes down the left edge, in a band that is left free."""
    radius = max(3, int(band * random.uniform(0.15, 0.3)))
    dark = np.asarray(TABLES[random.integers(len(TABLES))], np.float32)
    for y in np.arange(radius, sheet.shape[0], radius * random.uniform(3.5, 6)):
        disc = np.zeros(sheet.shape[:2], np.float32)
        cv2.circle(disc, (band // 2, int(y)), radius, 1.0, -1, cv2.LINE_AA)
        lay(sheet, disc, dark)


def fold(random: Random, sheet: Levels) -> None:
    """Creases: one side lighter, the other darker, fading out."""
    height, width = sheet.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    for _ in range(int(random.integers(1, 4))):
        angle, reach = random.uniform(0, np.pi), max(height, width) * random.uniform(0.01, 0.05)
        across = (x - random.uniform(0.2, 0.8) * width) * np.cos(angle) + (
            y - random.uniform(0.2, 0.8) * height
        ) * np.sin(angle)
        depth = random.uniform(8, 28)
        sheet += (np.sign(across) * depth * np.exp(-np.abs(across) / reach))[..., None]


def board(random: Random, height: int, width: int) -> Levels:
    """A slate, green or black, with the traces of a sponge."""
    tint = ((40, 62, 50), (38, 38, 42))[random.integers(2)]
    sheet = paper(random, height, width, rough=3, tint=tint)
    few = random.normal(0, 5, (6, 4)).astype(np.float32)
    return sheet + cv2.resize(few, (width, height), interpolation=cv2.INTER_CUBIC)[..., None]


def on_table(random: Random, sheet: Levels) -> Levels:
    """The paper on a table that shows on one to four sides, seen at an angle."""
    height, width = sheet.shape[:2]
    sides = (random.random(4) < 0.5) * random.uniform(0.03, 0.2, 4)
    if not sides.any():
        sides[int(random.integers(4))] = 0.1
    left, top, right, bottom = sides * np.array([width, height, width, height])
    whole = (int(width + left + right), int(height + top + bottom))
    table = paper(random, whole[1], whole[0], rough=3, tint=TABLES[random.integers(len(TABLES))])
    if random.random() < 0.6:  # the grain of wood
        streaks = random.normal(0, 14, (whole[1], 1)).astype(np.float32)
        table += cv2.GaussianBlur(streaks, (1, 9), 2)[..., None]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + np.array([left, top], np.float32)
    moved += random.normal(0, 0.012 * max(whole), (4, 2)).astype(np.float32)
    # a side that shows no table goes on beyond the picture
    out = 0.08 * max(whole)
    for side, index, axis, sign in ((0, (0, 3), 0, -1), (1, (0, 1), 1, -1), (2, (1, 2), 0, 1)):
        if not sides[side]:
            moved[list(index), axis] += sign * out
    if not sides[3]:
        moved[[2, 3], 1] += out
    matrix = cv2.getPerspectiveTransform(corners, moved)
    laid = cv2.warpPerspective(sheet, matrix, whole, flags=cv2.INTER_LINEAR)
    cover = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, whole)
    shade = cv2.GaussianBlur(cover, (0, 0), max(whole) / 60)
    table *= (1 - 0.35 * shade)[..., None]
    return table * (1 - cover[..., None]) + laid * cover[..., None]
