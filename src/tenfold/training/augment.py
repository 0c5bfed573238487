"""Random rotation, zoom and shift of a whole batch in one call."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional


def random_affine(
    images: Tensor, rotation: float, zoom: float, shift: float, generator: torch.Generator
) -> Tensor:
    """Each image turned by up to `rotation` degrees, scaled per axis by up to 1 ± `zoom` and moved
    by up to `shift` of its width, all uniform; what comes in from outside is 0.

    images: float [n, 1, height, width]; so is the result.
    """
    n = len(images)
    uniform = torch.rand(n, 5, generator=generator) * 2 - 1  # on the CPU: same on every device
    angle = uniform[:, 0] * math.radians(rotation)
    scale = 1 + uniform[:, 1:3] * zoom  # [n, 2]: across, down
    moved = uniform[:, 3:5] * shift * 2  # affine_grid's coordinates run from -1 to 1
    cosine, sine = torch.cos(angle), torch.sin(angle)
    across = torch.stack([cosine * scale[:, 0], -sine * scale[:, 1], moved[:, 0]], dim=1)
    down = torch.stack([sine * scale[:, 0], cosine * scale[:, 1], moved[:, 1]], dim=1)
    matrices = torch.stack([across, down], dim=1).to(images)  # [n, 2, 3]
    grid = functional.affine_grid(matrices, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, align_corners=False)
