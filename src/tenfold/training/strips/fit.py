"""The training of the string reader on a pool of strips, with a running average of its weights."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from tenfold.training.loop.muon import MuonSGD
from tenfold.training.strips.loss import loss_of, targets_of
from tenfold.training.strips.network import FRAME, StripNetwork, to_inputs
from tenfold.training.strips.pool import Batch

MOMENTUM = 0.9
MUON_RATE, RATE = 0.02, 0.05  # of filters; of everything else
WEIGHT_DECAY = 1e-4
AVERAGE = 0.998
WARM_UP = 0.05  # of the steps


@dataclass(frozen=True)
class Step:
    """What a step of training says: its number, from 0, and its mean losses."""

    number: int
    loss: float
    ctc: float


def optimizer_of(network: nn.Module) -> MuonSGD:
    """Muon for the filters, Nesterov's momentum for the rest."""
    filters = [p for p in network.parameters() if p.ndim == 4 and p.shape[2] * p.shape[3] > 1]
    rest = [p for p in network.parameters() if not any(p is f for f in filters)]
    groups = [{"params": filters, "muon": True}, {"params": rest, "weight_decay": WEIGHT_DECAY}]
    return MuonSGD(groups, MOMENTUM, bf16=True)


def rate_at(step: int, steps: int) -> float:
    """The share of the highest rate: a linear warm-up, then a fall to nothing, linear too."""
    warm = max(1.0, WARM_UP * steps)
    return min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))


class Fitting:
    """A training that can be stopped and gone on with: the network, the running average of its
    weights, the optimiser, and how many steps have been taken."""

    def __init__(self, network: StripNetwork) -> None:
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network)
        self.optimizer = optimizer_of(self.network)
        self.taken = 0

    def state_dict(self) -> dict[str, Any]:
        parts = {"network": self.network, "average": self.average, "optimizer": self.optimizer}
        return {name: part.state_dict() for name, part in parts.items()} | {"taken": self.taken}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        self.network.load_state_dict(saved["network"])
        self.average.load_state_dict(saved["average"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.taken = saved["taken"]

    def step(self, batch: Batch, share: float) -> tuple[float, float]:
        """Learn from a batch at a share of the highest rate. The mean losses: all, CTC's."""
        for group in self.optimizer.param_groups:
            group["lr"] = share * (MUON_RATE if group["muon"] else RATE)
        losses = _step(self.network, self.optimizer, batch)
        move_average(self.average, self.network, min(AVERAGE, (self.taken + 1) / (self.taken + 10)))
        self.taken += 1
        return losses


def fit(
    fitting: Fitting,
    batches: Iterator[Batch],
    steps: int,
    report: Callable[[Step], None],
    *,
    every: int = 200,
) -> StripNetwork:
    """Train until `steps` batches have been learned from; the network with its weights averaged.
    `report` is told every `every` steps."""
    loss_sum, ctc_sum = 0.0, 0.0
    while fitting.taken < steps:
        loss, ctc = fitting.step(next(batches), rate_at(fitting.taken, steps))
        loss_sum, ctc_sum = loss_sum + loss, ctc_sum + ctc
        if fitting.taken % every == 0 or fitting.taken == steps:
            report(Step(fitting.taken, loss_sum / every, ctc_sum / every))
            loss_sum, ctc_sum = 0.0, 0.0
    return fitting.average


def _step(network: StripNetwork, optimizer: MuonSGD, batch: Batch) -> tuple[float, float]:
    pixels = torch.from_numpy(batch.pixels)
    targets = targets_of(batch.classes, batch.boxes, batch.pixels.shape[2] // FRAME)
    inputs = to_inputs(pixels).to(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        logits, sides = network(inputs)
    loss, ctc = loss_of(logits, sides, targets)
    for parameter in network.parameters():
        parameter.grad = None
    loss.backward()  # type: ignore[no-untyped-call]
    _clip(network.parameters(), 5.0)
    optimizer.step()
    return float(loss.detach()), float(ctc.mean())


def _clip(parameters: Iterator[Tensor], most: float) -> None:
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = math.sqrt(sum(float(g.float().square().sum()) for g in gradients))
    if norm > most:
        for gradient in gradients:
            gradient.mul_(most / norm)


@torch.no_grad()
def move_average(average: nn.Module, network: nn.Module, keep: float) -> None:
    """Move the averaged weights and statistics towards those of now, which get 1 - `keep`."""
    for mean, value in zip(average.parameters(), network.parameters(), strict=True):
        mean.lerp_(value, 1 - keep)
    for kept, seen in zip(average.buffers(), network.buffers(), strict=True):
        if kept.dtype.is_floating_point:
            kept.lerp_(seen, 1 - keep)
        else:
            kept.copy_(seen)
