"""What people write on: paper with shadows, security print, ruling, squares, boxes and combs.

All functions change `paper`, float32 [h, w], brightness in 0..255, in place.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.training.strips.pen import SHIFT

Paper = npt.NDArray[np.float32]
Line = tuple[float, float, float, float]  # x0, y0, x1, y1


def random_paper(shape: tuple[int, int], rng: np.random.Generator) -> Paper:
    """Paper without print: a tint, uneven light, shadows, texture."""
    paper = np.full(shape, rng.uniform(120, 255), np.float32)
    if rng.random() < 0.25:
        return paper
    paper *= _uneven(shape, rng, rng.uniform(0, 0.18))
    if rng.random() < 0.5:
        paper += rng.normal(0, rng.uniform(0.5, 7), shape).astype(np.float32)
    if rng.random() < 0.15:
        _shadow(paper, rng)
    if rng.random() < 0.2:
        paper *= 1 + _smooth_noise(shape, rng, int(rng.integers(4, 12)), rng.uniform(0.01, 0.07))
    return paper


def _smooth_noise(
    shape: tuple[int, int], rng: np.random.Generator, cell: int, amount: float
) -> Paper:
    h, w = shape
    coarse = rng.normal(0, amount, (h // cell + 2, w // cell + 2)).astype(np.float32)
    noise: Paper = cv2.resize(coarse, (w, h), interpolation=cv2.INTER_LINEAR)
    return noise


def _uneven(shape: tuple[int, int], rng: np.random.Generator, amount: float) -> Paper:
    h, w = shape
    corners = (1 + rng.uniform(-amount, amount, (2, 2 + w // 200))).astype(np.float32)
    light: Paper = cv2.resize(corners, (w, h), interpolation=cv2.INTER_LINEAR)
    return light


def _shadow(paper: Paper, rng: np.random.Generator) -> None:
    h, w = paper.shape
    x, y = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    angle = rng.uniform(0, 2 * np.pi)
    soft = rng.uniform(2, 40)
    across = (x - rng.uniform(0, w)) * np.cos(angle) + (y - rng.uniform(0, h)) * np.sin(angle)
    paper *= 1 - rng.uniform(0.1, 0.5) / (1 + np.exp(np.clip(-across / soft, -30, 30)))


def security_print(paper: Paper, rng: np.random.Generator, strongest: float = 75) -> None:
    """Families of waved fine lines, dots or grids, as cheques have behind the amount; of a contrast
    of at most `strongest` levels."""
    h, w = paper.shape
    x, y = np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32)[:, None]
    contrast = rng.uniform(6, strongest)
    for _ in range(int(rng.integers(1, 4))):
        angle = rng.uniform(0, np.pi) if rng.random() < 0.6 else np.pi / 2 + rng.normal(0, 0.1)
        period = rng.uniform(3.5, 16)
        wave = rng.uniform(0, 9) * np.sin(
            2 * np.pi * (x * rng.normal(0, 0.02) + y * rng.normal(0, 0.02)) + rng.uniform(0, 6.3)
        )
        phase = (x * np.cos(angle) + y * np.sin(angle) + wave) / period
        line = np.cos(2 * np.pi * phase)
        if rng.random() < 0.25:  # dots
            other = (y * np.cos(angle) - x * np.sin(angle)) / period
            line = np.minimum(line, np.cos(2 * np.pi * other))
        thin = rng.uniform(-0.2, 0.85)
        paper -= contrast * np.clip((line - thin) / (1 - thin), 0, 1)


def draw_lines(
    paper: Paper, lines: list[Line], darkness: float, thickness: float, dotted: bool = False
) -> None:
    """Straight lines that darken the paper by the share `darkness`."""
    layer = np.zeros(paper.shape, np.uint8)
    for line in lines:
        x0, y0, x1, y1 = (round(value * (1 << SHIFT)) for value in line)
        cv2.line(layer, (x0, y0), (x1, y1), 255, max(1, round(thickness)), cv2.LINE_AA, SHIFT)
    if dotted:
        step = 6
        layer[:, (np.arange(paper.shape[1]) // step) % 2 == 0] = 0
    paper *= 1 - darkness * min(1.0, thickness) * (layer.astype(np.float32) / 255)


def ruling(paper: Paper, rng: np.random.Generator, base: float, height: float) -> None:
    """Horizontal lines: at the base line, over or under the writing, anywhere; single or double."""
    h, w = paper.shape
    lines: list[Line] = []
    slope = rng.normal(0, 0.015) * w
    for _ in range(int(rng.integers(1, 4))):
        draw = rng.random()
        if draw < 0.45:
            y = base + rng.normal(0.08, 0.12) * height
        elif draw < 0.65:
            y = base - height * rng.normal(1.1, 0.15)
        else:
            y = rng.uniform(0, h)
        start, end = (0.0, float(w)) if rng.random() < 0.8 else sorted(rng.uniform(0, w, 2))
        lines.append((start, y - slope / 2, end, y + slope / 2))
        if rng.random() < 0.15:
            gap = rng.uniform(3, 7)
            lines.append((start, y - slope / 2 + gap, end, y + slope / 2 + gap))
    dotted = rng.random() < 0.15
    draw_lines(paper, lines, rng.uniform(0.1, 0.95), rng.uniform(0.7, 4), dotted)


def squares(paper: Paper, rng: np.random.Generator, height: float) -> None:
    """Squared paper, a little turned and in perspective."""
    h, w = paper.shape
    pitch = height * rng.uniform(0.4, 1.8)
    turn, converge = rng.normal(0, 0.03), rng.normal(0, 0.04)
    x0, y0 = rng.uniform(0, pitch, 2)
    lines: list[Line] = []
    for x in np.arange(x0 - 2 * pitch, w + 2 * pitch, pitch):
        lean = (turn + converge * (x / w - 0.5)) * h
        lines.append((x - lean, 0, x + lean, h))
    for y in np.arange(y0 - 2 * pitch, h + 2 * pitch, pitch):
        lean = (turn + converge * (y / h - 0.5)) * w / 2
        lines.append((0, y + lean, w, y - lean))
    draw_lines(paper, lines, rng.uniform(0.06, 0.7), rng.uniform(0.6, 2.6))


def comb(
    paper: Paper,
    rng: np.random.Generator,
    base: float,
    height: float,
    left: float,
    pitch: float,
    cells: int,
) -> None:
    """A row of boxes, one for each character: closed, apart, a comb without top, or with ticks."""
    top = base - height * rng.uniform(1.02, 1.45)
    bottom = base + height * rng.uniform(0.02, 0.4)
    style = rng.random()
    right = left + cells * pitch
    inset = rng.uniform(0.02, 0.1) * pitch if style < 0.2 else 0.0
    tick = top if style < 0.8 else bottom - (bottom - top) * rng.uniform(0.2, 0.5)
    lines: list[Line] = []
    for i in range(cells + 1):
        x = left + i * pitch
        lines += [(x - inset, tick, x - inset, bottom), (x + inset, tick, x + inset, bottom)]
    lines.append((left, bottom, right, bottom))
    if style < 0.7:
        lines.append((left, top, right, top))
    turn = rng.normal(0, 0.008)
    lines = [
        (a + turn * (base - b), b + turn * a, c + turn * (base - d), d + turn * c)
        for a, b, c, d in lines
    ]
    draw_lines(paper, lines, rng.uniform(0.12, 1.0), rng.uniform(0.7, 4.5), rng.random() < 0.08)
    if rng.random() < 0.1:  # boxes on a coloured ground
        x0, x1 = max(0, int(left)), max(1, int(right))
        paper[max(0, int(top)) : max(1, int(bottom)), x0:x1] *= rng.uniform(0.75, 1.2)


def cell(paper: Paper, rng: np.random.Generator, base: float, height: float) -> None:
    """One box or table cell around the writing; some of its sides, neighbours' lines too."""
    h, w = paper.shape
    top = base - height * rng.uniform(1.05, 1.7)
    bottom = base + height * rng.uniform(0.05, 0.6)
    left, right = rng.uniform(-0.02, 0.06) * w, w - rng.uniform(-0.02, 0.06) * w
    sides: list[Line] = [
        (left, top, right, top),
        (left, bottom, right, bottom),
        (left, top, left, bottom),
        (right, top, right, bottom),
    ]
    keep = rng.random(4) < 0.8
    lines = [side for side, kept in zip(sides, keep, strict=True) if kept]
    if rng.random() < 0.4:  # the cell's sides go on, as in a table
        lines = [(a, b - h, c, d + h) if a == c else (a - w, b, c + w, d) for a, b, c, d in lines]
    turn = rng.normal(0, 0.01)
    lines = [
        (a + turn * (base - b), b + turn * a, c + turn * (base - d), d + turn * c)
        for a, b, c, d in lines
    ]
    draw_lines(paper, lines, rng.uniform(0.12, 1.0), rng.uniform(0.8, 5))


def dividers(paper: Paper, rng: np.random.Generator, xs: list[float]) -> None:
    """Vertical lines of a table between the numbers of a row."""
    h = paper.shape[0]
    lean = rng.normal(0, 0.03) * h
    lines: list[Line] = [(x - lean, -5, x + lean, h + 5) for x in xs]
    draw_lines(paper, lines, rng.uniform(0.12, 1.0), rng.uniform(0.8, 4.5))


def surround(paper: Paper, rng: np.random.Generator) -> None:
    """What lies beside the paper: a dark or white band at an end, above or below."""
    h, w = paper.shape
    level = rng.choice([rng.uniform(0, 60), 255.0, rng.uniform(60, 200)])
    side = int(rng.integers(4))
    if side < 2:
        band = int(min(0.2 * w, rng.uniform(2, 40)))
        window = paper[:, :band] if side == 0 else paper[:, w - band :]
    else:
        band = int(rng.uniform(1, 0.16 * h))
        window = paper[:band] if side == 2 else paper[h - band :]
    window[:] = level


def ring(paper: Paper, rng: np.random.Generator, box: tuple[float, float, float, float]) -> None:
    """A ring drawn around a number."""
    left, top, right, bottom = box
    centre = (round((left + right) / 2), round((top + bottom) / 2))
    height = bottom - top
    axes = (
        round((right - left) / 2 + height * rng.uniform(0.15, 0.5)),
        round(height * rng.uniform(0.6, 0.85)),
    )
    layer = np.zeros(paper.shape, np.uint8)
    thickness = max(1, round(height * rng.uniform(0.03, 0.09)))
    cv2.ellipse(
        layer,
        centre,
        axes,
        rng.uniform(-15, 15),
        0,
        rng.uniform(320, 380),
        255,
        thickness,
        cv2.LINE_AA,
    )
    paper *= 1 - rng.uniform(0.4, 1.0) * layer.astype(np.float32) / 255


def small_print(paper: Paper, rng: np.random.Generator, base: float, height: float) -> None:
    """Words printed smaller than the writing: above it, below it or beside it, as on forms."""
    w = paper.shape[1]
    letters = "abcdefghilmnoprstuvyABCDEFGHLMNPRSTU "
    text = "".join(letters[i] for i in rng.integers(0, len(letters), int(rng.integers(3, 16))))
    size = height * rng.uniform(0.14, 0.4)
    font = int(rng.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX]))
    scale = cv2.getFontScaleFromHeight(font, max(3, round(size)), 1)
    above = rng.random() < 0.6
    y = base - height * rng.uniform(1.05, 1.4) if above else base + height * rng.uniform(0.35, 0.7)
    layer = np.zeros(paper.shape, np.uint8)
    place = (round(rng.uniform(-20, 0.8 * w)), round(y))
    cv2.putText(layer, text, place, font, scale, 255, int(rng.integers(1, 3)), cv2.LINE_AA)
    paper *= 1 - rng.uniform(0.3, 1.0) * layer.astype(np.float32) / 255
