"""How a page comes into a picture: seen at an angle, bent, shaded, blurred, coarse, thresholded."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.training.pages.sheet import Levels, Random

BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32)


def view(rng: Random, page: tuple[int, int], side: int, scale: float) -> tuple[Levels, Levels]:
    """Where each pixel of a picture, [side, side], comes from on a page [height, width] that is
    `scale` times as large: maps of x and y, float32."""
    height, width = page
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) - np.float32((side - 1) / 2)
    slack_x, slack_y = abs(side - width / scale) / 2, abs(side - height / scale) / 2
    x += np.float32(rng.uniform(-slack_x, slack_x))
    y += np.float32(rng.uniform(-slack_y, slack_y))
    straight = rng.random() < 0.35
    angle = 0.0 if straight else np.radians(np.clip(rng.normal(0, 3.5), -11, 11))
    shear, stretch = (0.0, 1.0) if straight else (rng.normal(0, 0.03), np.exp(rng.normal(0, 0.05)))
    cosine, sine = np.cos(angle), np.sin(angle)
    u = (cosine * x + sine * y) * np.float32(stretch) + np.float32(shear) * y
    v = -sine * x + cosine * y
    if not straight and rng.random() < 0.5:  # seen at an angle: lines converge
        tilt = rng.normal(0, 0.15, 2) / side
        depth = np.clip(1 + tilt[0] * x + tilt[1] * y, 0.6, 1.6)
        u, v = u / depth, v / depth
    if not straight and rng.random() < 0.35:  # the page is bent
        swing, period = rng.normal(0, 0.02) * side, side * rng.uniform(0.7, 2.5)
        v = v + swing * np.sin(u / period * 2 * np.pi + rng.uniform(0, 7))
    map_x = u * scale + (width - 1) / 2
    map_y = v * scale + (height - 1) / 2
    return map_x.astype(np.float32), map_y.astype(np.float32)


def local_scale(map_x: Levels, map_y: Levels) -> Levels:
    """How many pixels of the page a pixel of the picture is wide, at each place."""
    xx, xy = np.gradient(map_x)
    yx, yy = np.gradient(map_y)
    return np.sqrt(np.abs(xx * yy - xy * yx)).astype(np.float32)


def scanned(rng: Random, levels: Levels) -> Levels:
    """At times a page is black and white already, thresholded or dithered."""
    kind = rng.random()
    if kind < 0.06:
        smooth = cv2.blur(levels, (0 | 41, 41))
        return np.where(levels < smooth - rng.uniform(3, 25), 0, 255).astype(np.float32)
    if kind < 0.09:
        low, high = np.percentile(levels[::4, ::4], (1, 99))
        return np.where(levels < low + rng.uniform(0.3, 0.8) * (high - low), 0, 255).astype(
            np.float32
        )
    if kind < 0.13:
        size = levels.shape
        screen = np.tile(BAYER, (size[0] // 4 + 1, size[1] // 4 + 1))[: size[0], : size[1]]
        if rng.random() < 0.5:
            screen = rng.random(size, np.float32) * 16
        return np.where(levels > (screen + 0.5) * 16, 255, 0).astype(np.float32)
    return levels


def shaded(rng: Random, levels: Levels) -> Levels:
    """Light that falls off, and shadows with soft or sharp edges."""
    side = levels.shape[0]
    y, x = np.mgrid[0 : levels.shape[0], 0 : levels.shape[1]].astype(np.float32) / side - 0.5
    if rng.random() < 0.5:
        levels = levels * (1 + rng.normal(0, 0.25) * x + rng.normal(0, 0.25) * y)
    if rng.random() < 0.2:
        angle, soft = rng.uniform(0, 2 * np.pi), rng.uniform(0.003, 0.2)
        across = x * np.cos(angle) + y * np.sin(angle) - rng.uniform(-0.4, 0.4)
        dark = rng.uniform(0.35, 0.9)
        levels = levels * (dark + (1 - dark) / (1 + np.exp(-np.clip(across / soft, -30, 30))))
    return levels.astype(np.float32)


def photographed(rng: Random, levels: Levels) -> npt.NDArray[np.uint8]:
    """Blur, contrast, noise, low resolution and JPEG; uint8."""
    height, width = levels.shape
    if rng.random() < 0.4:
        sigmas = rng.uniform(0.2, 1.3), rng.uniform(0.2, 1.3)
        levels = cv2.GaussianBlur(levels, (0, 0), sigmas[0], sigmaY=sigmas[1])
    if rng.random() < 0.3:
        levels = (levels - 128) * rng.uniform(0.3, 1.4) + 128 + rng.uniform(-40, 40)
    if rng.random() < 0.4:
        levels = levels + rng.standard_normal(levels.shape, np.float32) * (rng.uniform(0, 2.4) ** 2)
    picture = np.clip(levels, 0, 255).astype(np.uint8)
    if rng.random() < 0.15:
        less = rng.uniform(0.4, 0.9)
        small = cv2.resize(
            picture, (int(width * less), int(height * less)), interpolation=cv2.INTER_AREA
        )
        interpolation = (cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_NEAREST)[int(rng.integers(3))]
        picture = cv2.resize(small, (width, height), interpolation=interpolation)
    if rng.random() < 0.4:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 95))]
        coded = cv2.imencode(".jpg", picture, quality)[1]
        picture = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)
    return picture
