"""Strips on disk: packed by width, so that a batch wastes nothing and composing runs beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.strip import BEYOND, STRIP_HEIGHT
from tenfold.training.strips.compose import ComposedStrip

SQUEEZE, SIZE, LEAN, DROP = 0.08, 0.05, 0.1, 0.7  # spreads: shares; columns each row; pixels
PRINTED, BLURRED, BENT = 0.3, 0.35, 0.6  # shares of the strips
BEND, RUBBER = 1.2, 8  # most spread of the points of a grid, and their distance, in pixels
GAMMA, NOISE = 0.15, 0.05  # spread of the exponent; most noise, of the whole range
WIDTHS = (64, 96, 128, 160, 192, 240, 320)  # of the buckets, in pixels


def write_strips(path: Path, strips: Sequence[ComposedStrip]) -> None:
    """Write strips as one file: all columns one after another, with lengths."""
    aside = path.with_suffix(".part.npz")
    np.savez(
        aside,
        columns=np.concatenate([strip.pixels for strip in strips], axis=1),
        widths=np.array([strip.pixels.shape[1] for strip in strips]),
        classes=np.concatenate([strip.classes for strip in strips]),
        boxes=np.concatenate([strip.boxes for strip in strips]),
        counts=np.array([len(strip.classes) for strip in strips]),
    )
    aside.rename(path)


def read_strips(path: Path) -> list[ComposedStrip]:
    """The strips of a file of `write_strips`."""
    with np.load(path, allow_pickle=False) as saved:
        ends, stops = np.cumsum(saved["widths"]), np.cumsum(saved["counts"])
        columns, classes, boxes = saved["columns"], saved["classes"], saved["boxes"]
        starts, begins = ends - saved["widths"], stops - saved["counts"]
    return [
        ComposedStrip(columns[:, a:b], classes[c:d], boxes[c:d])
        for a, b, c, d in zip(starts, ends, begins, stops, strict=True)
    ]


@dataclass(frozen=True)
class Batch:
    """`pixels` uint8 [n, 32, w]; classes and boxes of each strip."""

    pixels: npt.NDArray[np.uint8]
    classes: list[npt.NDArray[np.int64]]
    boxes: list[npt.NDArray[np.float32]]


def batches(
    strips: Sequence[ComposedStrip], size: int, rng: np.random.Generator
) -> Iterator[Batch]:
    """The strips in batches of about the same width, in random order; every strip once. A batch of
    wide strips has fewer of them. Each strip is changed a little."""
    buckets: dict[int, list[ComposedStrip]] = {width: [] for width in WIDTHS}
    for index in rng.permutation(len(strips)):
        strip = strips[index]
        buckets[next(w for w in WIDTHS if w >= strip.pixels.shape[1])].append(strip)
    plan = []
    for width, entries in buckets.items():
        count = max(8, size * 128 // width)
        plan += [(width, entries[i : i + count]) for i in range(0, len(entries), count)]
    for index in rng.permutation(len(plan)):
        width, entries = plan[index]
        yield batch_of(entries, width, rng)


def batch_of(
    strips: Sequence[ComposedStrip], width: int, rng: np.random.Generator | None = None
) -> Batch:
    """Strips in one array, `width` pixels wide. With `rng`, each is changed a little, and moved to
    the right as far as there is room."""
    pixels = np.zeros((len(strips), STRIP_HEIGHT, width), np.uint8)
    boxes = []
    for i, strip in enumerate(strips):
        changed = strip if rng is None else varied(strip, rng, width)
        strip_width = changed.pixels.shape[1]
        left = 0 if rng is None else int(rng.integers(0, width - strip_width + 1))
        pixels[i, :, left : left + strip_width] = changed.pixels
        boxes.append(changed.boxes + np.array([left, 0, left, 0], np.float32))
    return Batch(pixels, [strip.classes for strip in strips], boxes)


def varied(strip: ComposedStrip, rng: np.random.Generator, width_max: int) -> ComposedStrip:
    """The same strip as another hand and another camera would have it: wider or narrower, larger or
    smaller, leaning, moved up or down, with other levels and some noise. A strip that has been
    composed once can so be learned from several times."""
    height, width = strip.pixels.shape
    across = min(float(np.exp(rng.normal(0, SQUEEZE))), width_max / width)
    down = float(np.exp(rng.normal(0, SIZE)))
    lean, drop = rng.normal(0, LEAN), rng.normal(0, DROP)
    wide = max(8, min(width_max, round(width * across)))
    middle = (height - 1) / 2
    matrix = np.array(
        [[across, lean, -lean * middle], [0.0, down, middle * (1 - down) + drop]], np.float64
    )
    beyond = strip.pixels == BEYOND
    shown = strip.pixels[~beyond]
    border = int(np.median(shown)) if shown.size else BEYOND
    pixels = np.where(beyond, np.uint8(border), strip.pixels)
    pixels = cv2.warpAffine(pixels, matrix, (wide, height), borderValue=border)
    hidden = cv2.warpAffine(255 * beyond.astype(np.uint8), matrix, (wide, height))
    if rng.random() < BENT:
        pixels, hidden = _bent(pixels, hidden, rng)
    levels = pixels.astype(np.float32) * (1 / 255)
    levels = levels ** float(np.exp(rng.normal(0, GAMMA)))
    if rng.random() < PRINTED:
        _print_lines(levels, rng)
    if rng.random() < BLURRED:
        levels = cv2.GaussianBlur(levels, (0, 0), rng.uniform(0.3, 1.1))
    levels += rng.standard_normal(levels.shape, np.float32) * np.float32(rng.uniform(0, NOISE))
    boxes = strip.boxes * np.array([across, down, across, down], np.float32)
    boxes += np.array([0, matrix[1, 2], 0, matrix[1, 2]], np.float32)
    pixels = np.maximum(np.clip(levels, 0, 1) * 255 + 0.5, BEYOND + 1).astype(np.uint8)
    pixels[hidden > 127] = BEYOND
    return ComposedStrip(pixels, strip.classes, boxes)


def _bent(
    pixels: npt.NDArray[np.uint8], hidden: npt.NDArray[np.uint8], rng: np.random.Generator
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """The strip on rubber, as hands vary: points of a grid are moved, what lies between follows,
    and what is `hidden` with it."""
    height, width = pixels.shape
    grid = (height // RUBBER + 1, width // RUBBER + 2, 2)
    moved = rng.standard_normal(grid, np.float32) * np.float32(rng.uniform(0.2, BEND))
    field = cv2.resize(moved, (width, height), interpolation=cv2.INTER_CUBIC)
    x = field[:, :, 0] + np.arange(width, dtype=np.float32)
    y = field[:, :, 1] + np.arange(height, dtype=np.float32)[:, None]
    interpolation, border = cv2.INTER_LINEAR, cv2.BORDER_REPLICATE
    bent, covered = (
        cv2.remap(image, x, y, interpolation, borderMode=border).astype(np.uint8)
        for image in (pixels, hidden)
    )
    return bent, covered


def _print_lines(levels: npt.NDArray[np.float32], rng: np.random.Generator) -> None:
    """Fine waved lines behind the ink, in place: at the strip's own size they are sharper than what
    was printed before it was made smaller."""
    height, width = levels.shape
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    angle, period = rng.uniform(0, np.pi), rng.uniform(2, 7)
    wave = rng.uniform(0, 4) * np.sin(x * rng.normal(0, 0.1) + y * rng.normal(0, 0.1))
    phase = (x * np.cos(angle) + y * np.sin(angle) + wave) * (2 * np.pi / period)
    thin = rng.uniform(-0.2, 0.8)
    lines = np.clip((np.cos(phase) - thin) / (1 - thin), 0, 1).astype(np.float32)
    np.maximum(levels, levels + rng.uniform(0.05, 0.35) * lines * (1 - levels), out=levels)
