"""The state of a training: networks, optimisers, hardware, position; and where seeds come from."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from tenfold.recipes import Recipe
from tenfold.training.loop.checkpoint import Member, Position
from tenfold.training.loop.optimizer import build_optimizer
from tenfold.training.loop.precision import BY_PROCESSOR, FastSettings, Hardware, choose_hardware
from tenfold.training.loop.teacher import Teacher
from tenfold.training.networks.architectures import build_network


@dataclass
class TrainingState:
    """Everything that a step reads and writes. The members are those of an ensemble, or one.

    `row_weights` float32 [n] weigh the loss of each training row, 1 on average; None: all alike.
    """

    recipe: Recipe
    seed: int
    members: list[Member]
    hardware: Hardware
    position: Position
    teacher: Teacher | None = None
    row_weights: torch.Tensor | None = None

    @classmethod
    def initial(
        cls,
        recipe: Recipe,
        seed: int,
        teacher: Teacher | None = None,
        *,
        faster: FastSettings = BY_PROCESSOR,
    ) -> TrainingState:
        """State before the first step: fresh networks, or copies of the teacher's.

        `faster` is what `speed_trial.find_fast_settings` found. Same recipe, seed, teacher,
        machine, threads, precision and parallelism: same training, bit for bit.
        """
        torch.backends.cudnn.deterministic = True
        networks = _fresh(recipe, seed) if teacher is None else copy.deepcopy(teacher.networks)
        hardware = choose_hardware(recipe, networks[0], faster)
        for network in networks:
            network.to(hardware.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        members = [
            Member(
                network,
                build_optimizer(recipe, network, bf16=hardware.bf16),
                copy.deepcopy(network).requires_grad_(False) if recipe.average else None,
            )
            for network in networks
        ]
        return cls(recipe, seed, members, hardware, Position(), teacher)

    @property
    def networks(self) -> list[nn.Sequential]:
        """The networks that are measured and exported: the averaged ones, where there are."""
        return [member.measured_network for member in self.members]


def _fresh(recipe: Recipe, seed: int) -> list[nn.Sequential]:
    networks = []
    for member in range(recipe.members):
        torch.manual_seed(derive_seed(seed, 0, 0, member))
        networks.append(build_network(recipe))
    return networks


def derive_seed(seed: int, epoch: int, batch: int, member: int, shard: int = 0) -> int:
    """Seed of one shard of one member's step.

    It follows from the position, so a resumed run repeats every step exactly. Epoch 0 is the
    initialisation, batch -1 the order of an epoch.
    """
    sequence = np.random.SeedSequence([seed, epoch, batch + 1, member, shard])
    return int(sequence.generate_state(1, np.uint64)[0])
