"""The network that tells strips from strips upside down, and its training.

Each column of four pixels gives log odds, and a strip's are their sum: a 7 speaks, a 0 is silent.
Half of each batch is turned by 180 degrees.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tenfold.training.strips.fit import move_average, rate_at
from tenfold.training.strips.network import Convolution, Residual, to_inputs
from tenfold.training.strips.pool import Batch

RATE, WEIGHT_DECAY = 3e-3, 0.02  # AdamW's
AVERAGE = 0.995
COLUMN_SHARE = 1 / 8  # of a column's output: at the beginning, sums of many say little


class UprightNetwork(nn.Module):
    """Strips float [n, 1, 32, w] to log odds [n, w/4] that they stand upright."""

    def __init__(self, widths: tuple[int, ...] = (16, 24, 40, 64)) -> None:
        super().__init__()
        a, b, c, d = widths
        self.body = nn.Sequential(
            Convolution(1, a, (4, 4), (2, 2), (1, 1)),  # [16, w/2]
            Convolution(a, b, (4, 4), (2, 2), (1, 1)),  # [8, w/4]
            Residual(b, (3, 3)),
            Residual(b, (3, 3)),
            Convolution(b, c, (4, 3), (2, 1), (1, 1)),  # [4, w/4]
            Residual(c, (3, 3)),
            Convolution(c, d, (4, 3), (1, 1), (0, 1)),  # [1, w/4]
            Residual(d, (1, 5)),
        )
        self.head = nn.Conv2d(d, 1, 1)

    def forward(self, strips: Tensor) -> Tensor:
        odds: Tensor = self.head(self.body(strips))[:, 0, 0]
        return odds


def fit_upright(
    network: UprightNetwork,
    batches: Iterator[Batch],
    steps: int,
    report: Callable[[int, float, float, UprightNetwork], None],
    *,
    seed: int = 0,
    every: int = 100,
) -> UprightNetwork:
    """Train on `steps` batches; the network with its weights averaged, and its outputs scaled to
    log odds. `report` is told the step, the mean loss, the share right and the average."""
    random = np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=WEIGHT_DECAY)
    average = copy.deepcopy(network)
    losses, shares = 0.0, 0.0
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * rate_at(step, steps)
        strips = next(batches).pixels
        stands = random.random(len(strips)) < 0.5
        strips = np.where(stands[:, None, None], strips, strips[:, ::-1, ::-1])
        with torch.autocast("cpu", torch.bfloat16):
            columns = network(to_inputs(torch.from_numpy(strips)))
        odds = COLUMN_SHARE * columns.float().sum(dim=1)
        target = torch.from_numpy(stands.astype(np.float32))
        loss = functional.binary_cross_entropy_with_logits(odds, target)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        move_average(average, network, min(AVERAGE, (step + 1) / (step + 10)))
        losses += float(loss.detach()) / every
        shares += float(((odds.detach() > 0).numpy() == stands).mean()) / every
        if (step + 1) % every == 0:
            report(step + 1, losses, shares, average)
            losses, shares = 0.0, 0.0
    with torch.no_grad():
        for parameter in average.head.parameters():
            parameter.mul_(COLUMN_SHARE)
    return average
