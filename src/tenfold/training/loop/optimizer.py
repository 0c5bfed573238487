"""The optimiser of a recipe: RMSprop, SGD with Nesterov momentum, or that with Muon for filters."""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import Tensor, nn

from tenfold.recipes import Recipe
from tenfold.training.loop.muon import MuonSGD

RMSPROP_EPSILON = 1e-8


class Optimizer(Protocol):
    """The part of torch.optim.Optimizer that training uses."""

    param_groups: list[dict[str, Any]]

    def step(self) -> object: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any], /) -> None: ...


def build_optimizer(recipe: Recipe, network: nn.Module, *, bf16: bool) -> Optimizer:
    """An optimiser for `network`; only weights of convolutions and linear layers decay.

    `bf16` says whether the hardware computes fast in bf16, which Muon then does.
    """
    if recipe.optimizer == "rmsprop":
        return torch.optim.RMSprop(
            network.parameters(), recipe.learning_rate, alpha=recipe.momentum, eps=RMSPROP_EPSILON
        )
    filters, weights, others = _parameters_by_kind(network)
    if recipe.optimizer == "sgd":
        filters, weights = [], filters + weights
    groups: list[dict[str, Any]] = [
        {"params": weights, "weight_decay": recipe.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    if filters:
        scale = recipe.muon_learning_rate / recipe.learning_rate
        groups.append({"params": filters, "muon": True, "rate_scale": scale})
    return MuonSGD(groups, recipe.momentum, bf16=bf16)


def _parameters_by_kind(
    network: nn.Module,
) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """Filters of all convolutions but the first; other weights; biases and norms."""
    convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    filters: list[Tensor] = [layer.weight for layer in convolutions[1:]]
    known = {id(parameter) for parameter in filters}
    rest: list[Tensor] = [p for p in network.parameters() if id(p) not in known]
    return filters, [p for p in rest if p.ndim > 1], [p for p in rest if p.ndim <= 1]
