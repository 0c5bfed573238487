"""One optimiser step of one network: what it is fed, what it is charged for, what is averaged."""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor, nn
from torch.nn import functional

from tenfold.digits import CLASSES
from tenfold.recipes import Recipe
from tenfold.training.augment import random_warp
from tenfold.training.european import european_digits
from tenfold.training.judge import to_inputs
from tenfold.training.non_digits import non_digits
from tenfold.training.picture_like import picture_like
from tenfold.training.state import Training, seed_of

NO_DIGIT = -1  # the label of a tile that shows none


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
    start = training.start
    if start is None:
        inputs, targets = _prepared(recipe, images[rows], labels[rows], seed)
    else:  # new rows are too few for some to give way: what is no digit is rehearsed
        alone = dataclasses.replace(recipe, non_digits=0.0, european=0.0)
        inputs, targets = _prepared(alone, images[rows], labels[rows], seed)
        rehearsed = start.drawn(torch.Generator().manual_seed(seed))
        inputs = torch.cat([inputs, start.tiles[rehearsed].to(inputs)])
    for group in member.optimizer.param_groups:
        group["lr"] = rate * group.get("rate_scale", 1.0)
    with training.hardware.autocast():
        everything = member.network(inputs).float()
    outputs = everything[: len(targets)]
    losses = _losses(outputs, targets, recipe.label_smoothing)
    loss = losses.mean()
    if start is not None:  # a last batch of few rows weighs less, beside as many rehearsed ones
        loss = losses.sum() / min(recipe.batch_size, len(member.order))
        loss = loss + start.loss(number, rehearsed, everything[len(targets) :])
    member.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    member.optimizer.step()
    member.losses[rows] = losses.detach()
    if member.average is not None:
        _move_average(member.average, member.network, decay)
    read = outputs[:, :CLASSES].argmax(dim=1)
    if outputs.shape[1] > CLASSES:
        read[outputs[:, CLASSES] < 0] = NO_DIGIT
    return loss.item(), int((read == targets).sum())


def _prepared(recipe: Recipe, images: Tensor, labels: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """What the network is fed, float [n, 1, 28, 28], for uint8 [n, 28, 28], and its labels: the
    first of the rows give way to tiles without a digit and to drawn ones."""
    generator = torch.Generator().manual_seed(seed)
    inputs, labels = to_inputs(images), labels.clone()
    if recipe.augment:
        inputs = random_warp(
            inputs, recipe.rotation, recipe.zoom, recipe.shift, recipe.elastic, generator
        )
    none = round(recipe.non_digits * len(inputs))
    own = none + round(recipe.european * len(inputs))
    if none:
        inputs[:none], labels[:none] = non_digits(inputs[:none], generator), NO_DIGIT
    if own > none:
        inputs[none:own], labels[none:own] = european_digits(inputs[none:own], generator)
    if recipe.pictures:
        inputs = picture_like(inputs, generator, recipe.pictures)
    return inputs, labels


def _losses(outputs: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    """float [n]: cross entropy with the label; with an even guess where the label is NO_DIGIT.
    Where the network tells digits from others, the cross entropy of that is added."""
    logits = outputs[:, :CLASSES]
    is_digit = labels != NO_DIGIT
    losses = functional.cross_entropy(
        logits, labels, label_smoothing=smoothing, reduction="none", ignore_index=NO_DIGIT
    )
    if outputs.shape[1] == CLASSES:
        return losses
    even = -torch.log_softmax(logits, dim=1).mean(dim=1)
    telling = functional.binary_cross_entropy_with_logits(
        outputs[:, CLASSES], is_digit.float(), reduction="none"
    )
    return torch.where(is_digit, losses, even) + telling


def average_decay(recipe: Recipe, step: int) -> float:
    """Of the running average at step `step`: young averages forget their beginnings sooner."""
    return min(recipe.average, (1 + step) / (10 + step))


@torch.no_grad()
def _move_average(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Batch norm's running statistics are averaged like the weights."""
    theirs = network.state_dict()
    floating = {name: t for name, t in average.state_dict().items() if t.is_floating_point()}
    torch._foreach_lerp_(list(floating.values()), [theirs[name] for name in floating], 1 - decay)
