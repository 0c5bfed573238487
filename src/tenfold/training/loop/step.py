"""One optimiser step: gradients of the batch's shards, their sum, the optimiser, the average."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from tenfold.digits import SIDE
from tenfold.training.loop.checkpoint import Member
from tenfold.training.loop.loss import predicted_labels, row_losses
from tenfold.training.loop.muon import MuonSGD
from tenfold.training.loop.parallel import ParallelMap
from tenfold.training.loop.running_average import update_average
from tenfold.training.loop.state import TrainingState, derive_seed
from tenfold.training.tiles.training_batch import training_batch

# images whose batch statistics are taken together (Hoffer et al. 2017, "Train longer, generalize
# better", calls it ghost batch normalisation)
SHARD = 128
SHARDS_MAX = 16  # each holds a copy of the network's gradients


def shard_networks(state: TrainingState, member: Member) -> list[nn.Sequential]:
    """A network for each shard of a batch: the member's network, and copies that share its weights.

    Each has gradients and batch statistics of its own. On a GPU a batch is one shard.
    """
    on_cpu = state.hardware.device.type == "cpu"
    count = _shard_count(state.recipe.batch_size) if on_cpu else 1
    copies = [copy.deepcopy(member.network) for _ in range(count - 1)]
    for network in copies:
        for copied, shared in zip(network.parameters(), member.network.parameters(), strict=True):
            copied.data = shared.data
    return [member.network, *copies]


def _shard_count(rows: int) -> int:
    return min(max(1, round(rows / SHARD)), SHARDS_MAX)


def train_step(
    state: TrainingState,
    networks: Sequence[Sequence[nn.Sequential]],
    images: Tensor,
    labels: Tensor,
    batch: slice,
    rate: float,
    decay: float,
    parallel_map: ParallelMap,
) -> list[tuple[float, int]]:
    """Take one optimiser step with every member; return each one's mean loss and correct rows.

    `images` uint8 [n, 28, 28] and `labels` int64 [n] are all training rows; `batch` is the part of
    each member's order that the step sees. It is cut into shards, whose gradients are added up, so
    that several cores work without waiting for one another after each layer. `networks` are those
    of `shard_networks`, for each member.
    """
    members = state.members
    rows = [
        member.order[batch].tensor_split(min(len(copies), _shard_count(len(member.order[batch]))))
        for member, copies in zip(members, networks, strict=True)
    ]
    shards = [
        (member, shard)
        for member, shard_rows in enumerate(rows)
        for shard in range(len(shard_rows))
    ]

    def backward(task: tuple[int, int]) -> tuple[float, int]:
        member, shard = task
        position, network = state.position, networks[member][shard]
        seed = derive_seed(state.seed, position.epoch + 1, position.batch, member, shard)
        torch.manual_seed(seed)  # for dropout
        generator = torch.Generator().manual_seed(seed)
        loss, correct = backward_shard(
            state, network, images, labels, rows[member], member, shard, generator
        )
        return loss.item(), int(correct)

    results = dict(zip(shards, parallel_map(backward, shards), strict=True))
    if len(members) == 1:
        update(members[0], networks[0], rate, decay, parallel_map)
    else:  # a task of the map must not wait for tasks of its own
        parallel_map(
            lambda number: update(members[number], networks[number], rate, decay),
            range(len(members)),
        )
    return [
        (
            sum(results[member, shard][0] for shard in range(len(shard_rows))),
            sum(results[member, shard][1] for shard in range(len(shard_rows))),
        )
        for member, shard_rows in enumerate(rows)
    ]


def backward_shard(
    state: TrainingState,
    network: nn.Sequential,
    images: Tensor,
    labels: Tensor,
    shard_rows: Sequence[Tensor],
    member: int,
    shard: int,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """Compute the gradients of one shard; return its share of the batch's loss, and correct rows.

    `shard_rows` are the row numbers of every shard of the batch. Both results are tensors, which
    nothing waits for on a GPU.
    """
    recipe, rows = state.recipe, shard_rows[shard]
    teacher, batch_size = state.teacher, sum(map(len, shard_rows))
    if teacher is None:
        inputs, targets = training_batch(recipe, images[rows], labels[rows], generator)
    else:  # new rows are too few to be replaced by drawn tiles: those are replayed
        without_drawn_tiles = dataclasses.replace(recipe, non_digits=0.0, european=0.0)
        replayed = teacher.draw_replay(torch.Generator().manual_seed(generator.initial_seed()))
        inputs, targets = training_batch(without_drawn_tiles, images[rows], labels[rows], generator)
        inputs = torch.cat([inputs, teacher.replay_tiles[replayed].to(inputs)])
        # a last batch of few rows weighs less, beside as many replayed ones
        batch_size = min(recipe.batch_size, len(state.members[member].order))
    if inputs.is_cuda:  # with one channel, channels_last is a matter of strides alone
        inputs = inputs.as_strided(inputs.shape, (SIDE * SIDE, 1, SIDE, 1))
    network.zero_grad(set_to_none=True)
    with state.hardware.autocast():
        all_outputs = network(inputs).float()
    outputs = all_outputs[: len(targets)]
    losses = row_losses(outputs, targets, recipe.label_smoothing)
    weighed = losses if state.row_weights is None else losses * state.row_weights[rows]
    loss = weighed.sum() / batch_size
    if teacher is not None:
        replay_outputs = all_outputs[len(targets) :]
        loss = loss + teacher.loss(member, replayed, replay_outputs) / len(shard_rows)
    loss.backward()  # type: ignore[no-untyped-call]
    state.members[member].losses[rows] = losses.detach()
    return loss.detach(), (predicted_labels(outputs) == targets).sum()


def update(
    member: Member,
    networks: Sequence[nn.Sequential],
    rate: float | Tensor,
    decay: float | Tensor,
    parallel_map: ParallelMap | None = None,
) -> None:
    """Add up the shards' gradients, take the optimiser's step, and update the running average."""
    for network in networks[1:]:
        for total, shard in zip(member.network.parameters(), network.parameters(), strict=True):
            # a short batch has fewer shards
            if total.grad is not None and shard.grad is not None:
                total.grad += shard.grad
                shard.grad = None
    for group in member.optimizer.param_groups:
        group["lr"] = rate * group.get("rate_scale", 1.0)
    if isinstance(member.optimizer, MuonSGD):
        member.optimizer.step(parallel_map)
    else:
        member.optimizer.step()
    if member.average is not None:
        update_average(member.average, member.network, decay)
