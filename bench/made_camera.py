"""What light, lens and file make of a sheet."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from made_paper import Levels, Random


def shadow(random: Random, sheet: Levels, *, soft: float | None = None) -> None:
    """A hand's or phone's shadow, its edge `soft` of the longer side; and light from one side."""
    height, width = sheet.shape[:2]
    corner = random.uniform(0.2, 0.8, 2)
    dark = np.zeros((height, width), np.float32)
    angle = random.uniform(0, 2 * np.pi)
    reach = 2 * max(height, width)
    start = np.array([corner[0] * width, corner[1] * height])
    turned = [angle, angle + 0.5 * np.pi]
    points = [start, *(start + reach * np.array([np.cos(a), np.sin(a)]) for a in turned)]
    cv2.fillPoly(dark, [np.array(points, np.int32)], 1.0)
    edge = random.uniform(0.005, 0.04) if soft is None else soft
    dark = cv2.GaussianBlur(dark, (0, 0), max(0.6, max(height, width) * edge))
    ramp = np.linspace(random.uniform(0.6, 1), 1, width, dtype=np.float32)[None, :]
    sheet *= ((1 - random.uniform(0.25, 0.5) * dark) * ramp)[..., None]


def falling_light(random: Random, sheet: Levels) -> None:
    """A lamp near one corner."""
    height, width = sheet.shape[:2]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    far = (x - random.uniform(0, 1)) ** 2 + (y - random.uniform(0, 1)) ** 2
    sheet *= (1.08 / (1 + random.uniform(0.4, 1.6) * far))[..., None]


def turned(random: Random, sheet: Levels, degrees: float) -> Levels:
    height, width = sheet.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-degrees, degrees), 1)
    return cv2.warpAffine(sheet, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)


def tilted(random: Random, sheet: Levels, strength: float = 0.08) -> Levels:
    """Seen at an angle: the corners move inwards and outwards."""
    height, width = sheet.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + random.uniform(-strength, strength, (4, 2)).astype(np.float32) * [
        width,
        height,
    ]
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    return cv2.warpPerspective(sheet, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)


def blurred(random: Random, sheet: Levels, pixels: float) -> Levels:
    """Out of focus, or moved."""
    if random.random() < 0.5:
        return cv2.GaussianBlur(sheet, (0, 0), pixels / 2)
    length = max(3, round(pixels * 2)) | 1
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1.0 / length
    centre = ((length - 1) / 2, (length - 1) / 2)
    turn = cv2.getRotationMatrix2D(centre, random.uniform(0, 180), 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return cv2.filter2D(sheet, -1, kernel / kernel.sum())


def taken(random: Random, sheet: Levels, *, noise: float = 2.0, quality: int = 85) -> bytes:
    """As a phone stores it: noise, and JPEG."""
    noisy = sheet + random.normal(0, noise, sheet.shape[:2])[..., None]
    noisy = noisy + random.normal(0, noise / 2, sheet.shape)
    file = io.BytesIO()
    image = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def resized(sheet: Levels, side: int) -> Levels:
    """So that the longer side has `side` pixels."""
    scale = side / max(sheet.shape[:2])
    size = (max(1, round(sheet.shape[1] * scale)), max(1, round(sheet.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(sheet, size, interpolation=how)
