"""A trained model to start from, and what its networks must not forget while they learn new rows.

Rehearsed are old rows and tiles without a digit, augmented once, and what is asked of them is what
the starting model says of the same tiles (Li & Hoiem 2016, "Learning without forgetting", which
asks it of the new rows). So neither labels nor the rows that it was trained on are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tenfold.digits import CLASSES, Digits
from tenfold.metrics import Bools
from tenfold.model_folder import ModelFolder
from tenfold.recipes import Recipe
from tenfold.rows_seen import RowsSeen
from tenfold.training.augment import augmented
from tenfold.training.judge import to_inputs
from tenfold.training.non_digits import non_digits
from tenfold.training.picture_like import picture_like

REHEARSED = 2048  # tiles, whatever the number of old rows
REHEARSED_A_STEP = 72  # of them, beside the new rows of the step
NON_DIGITS_SHARE = 1 / 9
CALIBRATION_ROWS_MIN = 2000  # a threshold for 99.5 % right needs 500 rows in each fold of four


@dataclass(frozen=True, eq=False)
class Start:
    """`networks` are the members of `model`; `tiles` float [n, 1, 28, 28] are rehearsed, of which
    each member has `told` its outputs; `reminders`, labelled and never shown to the networks, tell
    what was forgotten; `seen` are the rows of all these, and of the training of `model`."""

    model: ModelFolder
    networks: list[nn.Sequential]
    tiles: Tensor
    told: list[Tensor]
    reminders: Digits
    seen: RowsSeen

    @property
    def name(self) -> str:
        """Of the run or the folder, without what it lies in: the model travels."""
        path = PurePath(self.model.path)
        return path.parent.name if path.name == "model" else path.name

    @property
    def temperature(self) -> float:
        return float(self.model.facts["temperature"])

    def keeps_calibration(self, digits: Digits) -> bool:
        """Whether there are too few new rows to set temperature and reject threshold by."""
        return len(digits) < CALIBRATION_ROWS_MIN

    def trained_on(self, digits: Digits) -> Bools:
        """bool [n]: which rows of `digits` the starting model was trained on, as far as known."""
        seen = self.model.seen
        return np.zeros(len(digits), bool) if seen is None else seen.find(digits).trained_on

    def seen_if_kept(self, digits: Digits) -> RowsSeen:
        """Of the starting model where `digits` and the reminders have chosen it."""
        return _seen_by(self.model) | RowsSeen.of((), [digits, self.reminders])

    def drawn(self, generator: torch.Generator) -> Tensor:
        """Which of the tiles a step rehearses, int64 [REHEARSED_A_STEP]."""
        return torch.randint(0, len(self.tiles), (REHEARSED_A_STEP,), generator=generator)

    def loss(self, member: int, which: Tensor, outputs: Tensor) -> Tensor:
        """Mean cross entropy of the `outputs` for these tiles with what was told of them: of the
        digit and, where the network tells, of whether there is one."""
        told = self.told[member][which].to(outputs)
        digits = torch.softmax(told[:, :CLASSES], dim=1)
        loss = functional.cross_entropy(outputs[:, :CLASSES], digits)
        if outputs.shape[1] > CLASSES:
            telling = torch.sigmoid(told[:, CLASSES])
            loss = loss + functional.binary_cross_entropy_with_logits(outputs[:, CLASSES], telling)
        return loss


@torch.no_grad()
def start_from(
    model: ModelFolder,
    networks: list[nn.Sequential],
    old: Digits,
    reminders: Digits,
    recipe: Recipe,
    seed: int,
) -> Start:
    """Augment some rows of `old` as the recipe says, and ask the networks about them."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randint(0, len(old), (REHEARSED,), generator=generator)
    tiles = to_inputs(torch.from_numpy(old.images[rows.numpy()]))
    if recipe.augment:
        tiles = augmented(tiles, recipe, generator)
    if recipe.non_digits:
        none = round(NON_DIGITS_SHARE * len(tiles))
        tiles[:none] = non_digits(tiles[:none], generator)
    if recipe.pictures:
        tiles = picture_like(tiles, generator, recipe.pictures)
    told = [network.eval()(tiles).float() for network in networks]
    rehearsed = old.take(np.unique(rows.numpy()))
    seen = _seen_by(model) | RowsSeen.of([rehearsed], [reminders])
    return Start(model, networks, tiles, told, reminders, seen)


def _seen_by(model: ModelFolder) -> RowsSeen:
    return RowsSeen.unrecorded() if model.seen is None else model.seen
