"""The fifteen corruptions of MNIST-C, written from its description, for measuring models that are
to read pictures (N. Mu, J. Gilmer 2019, "MNIST-C: A Robustness Benchmark for Computer Vision",
arXiv:1906.02337). The published set has them on MNIST's test images, which tenfold does not use.

Each takes float [n, 28, 28] in 0..1 and a generator, and gives the same shape, about in 0..1.
Strengths are chosen so that people can read the digits, as the paper demands of its own.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Pictures = npt.NDArray[np.float64]  # [n, 28, 28]
Corruption = Callable[[Pictures, np.random.Generator], Pictures]

SIDE = 28
# what training/picture_like.py has something alike for; the others a picture model never saw
TRAINED_ALIKE = (
    *("impulse_noise", "rotate", "scale", "shear", "translate", "brightness", "fog"),
    *("motion_blur", "stripe"),  # since the recipe has motion blur and bands
    "canny_edges",  # outlines, of which more were shown after a first look at this figure
)


def shot_noise(pictures: Pictures, random: np.random.Generator) -> Pictures:
    return random.poisson(pictures * 5) / 5


def impulse_noise(pictures: Pictures, random: np.random.Generator) -> Pictures:
    draws = random.random(pictures.shape)
    return np.where(draws < 0.085, 0.0, np.where(draws > 0.915, 1.0, pictures))


def glass_blur(pictures: Pictures, random: np.random.Generator) -> Pictures:
    """Blur, with each pixel swapped with one beside it, blurred again."""
    soft = ndimage.gaussian_filter(pictures, (0, 0.7, 0.7))
    rows, columns = np.indices((SIDE, SIDE))
    moved = np.empty_like(soft)
    for number, picture in enumerate(soft):
        down, across = random.integers(-1, 2, (2, SIDE, SIDE))
        moved[number] = picture[
            np.clip(rows + down, 0, SIDE - 1), np.clip(columns + across, 0, SIDE - 1)
        ]
    return ndimage.gaussian_filter(moved, (0, 0.7, 0.7))


def motion_blur(pictures: Pictures, random: np.random.Generator) -> Pictures:
    """Blur along a line of 9 pixels at up to 45 degrees, the weight falling off."""
    blurred = np.zeros_like(pictures)
    steps = np.arange(-4, 5)
    weights = np.exp(-(steps**2) / (2 * 2.5**2))
    for number, angle in enumerate(random.uniform(-np.pi / 4, np.pi / 4, len(pictures))):
        for step, weight in zip(steps, weights / weights.sum(), strict=True):
            move = (step * np.sin(angle), step * np.cos(angle))
            blurred[number] += weight * ndimage.shift(pictures[number], move, order=1)
    return blurred


def shear(pictures: Pictures, random: np.random.Generator) -> Pictures:
    return _mapped(pictures, lambda: np.array([[1, 0], [_sign(random) * 0.4, 1]]))


def scale(pictures: Pictures, random: np.random.Generator) -> Pictures:
    """Shrink to six tenths of the size."""
    return _mapped(pictures, lambda: np.eye(2) / 0.6)


def rotate(pictures: Pictures, random: np.random.Generator) -> Pictures:
    def turn() -> npt.NDArray[np.float64]:
        angle = _sign(random) * np.radians(25)
        return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    return _mapped(pictures, turn)


def brightness(pictures: Pictures, random: np.random.Generator) -> Pictures:
    return np.clip(pictures + 0.5, 0, 1)


def translate(pictures: Pictures, random: np.random.Generator) -> Pictures:
    """Shift by three to four pixels along each axis."""
    moves = [(_sign(random) * random.integers(3, 5), _sign(random) * random.integers(3, 5))]
    moves += [
        (_sign(random) * random.integers(3, 5), _sign(random) * random.integers(3, 5))
        for _ in pictures[1:]
    ]
    return np.stack(
        [ndimage.shift(p, move, order=0) for p, move in zip(pictures, moves, strict=True)]
    )


def stripe(pictures: Pictures, random: np.random.Generator) -> Pictures:
    """Exchange black and white in two upright bands."""
    striped = pictures.copy()
    for band in (slice(0, 7), slice(21, 28)):
        striped[:, :, band] = 1 - striped[:, :, band]
    return striped


def fog(pictures: Pictures, random: np.random.Generator) -> Pictures:
    """Lay a cloud of many grain sizes over the images."""
    cloud = np.zeros_like(pictures)
    for grain in (14, 7, 3.5):
        noise = random.random(pictures.shape)
        soft = ndimage.gaussian_filter(noise, (0, grain / 2, grain / 2), mode="wrap")
        cloud += grain * _stretched(soft)
    return np.clip((pictures + 1.2 * _stretched(cloud)) / 1.6, 0, 1)


def spatter(pictures: Pictures, random: np.random.Generator) -> Pictures:
    """Lay drops as on a lens over the images."""
    drops = ndimage.gaussian_filter(random.random(pictures.shape), (0, 1.2, 1.2))
    return np.maximum(pictures, np.clip((_stretched(drops) - 0.7) * 4, 0, 0.9))


def dotted_line(pictures: Pictures, random: np.random.Generator) -> Pictures:
    return _with_lines(pictures, random, corners=2, dotted=True)


def zigzag(pictures: Pictures, random: np.random.Generator) -> Pictures:
    return _with_lines(pictures, random, corners=9, dotted=False)


def _steepness(pictures: Pictures, along: int, across: int) -> Pictures:
    """Apply Sobel's operator to each image by itself: ndimage.sobel would blur from picture to
    picture."""
    smooth = ndimage.correlate1d(pictures, [1, 2, 1], axis=across)
    return ndimage.correlate1d(smooth, [-1, 0, 1], axis=along)


def canny_edges(pictures: Pictures, random: np.random.Generator) -> Pictures:
    """Keep edges one pixel wide: the crests of the gradient (J. Canny 1986), at a deviation of
    1."""
    soft = ndimage.gaussian_filter(pictures, (0, 1, 1))
    down, across = _steepness(soft, 1, 2), _steepness(soft, 2, 1)
    size = np.hypot(down, across)
    sector = np.round(np.arctan2(down, across) / (np.pi / 4)).astype(int) % 4
    crest = np.zeros(pictures.shape, dtype=bool)
    for number, (dy, dx) in enumerate(((0, 1), (1, 1), (1, 0), (1, -1))):
        one, other = (np.roll(size, (s * dy, s * dx), axis=(1, 2)) for s in (1, -1))
        crest |= (sector == number) & (size > one) & (size >= other)
    return (crest & (size > 0.2)).astype(np.float64)


CORRUPTIONS: tuple[Corruption, ...] = (
    *(shot_noise, impulse_noise, glass_blur, motion_blur, shear, scale, rotate, brightness),
    *(translate, stripe, fog, spatter, dotted_line, zigzag, canny_edges),
)


def _sign(random: np.random.Generator) -> int:
    return int(random.choice((-1, 1)))


def _stretched(values: Pictures) -> Pictures:
    """Stretch each image to 0..1."""
    low = values.min(axis=(1, 2), keepdims=True)
    return (values - low) / (values.max(axis=(1, 2), keepdims=True) - low)


def _mapped(pictures: Pictures, matrix: Callable[[], npt.NDArray[np.float64]]) -> Pictures:
    """Map each image linearly about its middle."""
    middle, mapped = np.full(2, (SIDE - 1) / 2), np.empty_like(pictures)
    for number, picture in enumerate(pictures):
        turn = matrix()
        mapped[number] = ndimage.affine_transform(picture, turn, middle - turn @ middle, order=1)
    return mapped


def _with_lines(
    pictures: Pictures, random: np.random.Generator, *, corners: int, dotted: bool
) -> Pictures:
    """Draw a straight or zigzag line from the left border to the right."""
    lined, column = pictures.copy(), np.arange(SIDE)
    for picture in lined:
        heights = random.uniform(6, 22, corners)
        if corners > 2:
            heights = heights.mean() + np.where(np.arange(corners) % 2, 2.5, -2.5)
        height = np.interp(column, np.linspace(0, SIDE - 1, corners), heights)
        distance = np.abs(np.arange(SIDE)[:, None] - height)
        line = np.clip(1.2 - distance, 0, 1)
        picture[:] = np.maximum(picture, line * (column % 4 < 2) if dotted else line)
    return lined
