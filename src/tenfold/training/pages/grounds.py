"""What people write on: paper, ruling, squares, security print, boards, canvases."""

from __future__ import annotations

import cv2
import numpy as np

from tenfold.training.pages.sheet import Levels, Random


def ground(rng: Random, height: int, width: int, unit: float) -> tuple[Levels, bool]:
    """A ground float32 [height, width], and whether ink on it is bright. `unit`: a digit's height,
    in pixels, by which ruling is spaced."""
    kind = rng.random()
    if kind < 0.16:  # drawn with a program
        level = float(rng.choice([255, 255, 0, 0, rng.uniform(0, 255)]))
        return np.full((height, width), level, np.float32), level < 110
    bright = kind > 0.93
    level = rng.uniform(10, 90) if bright else rng.uniform(110, 254)
    levels = np.full((height, width), level, np.float32)
    levels += slow(rng, height, width, rng.uniform(0, 8))
    levels += grain(rng, height, width, rng.uniform(0, 3.5) ** 1.3)
    if rng.random() < 0.1:
        levels += texture(rng, height, width, rng.uniform(2, 14))
    pattern = rng.random()
    if pattern < 0.2:
        rule(rng, levels, unit, squared=False)
    elif pattern < 0.46:
        rule(rng, levels, unit, squared=True)
    elif pattern < 0.51:
        dots(rng, levels, unit)
    elif pattern < 0.6:
        guilloche(rng, levels, unit)
    return levels, bright


def slow(rng: Random, height: int, width: int, strength: float) -> Levels:
    """Slow shading."""
    few = rng.normal(0, strength, (4, 5)).astype(np.float32)
    return cv2.resize(few, (width, height), interpolation=cv2.INTER_CUBIC)


def grain(rng: Random, height: int, width: int, strength: float) -> Levels:
    """The grain of paper, made once for a quarter of the page and mirrored."""
    fine = rng.standard_normal((height // 2 + 1, width // 2 + 1), np.float32)
    fine = cv2.copyMakeBorder(
        fine, 0, height - fine.shape[0], 0, width - fine.shape[1], cv2.BORDER_REFLECT
    )
    return strength * cv2.GaussianBlur(fine, (0, 0), 0.8)


def texture(rng: Random, height: int, width: int, strength: float) -> Levels:
    """Cloth, wood, skin, crumpled paper: noise of several sizes, and stripes."""
    levels = np.zeros((height, width), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        cells = int(rng.integers(4, 60))
        wide = max(2, int(cells * rng.choice([1, 1, 0.1, 6])))
        few = rng.standard_normal((cells, wide), np.float32)
        levels += cv2.resize(few, (width, height), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.4:
        levels += waves(rng, height, width, rng.uniform(3, 25))
    if rng.random() < 0.15:
        levels += waves(rng, height, width, rng.uniform(3, 25))
    return strength * levels


def waves(rng: Random, height: int, width: int, period: float) -> Levels:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.uniform(0, np.pi)
    across = x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))
    return np.sin(across * np.float32(2 * np.pi / period))


def line_level(rng: Random, levels: Levels, weak: bool = True) -> float:
    """The level of printed lines on a ground: from hardly seen to black."""
    paper = float(levels[::8, ::8].mean())
    depth = float(np.exp(rng.uniform(np.log(8), np.log(90 if weak else 230))))
    return paper - depth if paper > 110 or rng.random() < 0.1 else paper + depth


def rule(rng: Random, levels: Levels, unit: float, *, squared: bool) -> None:
    """Rule lines across, and down too on squared paper."""
    height, width = levels.shape
    step = unit * (rng.uniform(0.45, 2.2) if squared else rng.uniform(1.0, 3.0))
    level, thick = line_level(rng, levels), max(0.35, unit * rng.uniform(0.01, 0.07))
    mask = np.zeros((height, width), np.uint8)
    pixels = max(1, round(thick))
    for y in np.arange(rng.uniform(0, step), height, step):
        cv2.line(mask, (0, round(y)), (width, round(y)), 255, pixels)
    if squared:
        for x in np.arange(rng.uniform(0, step), width, step):
            cv2.line(mask, (round(x), 0), (round(x), height), 255, pixels)
    if rng.random() < 0.15:  # the margin's line
        x = round(rng.uniform(0.05, 0.4) * width)
        cv2.line(mask, (x, 0), (x, height), 255, pixels)
    _lay_mask(levels, mask, level, min(1.0, thick))
    if squared and rng.random() < 0.25:  # every fifth line darker
        for x in np.arange(rng.uniform(0, step), width, 5 * step):
            cv2.line(levels, (round(x), 0), (round(x), height), level, pixels)


def dots(rng: Random, levels: Levels, unit: float) -> None:
    """Dotted paper."""
    step = unit * rng.uniform(0.5, 1.5)
    level = line_level(rng, levels)
    for y in np.arange(rng.uniform(0, step), levels.shape[0], step):
        for x in np.arange(rng.uniform(0, step), levels.shape[1], step):
            cv2.circle(levels, (round(x), round(y)), max(1, round(unit * 0.05)), level, -1)


def guilloche(rng: Random, levels: Levels, unit: float) -> None:
    """Security print: many fine waves."""
    height, width = levels.shape
    level = line_level(rng, levels)
    x = np.arange(0, width, 3, dtype=np.float32)
    mask = np.zeros((height, width), np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        step, swing = unit * rng.uniform(0.15, 0.6), unit * rng.uniform(0.1, 2)
        period, slope = unit * rng.uniform(1, 8), rng.uniform(-0.5, 0.5)
        for start in np.arange(-height, 2 * height, max(step, 2.5)):
            y = start + swing * np.sin(x / period * 2 * np.pi) + slope * x
            points = np.stack([x, y], 1)
            cv2.polylines(mask, [np.round(points).astype(np.int32)], False, 255, 1)
    _lay_mask(levels, mask, level, rng.uniform(0.2, 1))


def _lay_mask(levels: Levels, mask: np.ndarray, level: float, cover: float) -> None:
    share = mask.astype(np.float32) * (cover / 255)
    levels += share * (level - levels)
