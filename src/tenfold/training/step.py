"""One optimiser step of one network: what it is fed, what it is charged for, what is averaged."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from tenfold.digits import CLASSES
from tenfold.recipes import Recipe
from tenfold.training.augment import random_warp
from tenfold.training.judge import to_inputs
from tenfold.training.non_digits import non_digits
from tenfold.training.picture_like import picture_like
from tenfold.training.state import Training, seed_of


def take_step(
    training: Training,
    images: Tensor,
    labels: Tensor,
    each: slice,
    rate: float,
    decay: float,
    number: int,
) -> tuple[float, int]:
    """One optimiser step of one member; gives its mean loss and how many it had right."""
    recipe, position, member = training.recipe, training.position, training.members[number]
    rows = member.order[each]
    seed = seed_of(training.seed, position.epoch + 1, position.batch, number)
    torch.manual_seed(seed)  # for dropout
    inputs, blanks = _prepared(recipe, images[rows], torch.Generator().manual_seed(seed))
    for group in member.optimizer.param_groups:
        group["lr"] = rate * group.get("rate_scale", 1.0)
    with training.hardware.autocast():
        outputs = member.network(inputs).float()
    losses = _losses(outputs, labels[rows], blanks, recipe.label_smoothing)
    loss = losses.mean()
    member.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    member.optimizer.step()
    member.losses[rows[blanks:]] = losses[blanks:].detach()
    if member.average is not None:
        _move_average(member.average, member.network, decay)
    right = outputs[blanks:, :CLASSES].argmax(dim=1) == labels[rows[blanks:]]
    return loss.item(), int(right.sum()) + int((outputs[:blanks, -1] < 0).sum())


def _prepared(recipe: Recipe, images: Tensor, generator: torch.Generator) -> tuple[Tensor, int]:
    """What the network is fed, float [n, 1, 28, 28], for uint8 [n, 28, 28]; and how many of them,
    from the first, show no digit."""
    inputs = to_inputs(images)
    if recipe.augment:
        inputs = random_warp(
            inputs, recipe.rotation, recipe.zoom, recipe.shift, recipe.elastic, generator
        )
    blanks = round(recipe.non_digits * len(inputs))
    if blanks:
        inputs = torch.cat([non_digits(inputs[:blanks], generator), inputs[blanks:]])
    if recipe.pictures:
        inputs = picture_like(inputs, generator)
    return inputs, blanks


def _losses(outputs: Tensor, labels: Tensor, blanks: int, smoothing: float) -> Tensor:
    """float [n]: cross entropy with the label, or with no digit more than another for the first
    `blanks`; where the network tells digits from others, the cross entropy of that is added."""
    logits = outputs[:, :CLASSES]
    losses = functional.cross_entropy(
        logits[blanks:], labels[blanks:], label_smoothing=smoothing, reduction="none"
    )
    if outputs.shape[1] == CLASSES:
        return losses
    even = -torch.log_softmax(logits[:blanks], dim=1).mean(dim=1)
    is_digit = (torch.arange(len(outputs), device=outputs.device) >= blanks).float()
    telling = functional.binary_cross_entropy_with_logits(
        outputs[:, CLASSES], is_digit, reduction="none"
    )
    return torch.cat([even, losses]) + telling


def average_decay(recipe: Recipe, step: int) -> float:
    """Of the running average at step `step`: young averages forget their beginnings sooner."""
    return min(recipe.average, (1 + step) / (10 + step))


@torch.no_grad()
def _move_average(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Batch norm's running statistics are averaged like the weights."""
    theirs = network.state_dict()
    floating = {name: t for name, t in average.state_dict().items() if t.is_floating_point()}
    torch._foreach_lerp_(list(floating.values()), [theirs[name] for name in floating], 1 - decay)
