"""Grey levels: whether numbers are 0..1 or 0..255 is inferred from the numbers as they arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.digits.tile import SIDE, Images

LEVEL_MAX = 255
EXCESS = 1e-6  # beyond 1 or 255, as float32 arithmetic leaves it
CHUNK = 4096  # rows converted at once; bounds the memory of their float copies

Numbers = npt.NDArray[Any]


class MixedScales(ValueError):
    """Numbers up to 255 after rows of fractions 0..1."""


class LevelScale:
    """Turns numbers into levels uint8, block by block, before all of them are known.

    Whole numbers 0 and 1 alone may belong to either scale: such blocks are kept as they are, and
    `finish` scales them where no block has decided for 0..255.
    """

    def __init__(self) -> None:
        self.top: int | None = None  # 1 or 255, once it is known
        self.rounded = 0  # numbers on the scale of 0..255 that are not whole
        self._undecided = 0  # blocks
        self._has_ink = False

    def add(self, values: Numbers) -> npt.NDArray[np.uint8]:
        """Convert finite numbers in 0..255 to uint8. Raises MixedScales."""
        high = float(values.max(initial=0))
        whole = values if values.dtype.kind in "biu" else np.rint(values)
        others = 0 if whole is values else int(np.count_nonzero(whole != values))
        if self.top is None and high > 1 + EXCESS:
            self.top = LEVEL_MAX
        elif self.top is None and others:
            self.top = 1
        elif self.top == 1 and high > 1 + EXCESS:
            raise MixedScales
        self._has_ink |= high > 0
        if self.top == 1:
            return np.rint(np.minimum(values, 1) * LEVEL_MAX).astype(np.uint8)
        if self.top is None:
            self._undecided += 1
        else:
            self.rounded += others
        return whole.astype(np.uint8)

    def finish(self, blocks: Sequence[npt.NDArray[np.uint8]]) -> tuple[str, ...]:
        """Scale in place the blocks, in the order of `add`, that were undecided; what there is to
        say about the scale."""
        if self.top != LEVEL_MAX:
            for block in blocks[: self._undecided]:
                block *= LEVEL_MAX
        if self.top == 1:
            return ("pixels 0..1, scaled to 0..255",)
        if self.top is None:
            return ("pixels 0 and 1, scaled to 0..255",) if self._has_ink else ()
        return (f"{self.rounded:,} pixels rounded to whole numbers",) if self.rounded else ()


def to_levels(values: Numbers) -> tuple[Images, tuple[str, ...]]:
    """Convert rows of 784 finite numbers in 0..255 to uint8 [n, 28, 28]; and what there is to say
    about their scale."""
    scale = LevelScale()
    starts = range(0, len(values), CHUNK)
    try:
        blocks = [scale.add(values[start : start + CHUNK]) for start in starts]
    except MixedScales:  # dark rows came first
        scale = LevelScale()
        scale.top = LEVEL_MAX
        blocks = [scale.add(values[start : start + CHUNK]) for start in starts]
    notes = scale.finish(blocks)
    return np.concatenate(blocks).reshape(-1, SIDE, SIDE), notes


def range_problem(values: Numbers) -> tuple[str, str] | None:
    """Why numbers are no grey levels, and how to convert an array X of them; None for levels."""
    low, high = float(values.min(initial=0)), float(values.max(initial=0))  # NaN wins both
    if not np.isfinite([low, high]).all():
        return "holds values that are not finite", "replace them: X = numpy.nan_to_num(X)"
    if low >= 0 and high <= LEVEL_MAX + EXCESS:
        return None
    problem = f"holds {low:.4g} to {high:.4g}, expected 0..255 or 0..1"
    if low < 0 and high <= 1 + EXCESS and low >= -1 - EXCESS:
        return problem, "if -1 is the ground and 1 the ink: X = (X + 1) / 2"
    if low < 0:
        return problem, (
            "undo the normalisation, such as torchvision's for MNIST: "
            "X = (X * 0.3081 + 0.1307).clip(0, 1)"
        )
    return problem, "if 0 is the ground, scale it to 0..1: X = X / X.max()"
