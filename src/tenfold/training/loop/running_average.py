"""Running average of a network's weights (Polyak averaging; "EMA" in most code bases).

The averaged network is the one that is measured and exported.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tenfold.recipes import Recipe

UPDATE_EVERY = 4  # steps: an average over hundreds needs no more, and each costs 2 % of a step


def average_decay(recipe: Recipe, step: int, steps: int) -> float:
    """Decay of the average at step `step` of `steps`, from 0; 1 where it stays as it is.

    The average is updated at every fourth step, by the decay of four, and at the last step. It
    forgets its beginnings sooner while it is young: the decay is at most (1 + step) / (10 + step).
    """
    if (step + 1) % UPDATE_EVERY and step + 1 < steps:
        return 1.0
    return min(recipe.average, (1 + step) / (10 + step)) ** UPDATE_EVERY


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, decay: float | Tensor) -> None:
    """Move `average` towards `network` by 1 - `decay`, batch norm's running statistics included.

    `decay` is a tensor on a GPU, where reading it on the CPU would wait for the device.
    """
    if not isinstance(decay, Tensor) and decay >= 1:
        return
    weights = network.state_dict()
    floating = {name: t for name, t in average.state_dict().items() if t.is_floating_point()}
    moves = torch._foreach_sub([weights[name] for name in floating], list(floating.values()))
    torch._foreach_mul_(moves, 1 - decay)
    torch._foreach_add_(list(floating.values()), moves)
