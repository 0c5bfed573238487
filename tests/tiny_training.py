"""A training of seconds on drawn digits, for the tests of the training room."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import torch

from conftest import drawn_digits
from tenfold.digits import Digits
from tenfold.recipes import RECIPES, Recipe
from tenfold.training.loop.fit import fit
from tenfold.training.loop.state import TrainingState

TINY = RECIPES["smoke"].replace(
    {"channels": 4, "batch_size": 32, "epochs": 3, "rotation": 5, "shift": 0.02}
)
ROWS = np.arange(200)


def trained(digits: Digits, recipe: Recipe = TINY, seed: int = 0) -> TrainingState:
    """The state after the last epoch, on 160 rows with 40 kept out."""
    state = TrainingState.initial(recipe, seed)
    fit(state, digits, ROWS[:160], ROWS[160:])
    return state


def stop_after(steps: int) -> Callable[[], bool]:
    """The `stop` of a training that is asked before each step, and says yes after so many."""
    asked = itertools.count()
    return lambda: next(asked) >= steps


def weights(state: TrainingState) -> bytes:
    """Every weight and statistic of the networks that are measured."""
    return b"".join(
        t.numpy().tobytes() for network in state.networks for t in network.state_dict().values()
    )


def tiles(n: int = 60) -> torch.Tensor:
    """Tiles of drawn digits, float [n, 1, 28, 28] in 0..1."""
    return torch.from_numpy(drawn_digits(n).images).unsqueeze(1).float() / 255


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)
