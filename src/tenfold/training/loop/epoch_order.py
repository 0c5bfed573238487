"""Which rows an epoch sees, and in which order."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from tenfold.recipes import Recipe
from tenfold.training.loop.state import Training, seed_of

EASY_SHARE = 0.7  # of the rows, those with the least loss, count as easy


def _rows_of(recipe: Recipe, epoch: int, rows: int) -> int:
    """How many of the rows an epoch sees: the first and the last see all."""
    everything = epoch in (0, recipe.epochs - 1)
    return rows if everything else rows - int(rows * recipe.easy_skipped * EASY_SHARE)


def steps_before(recipe: Recipe, epoch: int, rows: int) -> int:
    """Steps of the epochs from 0 to before `epoch`."""
    return sum(math.ceil(_rows_of(recipe, e, rows) / recipe.batch_size) for e in range(epoch))


def order_of(training: Training, number: int, rows: int) -> Tensor:
    """The rows of this epoch, int64, as a member sees them: all, or without some of the easy ones
    (Qin et al. 2023, "InfoBatch", prunes alike but weights what is left)."""
    epoch, member = training.position.epoch, training.members[number]
    random = np.random.default_rng(seed_of(training.seed, epoch + 1, -1, number))
    if epoch == 0:
        member.losses = torch.full((rows,), math.inf, device=training.hardware.device)
    kept = np.arange(rows)
    if (out := rows - _rows_of(training.recipe, epoch, rows)) > 0:
        easy = np.argsort(member.losses.cpu().numpy(), kind="stable")[: int(rows * EASY_SHARE)]
        kept = np.setdiff1d(kept, random.permutation(easy)[:out], assume_unique=True)
    return torch.from_numpy(random.permutation(kept)).to(training.hardware.device)
