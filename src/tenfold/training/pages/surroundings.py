"""What lies around a page and on it: tables, cloth, scanner's frames, fingers, a camera's stamp."""

from __future__ import annotations

import cv2
import numpy as np

from tenfold.training.pages.grounds import grain, texture
from tenfold.training.pages.printing import printed_ink
from tenfold.training.pages.sheet import Levels, Random


def surround(rng: Random, side: int, paper: float) -> Levels:
    """What a page lies on, float32 [side, side]."""
    kind = rng.random()
    if kind < 0.5:
        level = float(rng.choice([0, 255, 128, rng.uniform(0, 255), paper]))
        return np.full((side, side), level, np.float32)
    levels = np.full((side, side), rng.uniform(10, 240), np.float32)
    levels += grain(rng, side, side, rng.uniform(0, 6))
    if kind < 0.9:
        levels += texture(rng, side, side, rng.uniform(2, 40))
    return levels


def frame(rng: Random, levels: Levels) -> Levels:
    """The dark or bright frame that scanners leave on some sides; the covered places, 0 or 1."""
    side = levels.shape[0]
    covered = np.zeros(levels.shape, np.float32)
    level = float(rng.choice([0, 20, 255, rng.uniform(0, 255)]))
    sides = rng.random(4) < rng.choice([0.3, 1.0])
    widths = np.round(
        sides
        * side
        * (rng.uniform(0.005, 0.14, 4) if rng.random() < 0.5 else rng.uniform(0.005, 0.14))
    ).astype(int)
    covered[: widths[0]] = covered[side - widths[1] :] = 1
    covered[:, : widths[2]] = 1
    covered[:, side - widths[3] :] = 1
    levels[covered > 0] = level
    return covered


def finger(rng: Random, levels: Levels) -> Levels:
    """A finger or another thing that reaches in from an edge; the covered places, 0 or 1."""
    side = levels.shape[0]
    angle = rng.uniform(0, 2 * np.pi)
    reach = side * rng.uniform(0.45, 0.75)
    centre = side / 2 + reach * np.array([np.cos(angle), np.sin(angle)])
    axes = side * rng.uniform(0.1, 0.4), side * rng.uniform(0.03, 0.12)
    covered = np.zeros(levels.shape, np.float32)
    turn = np.degrees(angle) + rng.normal(0, 20)
    box = tuple(map(int, centre)), tuple(map(int, axes))
    cv2.ellipse(covered, *box, turn, 0, 360, 1.0, -1, cv2.LINE_AA)
    skin = np.full(levels.shape, rng.uniform(60, 220), np.float32)
    skin += texture(rng, side, side, 5)
    edge = cv2.GaussianBlur(covered, (0, 0), side * 0.02)
    skin *= 0.5 + 0.5 * edge
    levels += covered * (skin - levels)
    return covered


def stamp(rng: Random, levels: Levels) -> Levels:
    """The date that a camera prints into a corner; the covered places."""
    side = levels.shape[0]
    text = f"{rng.integers(1, 32):02}.{rng.integers(1, 13):02}.{rng.integers(1990, 2027)}"
    if rng.random() < 0.5:
        text += f" {rng.integers(24):02}:{rng.integers(60):02}"
    ink = printed_ink(text, rng.uniform(7, 18), int(rng.integers(8)))
    covered = np.zeros(levels.shape, np.float32)
    ink = ink[: side - 10, : side - 10]
    y = 5 if rng.random() < 0.3 else side - ink.shape[0] - 5
    x = 5 if rng.random() < 0.3 else side - ink.shape[1] - 5
    covered[y : y + ink.shape[0], x : x + ink.shape[1]] = 1
    region = levels[y : y + ink.shape[0], x : x + ink.shape[1]]
    region += ink * (rng.uniform(170, 255) - region)
    return covered
