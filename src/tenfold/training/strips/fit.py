"""The training of the string reader on a pool of strips, with a running average of its weights."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

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


def fit(
    network: StripNetwork,
    batches: Iterator[Batch],
    steps: int,
    report: Callable[[Step, StripNetwork], None],
    *,
    every: int = 200,
) -> StripNetwork:
    """Train on `steps` batches; the network with its weights averaged. `report` is told every
    `every` steps, with the average so far."""
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = optimizer_of(network)
    average = copy.deepcopy(network)
    loss_sum, ctc_sum = 0.0, 0.0
    for step in range(steps):
        share = rate_at(step, steps)
        for group in optimizer.param_groups:
            group["lr"] = share * (MUON_RATE if group["muon"] else RATE)
        loss, ctc = _step(network, optimizer, next(batches))
        loss_sum, ctc_sum = loss_sum + loss, ctc_sum + ctc
        move_average(average, network, min(AVERAGE, (step + 1) / (step + 10)))
        if (step + 1) % every == 0 or step + 1 == steps:
            report(Step(step + 1, loss_sum / every, ctc_sum / every), average)
            loss_sum, ctc_sum = 0.0, 0.0
    return average


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
