"""One optimiser step of one network: what it is fed, what it is charged for, what is averaged."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from tenfold.digits import CLASSES, SIDE
from tenfold.recipes import Recipe
from tenfold.training.tiles.augment import augmented
from tenfold.training.loop.checkpoint import Member
from tenfold.training.tiles.european import european_digits
from tenfold.training.loop.predict import to_inputs
from tenfold.training.loop.muon import MuonSGD
from tenfold.training.tiles.non_digits import non_digits
from tenfold.training.tiles.picture_like import picture_like
from tenfold.training.loop.state import Training, seed_of

NO_DIGIT = -1  # the label of a tile that shows none
# images that are learnt from together, with batch statistics of their own (Hoffer et al. 2017,
# "Train longer, generalize better", calls it ghost batch normalisation)
SHARD = 128
SHARDS_MAX = 16  # each holds a copy of the network's gradients
AVERAGED_EVERY = 4  # steps: an average over hundreds needs no more, and each costs 2 % of a step

Lanes = Callable[[Callable[[Any], Any], Iterable[Any]], list[Any]]  # like map, several at a time


def one_by_one(function: Callable[[Any], Any], arguments: Iterable[Any]) -> list[Any]:
    """The lanes of who has only one."""
    return [function(one) for one in arguments]


def shards_of(training: Training, member: Member) -> list[nn.Sequential]:
    """As many networks as a batch has shards: the member's own, and copies of it that share its
    weights but have gradients and batch statistics to themselves. On a GPU a batch is one shard."""
    on_cpu = training.hardware.device.type == "cpu"
    count = _shard_count(training.recipe.batch_size) if on_cpu else 1
    copies = [copy.deepcopy(member.network) for _ in range(count - 1)]
    for network in copies:
        for mine, own in zip(network.parameters(), member.network.parameters(), strict=True):
            mine.data = own.data
    return [member.network, *copies]


def _shard_count(rows: int) -> int:
    return min(max(1, round(rows / SHARD)), SHARDS_MAX)


def take_step(
    training: Training,
    shards: Sequence[Sequence[nn.Sequential]],
    images: Tensor,
    labels: Tensor,
    each: slice,
    rate: float,
    decay: float,
    run: Lanes,
) -> list[tuple[float, int]]:
    """One optimiser step of every member; gives for each its mean loss and how many it had right.

    The batch of each is taken in shards, whose gradients are added up: work for several cores that
    need not wait for one another in every layer. `shards` are the networks of each member.
    """
    members = training.members
    rows = [
        member.order[each].tensor_split(min(len(networks), _shard_count(len(member.order[each]))))
        for member, networks in zip(members, shards, strict=True)
    ]
    parts = [(number, shard) for number, part in enumerate(rows) for shard in range(len(part))]

    def learned(part: tuple[int, int]) -> tuple[float, int]:
        number, shard = part
        position, network = training.position, shards[number][shard]
        seed = seed_of(training.seed, position.epoch + 1, position.batch, number, shard)
        torch.manual_seed(seed)  # for dropout
        generator = torch.Generator().manual_seed(seed)
        loss, right = learn(
            training, network, images, labels, rows[number], number, shard, generator
        )
        return loss.item(), int(right)

    results = dict(zip(parts, run(learned, parts), strict=True))
    if len(members) == 1:
        move(members[0], shards[0], rate, decay, run)
    else:  # what runs in a lane must not wait for lanes itself
        run(lambda number: move(members[number], shards[number], rate, decay), range(len(members)))
    return [
        (
            sum(results[number, shard][0] for shard in range(len(part))),
            sum(results[number, shard][1] for shard in range(len(part))),
        )
        for number, part in enumerate(rows)
    ]


def learn(
    training: Training,
    network: nn.Sequential,
    images: Tensor,
    labels: Tensor,
    parts: Sequence[Tensor],
    number: int,
    shard: int,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """Finds the gradients of one shard; gives its part of the batch's mean loss, and how many of
    its rows are right, without waiting for either."""
    recipe, rows = training.recipe, parts[shard]
    start, size = training.start, sum(map(len, parts))
    if start is None:
        inputs, targets = _prepared(recipe, images[rows], labels[rows], generator)
    else:  # new rows are too few for some to give way: what is no digit is rehearsed
        alone = dataclasses.replace(recipe, non_digits=0.0, european=0.0)
        rehearsed = start.drawn(torch.Generator().manual_seed(generator.initial_seed()))
        inputs, targets = _prepared(alone, images[rows], labels[rows], generator)
        inputs = torch.cat([inputs, start.tiles[rehearsed].to(inputs)])
        # a last batch of few rows weighs less, beside as many rehearsed ones
        size = min(recipe.batch_size, len(training.members[number].order))
    if inputs.is_cuda:  # with one channel, channels_last is a matter of strides alone
        inputs = inputs.as_strided(inputs.shape, (SIDE * SIDE, 1, SIDE, 1))
    network.zero_grad(set_to_none=True)
    with training.hardware.autocast():
        everything = network(inputs).float()
    outputs = everything[: len(targets)]
    losses = _losses(outputs, targets, recipe.label_smoothing)
    loss = losses.sum() / size
    if start is not None:
        loss = loss + start.loss(number, rehearsed, everything[len(targets) :]) / len(parts)
    loss.backward()  # type: ignore[no-untyped-call]
    training.members[number].losses[rows] = losses.detach()
    read = outputs[:, :CLASSES].argmax(dim=1)
    if outputs.shape[1] > CLASSES:
        read[outputs[:, CLASSES] < 0] = NO_DIGIT
    return loss.detach(), (read == targets).sum()


def move(
    member: Member,
    shards: Sequence[nn.Sequential],
    rate: float | Tensor,
    decay: float | Tensor,
    run: Lanes | None = None,
) -> None:
    """The optimiser's step with the gradients of all shards, and the average's."""
    for network in shards[1:]:
        for own, theirs in zip(member.network.parameters(), network.parameters(), strict=True):
            if own.grad is not None and theirs.grad is not None:  # a short batch has fewer shards
                own.grad += theirs.grad
                theirs.grad = None
    for group in member.optimizer.param_groups:
        group["lr"] = rate * group.get("rate_scale", 1.0)
    if isinstance(member.optimizer, MuonSGD):
        member.optimizer.step(run)
    else:
        member.optimizer.step()
    # on a GPU a tensor, which nobody waits for
    if member.average is not None and (isinstance(decay, Tensor) or decay < 1):
        _move_average(member.average, member.network, decay)


def _prepared(
    recipe: Recipe, images: Tensor, labels: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """What the network is fed, float [n, 1, 28, 28], for uint8 [n, 28, 28], and its labels: the
    first of the rows give way to tiles without a digit and to drawn ones."""
    inputs, labels = to_inputs(images), labels.clone()
    if recipe.augment:
        inputs = augmented(inputs, recipe, generator)
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


def average_decay(recipe: Recipe, step: int, steps: int) -> float:
    """Of the running average at step `step` of `steps`: young averages forget their beginnings
    sooner. 1 where it stays as it is: it moves at every fourth step, as far as in four, and at the
    last one."""
    if (step + 1) % AVERAGED_EVERY and step + 1 < steps:
        return 1.0
    return min(recipe.average, (1 + step) / (10 + step)) ** AVERAGED_EVERY


@torch.no_grad()
def _move_average(average: nn.Module, network: nn.Module, decay: float | Tensor) -> None:
    """Batch norm's running statistics are averaged like the weights."""
    theirs = network.state_dict()
    floating = {name: t for name, t in average.state_dict().items() if t.is_floating_point()}
    moves = torch._foreach_sub([theirs[name] for name in floating], list(floating.values()))
    torch._foreach_mul_(moves, 1 - decay)
    torch._foreach_add_(list(floating.values()), moves)
