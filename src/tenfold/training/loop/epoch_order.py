"""The order of an epoch: which rows it sees, and when."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from tenfold.recipes import Recipe
from tenfold.training.loop.state import TrainingState, derive_seed

EASY_SHARE = 0.7  # of the rows, those with the least loss, count as easy


def _rows_in_epoch(recipe: Recipe, epoch: int, rows: int) -> int:
    """The number of rows that an epoch sees; the first and the last see all `rows`."""
    sees_all = epoch in (0, recipe.epochs - 1)
    return rows if sees_all else rows - int(rows * recipe.easy_skipped * EASY_SHARE)


def steps_before(recipe: Recipe, epoch: int, rows: int) -> int:
    """Number of steps in the epochs from 0 to before `epoch`, on `rows` training rows."""
    return sum(math.ceil(_rows_in_epoch(recipe, e, rows) / recipe.batch_size) for e in range(epoch))


def epoch_order(state: TrainingState, member: int, rows: int) -> Tensor:
    """Row numbers int64 of this epoch in random order, for one member of the ensemble.

    Some of the rows with the least loss are left out. Qin et al. (2023), "InfoBatch", do the same,
    and weight the rows that remain.
    """
    epoch, trained = state.position.epoch, state.members[member]
    random = np.random.default_rng(derive_seed(state.seed, epoch + 1, -1, member))
    if epoch == 0:
        trained.losses = torch.full((rows,), math.inf, device=state.hardware.device)
    kept = np.arange(rows)
    if (skipped := rows - _rows_in_epoch(state.recipe, epoch, rows)) > 0:
        by_loss = np.argsort(trained.losses.cpu().numpy(), kind="stable")
        easy = by_loss[: int(rows * EASY_SHARE)]
        kept = np.setdiff1d(kept, random.permutation(easy)[:skipped], assume_unique=True)
    return torch.from_numpy(random.permutation(kept)).to(state.hardware.device)
