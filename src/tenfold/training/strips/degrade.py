"""What cameras, scanners and files do to writing: blur, noise, JPEG, few pixels, thresholds."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.float32]  # [h, w], brightness 0..255


def degraded(grey: Grey, rng: np.random.Generator, clean: bool, contrast: float) -> Grey:
    """The picture as a camera or a scanner gives it; `clean` pictures are drawings on a screen.
    `contrast` is that of the ink, in levels: a digit stays visible."""
    if rng.random() < (0.08 if clean else 0.35):
        sigma = rng.uniform(0.3, 2.4)
        grey = cv2.GaussianBlur(grey, (0, 0), sigma)
    if not clean and rng.random() < 0.5:
        grey = grey + rng.normal(0, rng.uniform(1, min(18, 0.25 * contrast)), grey.shape).astype(
            np.float32
        )
    if rng.random() < 0.12:
        grey = thresholded(grey, rng, contrast)
    if rng.random() < 0.2:
        grey = _few_pixels(grey, rng)
    if rng.random() < 0.3:
        grey = _jpeg(grey, int(rng.integers(20, 92)))
    return np.clip(grey, 0, 255)


def scanned(grey: Grey, rng: np.random.Generator, contrast: float) -> Grey:
    """The picture as a scanner for cheques gives it: grey, and hardly larger than a strip."""
    if rng.random() < 0.35:
        grey = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.3, 1.6))
    if rng.random() < 0.5:
        strength = rng.uniform(1, min(12, 0.2 * contrast))
        grey = grey + rng.normal(0, strength, grey.shape).astype(np.float32)
    if rng.random() < 0.5:
        grey = _few_pixels(grey, rng, (0.5, 0.8))
    if rng.random() < 0.2:
        grey = _jpeg(grey, int(rng.integers(40, 92)))
    return np.clip(grey, 0, 255)


def thresholded(grey: Grey, rng: np.random.Generator, contrast: float) -> Grey:
    """A scan of one bit: by one level, by the neighbourhood, or dithered."""
    kind = rng.random()
    paper = float(np.median(grey))
    if kind < 0.6:
        bits = grey > paper - contrast * rng.uniform(0.3, 0.65)
    elif kind < 0.85:
        mean = cv2.GaussianBlur(grey, (0, 0), rng.uniform(8, 20))
        bits = grey > mean - contrast * rng.uniform(0.15, 0.4)
    else:
        bits = grey > paper - contrast * rng.uniform(0.05, 1.0, grey.shape)
    if rng.random() < 0.3:
        bits ^= rng.random(grey.shape) < rng.uniform(0, 0.02)
    return np.where(bits, 255, 0).astype(np.float32)


def _few_pixels(
    grey: Grey, rng: np.random.Generator, shares: tuple[float, float] = (0.28, 0.6)
) -> Grey:
    h, w = grey.shape
    share = rng.uniform(*shares)
    small = cv2.resize(
        grey,
        (max(4, int(w * share)), max(4, int(h * share))),
        interpolation=int(rng.choice([cv2.INTER_AREA, cv2.INTER_LINEAR])),
    )
    if rng.random() < 0.5:
        small = _jpeg(small, int(rng.integers(30, 92)))
    big: Grey = cv2.resize(small, (w, h), interpolation=cv2.INTER_LINEAR)
    return big


def _jpeg(grey: Grey, quality: int) -> Grey:
    pixels = np.clip(grey, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    again = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    assert again is not None
    return again.astype(np.float32)
