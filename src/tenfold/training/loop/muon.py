"""Muon for convolution filters, Nesterov SGD for everything else, in one optimiser.

Muon replaces a filter's momentum by the nearest orthogonal matrix, found by Newton-Schulz steps,
so that all directions of the filter bank learn at the same pace (K. Jordan et al. 2024,
https://kellerjordan.github.io/posts/muon/; coefficients as given there). Filters are kept at norm
sqrt(channels out), as airbench94 does: batch norm makes their scale meaningless.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

NEWTON_SCHULZ_STEPS = 3
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
BF16_MIN = 2**16  # elements of a matrix, below which bf16 is the slower one on a CPU


class MuonSGD:
    """An optimiser with parameter groups, as torch.optim has them.

    A group with `muon: True` holds filters [out, in, height, width], which Muon updates; the other
    keys of a group are `params`, `weight_decay` and `lr`. The class does not inherit from
    torch.optim.Optimizer, whose first use imports torch's compiler and takes 1.3 s.
    """

    def __init__(
        self, groups: Iterable[dict[str, Any]], momentum: float, *, bf16: bool = False
    ) -> None:
        self.param_groups = [{"weight_decay": 0.0, "muon": False, "lr": 0.0} | g for g in groups]
        self.momentum, self.bf16 = momentum, bf16
        self.state = {
            parameter: torch.zeros_like(parameter)
            for group in self.param_groups
            for parameter in group["params"]
        }

    def step(self, parallel_map: Callable[..., object] | None = None) -> None:
        """Update all parameters from their gradients.

        With `parallel_map`, the filters of each convolution are a task of their own. Without it a
        group is one task, which takes fewer launches on a GPU.
        """
        tasks = [(group, group["params"]) for group in self.param_groups if group["params"]]
        if parallel_map is None:
            for task in tasks:
                self._step(task)
            return
        tasks = [
            (group, filters)
            for group, parameters in tasks
            for filters in ([[p] for p in parameters] if group["muon"] else [parameters])
        ]
        parallel_map(self._step, sorted(tasks, key=lambda task: -sum(p.numel() for p in task[1])))

    @torch.no_grad()
    def _step(self, task: tuple[dict[str, Any], list[Any]]) -> None:
        group, parameters = task
        gradients = tuple(parameter.grad for parameter in parameters)
        if group["weight_decay"]:
            gradients = torch._foreach_add(gradients, parameters, alpha=group["weight_decay"])
        momenta = [self.state[parameter] for parameter in parameters]
        torch._foreach_mul_(momenta, self.momentum)
        torch._foreach_add_(momenta, gradients)
        nesterov = torch._foreach_add(gradients, momenta, alpha=self.momentum)
        if group["muon"]:
            torch._foreach_div_(parameters, torch._foreach_norm(parameters))
            torch._foreach_mul_(parameters, [math.sqrt(len(p)) for p in parameters])
            nesterov = tuple(orthogonalize(update, bf16=self.bf16) for update in nesterov)
        torch._foreach_mul_(nesterov, group["lr"])  # a number, or a tensor on a GPU
        torch._foreach_sub_(parameters, nesterov)

    def state_dict(self) -> dict[str, Any]:
        momenta = enumerate(self.state.values())
        return {"state": {index: {"momentum": momentum} for index, momentum in momenta}}

    def load_state_dict(self, saved: dict[str, Any], /) -> None:
        for index, momentum in enumerate(self.state.values()):
            momentum.copy_(saved["state"][index]["momentum"])


def orthogonalize(filters: Tensor, *, bf16: bool = False) -> Tensor:
    """The nearest orthogonal matrix to filters [out, in, height, width] seen as [out, in*h*w].

    Returned in the shape of the filters. It is an approximation: its singular values lie in about
    0.7 to 1.2. In bf16 it is as good (Jordan et al.), and faster where the hardware is.

    Each Newton-Schulz step multiplies the matrix by a polynomial of its Gram matrix, and all of
    these commute. So the steps are taken on the small Gram matrix, and the wide matrix is
    multiplied once, by their product.
    """
    a, b, c = NEWTON_SCHULZ
    # rows in memory order, which for channels_last filters is (height, width, in)
    matrix = filters.permute(0, 2, 3, 1).reshape(len(filters), -1)
    matrix = matrix / (matrix.norm() + 1e-7)
    tall = matrix.shape[0] > matrix.shape[1]
    matrix = matrix.mT if tall else matrix
    if bf16 and (matrix.is_cuda or matrix.numel() >= BF16_MIN):
        matrix = matrix.bfloat16()
    gram, product = matrix @ matrix.mT, None
    for left in reversed(range(NEWTON_SCHULZ_STEPS)):
        polynomial = torch.addmm(gram, gram, gram, beta=b, alpha=c)
        polynomial.diagonal().add_(a)
        product = polynomial if product is None else polynomial @ product
        if left:
            gram = polynomial @ gram @ polynomial
    matrix = product @ matrix
    matrix = (matrix.mT if tall else matrix).to(filters.dtype)
    out, channels, height, width = filters.shape
    return matrix.reshape(out, height, width, channels).permute(0, 3, 1, 2)
