"""What the string reader is trained for: the text (CTC), the place of each character, its box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from tenfold.training.strips.network import BOX_UNIT, CLASSES, FRAME

WIDTH_MIN = 8.0  # pixels: a narrower character, such as a full stop, may be seen so far around
ALIGNMENT, BOXES = 0.3, 0.3  # weights of the losses beside CTC's


@dataclass(frozen=True)
class Targets:
    """Of a batch of n strips with t frames: the classes of all characters one after another, how
    many each strip has, which classes each frame may show, and the sides of boxes."""

    classes: Tensor  # int64 [characters]
    counts: Tensor  # int64 [n]
    allowed: Tensor  # bool [n, t, 18]
    sides: Tensor  # float [n, t, 4]
    has_side: Tensor  # bool [n, t]


def targets_of(
    classes: Sequence[npt.NDArray[np.int64]], boxes: Sequence[npt.NDArray[np.float32]], frames: int
) -> Targets:
    """The targets of strips with `classes` [k] and `boxes` [k, 4] each, `frames` wide."""
    n = len(classes)
    allowed = np.zeros((n, frames, CLASSES), bool)
    allowed[:, :, 0] = True
    sides = np.zeros((n, frames, 4), np.float32)
    has_side = np.zeros((n, frames), bool)
    for i in range(n):
        for which, (left, top, right, bottom) in zip(classes[i], boxes[i], strict=True):
            middle, half = (left + right) / 2, max(right - left, WIDTH_MIN) / 2
            first, last = int((middle - half) / FRAME), int((middle + half) / FRAME) + 1
            allowed[i, max(0, first) : last, which] = True
            first, last = max(0, int(middle / FRAME) - 2), int(middle / FRAME) + 3
            centres = (np.arange(first, min(last, frames)) + 0.5) * FRAME
            if len(centres):
                box = np.empty((len(centres), 4), np.float32)
                box[:, 0], box[:, 2] = left - centres, right - centres
                box[:, 1], box[:, 3] = top - 16, bottom - 16
                sides[i, first:last] = box / BOX_UNIT
                has_side[i, first:last] = True
    return Targets(
        torch.from_numpy(np.concatenate([*classes, np.zeros(0, np.int64)])),
        torch.tensor([len(entry) for entry in classes]),
        torch.from_numpy(allowed),
        torch.from_numpy(sides),
        torch.from_numpy(has_side),
    )


def loss_of(logits: Tensor, sides: Tensor, targets: Targets) -> tuple[Tensor, Tensor]:
    """The loss of a batch, float32 []; and CTC's part of it for each strip, [n]."""
    logs = functional.log_softmax(logits.float(), dim=2)
    n, frames, _ = logs.shape
    ctc = functional.ctc_loss(
        logs.transpose(0, 1),
        targets.classes,
        torch.full((n,), frames),
        targets.counts,
        reduction="none",
        zero_infinity=True,
    )
    per_character = ctc / (targets.counts + 1)
    forbidden = (logs.exp() * ~targets.allowed).sum(2).clamp(max=0.999)
    alignment = -torch.log1p(-forbidden).mean()
    error = functional.smooth_l1_loss(sides.float(), targets.sides, reduction="none").mean(2)
    boxes = (error * targets.has_side).sum() / targets.has_side.sum().clamp(min=1)
    return per_character.mean() + ALIGNMENT * 20 * alignment + BOXES * boxes, ctc.detach()
