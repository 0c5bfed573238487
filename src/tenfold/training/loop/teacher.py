"""A trained model as the teacher of its own fine-tuning, so that it does not forget.

Each step replays old tiles beside the new rows, with a distillation loss towards the teacher's
outputs. It follows Li & Hoiem (2016), "Learning without Forgetting", who distil on the new rows.
So neither labels nor the rows that the teacher was trained on are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
import torch
from torch import Tensor, nn

from tenfold.digits import Digits
from tenfold.metrics import Bools
from tenfold.model_folder import ModelFolder
from tenfold.model_folder.rows_seen import RowsSeen
from tenfold.recipes import Recipe
from tenfold.training.loop.loss import distillation_loss
from tenfold.training.networks.architectures import to_inputs
from tenfold.training.tiles.augment import augment
from tenfold.training.tiles.non_digits import non_digits
from tenfold.training.tiles.picture_like import picture_like

REPLAY_TILES = 2048  # whatever the number of old rows
REPLAY_TILES_A_STEP = 72  # of them, beside the new rows of the step
NON_DIGITS_SHARE = 1 / 9
CALIBRATION_ROWS_MIN = 2000  # a threshold for 99.5 % right needs 500 rows in each fold of four


@dataclass(frozen=True, eq=False)
class Teacher:
    """The trained `model`, its member `networks`, and their outputs for the replayed tiles.

    `replay_tiles` float [n, 1, 28, 28]; `teacher_outputs` float [n, 10 or 11], logits, for each
    member. `retention_rows` are labelled, never shown to the networks, and measure what fine-tuning
    forgets. `seen` are the rows of all these, and of the training of `model`.
    """

    model: ModelFolder
    networks: list[nn.Sequential]
    replay_tiles: Tensor
    teacher_outputs: list[Tensor]
    retention_rows: Digits
    seen: RowsSeen

    @property
    def name(self) -> str:
        """Name of the run or the folder, without the path to it: the model travels."""
        path = PurePath(self.model.path)
        return path.parent.name if path.name == "model" else path.name

    @property
    def temperature(self) -> float:
        return float(self.model.facts.temperature)

    def keeps_calibration(self, digits: Digits) -> bool:
        """Whether there are too few new rows to set temperature and reject threshold by."""
        return len(digits) < CALIBRATION_ROWS_MIN

    def trained_on(self, digits: Digits) -> Bools:
        """Mask bool [n] of the rows of `digits` that the model was trained on, as far as known."""
        seen = self.model.seen
        return np.zeros(len(digits), bool) if seen is None else seen.find(digits).trained_on

    def seen_if_kept(self, digits: Digits) -> RowsSeen:
        """The rows seen by the model, if `digits` and the retention rows decide that it is kept."""
        return _seen_by(self.model) | RowsSeen.of((), [digits, self.retention_rows])

    def draw_replay(self, generator: torch.Generator) -> Tensor:
        """Numbers of the tiles that a step replays, int64 [REPLAY_TILES_A_STEP]."""
        return torch.randint(0, len(self.replay_tiles), (REPLAY_TILES_A_STEP,), generator=generator)

    def loss(self, member: int, replayed: Tensor, outputs: Tensor) -> Tensor:
        """Distillation loss of the `outputs` of one member for the tiles numbered `replayed`."""
        return distillation_loss(outputs, self.teacher_outputs[member][replayed].to(outputs))


@torch.no_grad()
def make_teacher(
    model: ModelFolder,
    networks: list[nn.Sequential],
    old: Digits,
    retention_rows: Digits,
    recipe: Recipe,
    seed: int,
) -> Teacher:
    """Make a teacher of `networks`, with tiles from `old` that are augmented as the recipe says."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randint(0, len(old), (REPLAY_TILES,), generator=generator)
    tiles = to_inputs(torch.from_numpy(old.images[rows.numpy()]))
    if recipe.augment:
        tiles = augment(tiles, recipe, generator)
    if recipe.non_digits:
        count = round(NON_DIGITS_SHARE * len(tiles))
        tiles[:count] = non_digits(tiles[:count], generator)
    if recipe.pictures:
        tiles = picture_like(tiles, generator, recipe.pictures)
    teacher_outputs = [network.eval()(tiles).float() for network in networks]
    replayed = old.take(np.unique(rows.numpy()))
    seen = _seen_by(model) | RowsSeen.of([replayed], [retention_rows])
    return Teacher(model, networks, tiles, teacher_outputs, retention_rows, seen)


def _seen_by(model: ModelFolder) -> RowsSeen:
    return RowsSeen.unrecorded() if model.seen is None else model.seen
