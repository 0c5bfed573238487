"""Outputs of a string reader for strips, made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tenfold.classifier.strips import StripOutputs
from tenfold.reading.strings.symbols import BLANK, SYMBOLS

Peak = tuple[int, dict[str, float]]  # a frame, and the shares of symbols at it
DIGIT_WIDTH = 12  # pixels


def outputs_of(peaks: Sequence[Peak], frames: int = 100) -> StripOutputs:
    """Outputs with symbols at some frames and blanks elsewhere; each box is around its frame."""
    shares = np.full((frames, len(SYMBOLS)), 1e-7)
    shares[:, BLANK] = 1.0
    for frame, symbols in peaks:
        shares[frame, BLANK] = max(1e-7, 1 - sum(symbols.values()))
        for symbol, share in symbols.items():
            shares[frame, SYMBOLS.index(symbol)] = share
    shares /= shares.sum(axis=1, keepdims=True)
    middles = 2 * np.arange(frames) + 1
    left, right = middles - DIGIT_WIDTH / 2, middles + DIGIT_WIDTH / 2
    boxes = np.stack([left, np.full(frames, 5.0), right, np.full(frames, 27.0)], axis=1)
    return StripOutputs(np.log(shares).astype(np.float32), boxes.astype(np.float32))


def spelled(text: str, *, step: int = 7, start: int = 5, sure: float = 0.999) -> list[Peak]:
    """Peaks of a text, one symbol every `step` frames."""
    return [(start + step * i, {symbol: sure}) for i, symbol in enumerate(text)]
