"""A training on its way: networks, optimisers, hardware, position; and where seeds come from."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from tenfold.recipes import Recipe
from tenfold.training.loop.checkpoint import Member, Position
from tenfold.training.networks.architectures import build_network
from tenfold.training.loop.optimizer import build_optimizer
from tenfold.training.loop.precision import Hardware, choose_hardware

if TYPE_CHECKING:
    from tenfold.training.loop.teacher import Start


@dataclass
class Training:
    """The networks on their way: everything that a step reads and writes."""

    recipe: Recipe
    seed: int
    members: list[Member]
    hardware: Hardware
    position: Position
    start: Start | None = None

    @classmethod
    def begin(cls, recipe: Recipe, seed: int, start: Start | None = None) -> Training:
        """Same recipe, seed, start, machine and threads: same training, bit for bit."""
        torch.backends.cudnn.deterministic = True
        networks = _fresh(recipe, seed) if start is None else copy.deepcopy(start.networks)
        hardware = choose_hardware(recipe, networks[0])
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
        return cls(recipe, seed, members, hardware, Position(), start)

    @property
    def networks(self) -> list[nn.Sequential]:
        """Those that are judged and exported."""
        return [member.answering for member in self.members]


def _fresh(recipe: Recipe, seed: int) -> list[nn.Sequential]:
    networks = []
    for member in range(recipe.members):
        torch.manual_seed(seed_of(seed, 0, 0, member))
        networks.append(build_network(recipe))
    return networks


def seed_of(seed: int, epoch: int, batch: int, member: int, shard: int = 0) -> int:
    """The seed of a shard of one member's step: it follows from the position, so a resumed run
    repeats every step exactly. Epoch 0 is the initialisation, batch -1 the order of an epoch."""
    sequence = np.random.SeedSequence([seed, epoch, batch + 1, member, shard])
    return int(sequence.generate_state(1, np.uint64)[0])
