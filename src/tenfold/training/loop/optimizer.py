"""Optimiser and learning rate. The rate is a function of the step and of the epochs so far, so
nothing of it needs to be kept in a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from tenfold.recipes import Recipe
from tenfold.training.loop.muon import MuonSGD

RMSPROP_EPSILON = 1e-8
PLATEAU_MIN_GAIN = 1e-4  # Keras' ReduceLROnPlateau takes smaller gains for none
WARM_UP_FROM = 0.1  # of the highest rate


class Optimizer(Protocol):
    """What a training uses of torch.optim.Optimizer."""

    param_groups: list[dict[str, Any]]

    def step(self) -> object: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any], /) -> None: ...


def build_optimizer(recipe: Recipe, network: nn.Module, *, bf16: bool) -> Optimizer:
    """Weight decay falls on weights of convolutions and linear layers only. `bf16` says whether the
    hardware is fast in it."""
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
    """(filters of all convolutions but the first, other weights, biases and norms)."""
    convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    filters: list[Tensor] = [layer.weight for layer in convolutions[1:]]
    known = {id(parameter) for parameter in filters}
    rest: list[Tensor] = [p for p in network.parameters() if id(p) not in known]
    return filters, [p for p in rest if p.ndim > 1], [p for p in rest if p.ndim <= 1]


def learning_rate(
    recipe: Recipe, step: int, steps: int, epochs: Sequence[Mapping[str, float]]
) -> float:
    """For step `step` of `steps` (from 0), after the finished `epochs` (as in epochs.csv)."""
    if recipe.schedule == "plateau":
        return _plateau_rate(recipe, [epoch["val_accuracy"] for epoch in epochs])
    warm_up = max(1, round(steps * recipe.warm_up))
    if step < warm_up:
        return recipe.learning_rate * (WARM_UP_FROM + (1 - WARM_UP_FROM) * step / warm_up)
    left = (steps - step) / (steps - warm_up)
    return recipe.learning_rate * (recipe.final_rate + (1 - recipe.final_rate) * left)


def _plateau_rate(recipe: Recipe, accuracies: Sequence[float]) -> float:
    """What Keras' ReduceLROnPlateau has made of the rate after these validation accuracies."""
    rate, best, waited = recipe.learning_rate, float("-inf"), 0
    for accuracy in accuracies:
        if accuracy > best + PLATEAU_MIN_GAIN:
            best, waited = accuracy, 0
            continue
        waited += 1
        if waited >= recipe.patience:
            rate, waited = max(rate * recipe.plateau_factor, recipe.learning_rate_min), 0
    return rate
