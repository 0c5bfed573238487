"""The training loop: data as one tensor, batches by slicing, a batch augmented in one call.

An ensemble's members are trained side by side, each with its own start, order and augmentation, so
one position, one checkpoint and one curve describe them all.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tenfold.digits import Digits, Rows
from tenfold.errors import DivergedError, Interrupted
from tenfold.progress import SILENT, Progress
from tenfold.recipes import Recipe
from tenfold.training.augment import random_warp
from tenfold.training.checkpoint import Member, Position
from tenfold.training.network import build_network
from tenfold.training.optimisation import build_optimizer, learning_rate
from tenfold.training.precision import Hardware, choose_hardware

JUDGE_BATCH = 1024
LINES_MAX = 40  # epochs that a pipe hears of; a notebook cell holds no more
PROBABILITY_MIN = 1e-30  # added before a logarithm
AVERAGED_STEPS = 50  # the loss that the progress bar shows is an average of about so many
EASY_SHARE = 0.7  # of the rows, those with the least loss, count as easy


def never() -> bool:
    return False


@dataclass
class Training:
    """The networks on their way: everything that a step reads and writes."""

    recipe: Recipe
    seed: int
    members: list[Member]
    hardware: Hardware
    position: Position

    @classmethod
    def begin(cls, recipe: Recipe, seed: int) -> Training:
        """Same recipe, seed, machine and threads: same training, bit for bit."""
        torch.backends.cudnn.deterministic = True
        networks = []
        for member in range(recipe.members):
            torch.manual_seed(_seed_of(seed, 0, 0, member))
            networks.append(build_network(recipe))
        hardware = choose_hardware(recipe, networks[0])
        for network in networks:
            network.to(hardware.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        members = [
            Member(
                network,
                build_optimizer(recipe, network),
                copy.deepcopy(network).requires_grad_(False) if recipe.average else None,
            )
            for network in networks
        ]
        return cls(recipe, seed, members, hardware, Position())

    @property
    def networks(self) -> list[nn.Sequential]:
        """Those that are judged and exported."""
        return [member.answering for member in self.members]


def fit(
    training: Training,
    digits: Digits,
    train_rows: Rows,
    val_rows: Rows,
    *,
    save: Callable[[Training], None] = lambda training: None,
    stop: Callable[[], bool] = never,
    progress: Progress = SILENT,
) -> None:
    """Train to the recipe's last epoch, from wherever `training` stands.

    `save` is called after each epoch, and before Interrupted is raised because `stop` said so.
    Raises DivergedError when the loss is no number any more.
    """
    device = training.hardware.device
    images = torch.from_numpy(digits.images[train_rows]).to(device)
    labels = torch.from_numpy(digits.labelled()[train_rows]).to(device)
    val_images = torch.from_numpy(digits.images[val_rows]).to(device)
    val_labels = torch.from_numpy(digits.labelled()[val_rows]).to(device)
    epochs, position = training.recipe.epochs, training.position
    steps = _steps_before(training.recipe, epochs, len(images))
    done = _steps_before(training.recipe, position.epoch, len(images)) + position.batch
    with progress.bar(steps, "training", done=done) as advance, _lanes(training) as run:
        while position.epoch < epochs:
            finished = _train_epoch(training, images, labels, run, stop, advance)
            if not finished:
                save(training)
                raise Interrupted(
                    f"stopped in epoch {position.epoch + 1} of {epochs}", hint="resume the run"
                )
            position.epochs.append(_summary(training, val_images, val_labels))
            position.epoch, position.batch, position.seconds = position.epoch + 1, 0, 0.0
            position.seen, position.loss_sum, position.correct = 0, 0.0, 0
            save(training)
            advance(0, _bar_text(training, position.epochs[-1]["train_loss"], 0.0))
            if position.epoch % math.ceil(epochs / LINES_MAX) == 0 or position.epoch == epochs:
                progress.note(epoch_line(position.epochs[-1], epochs))


Step = Callable[[int], tuple[float, int]]  # of a member: (mean loss, count right)
Lanes = Callable[[Step], list[tuple[float, int]]]


@contextlib.contextmanager
def _lanes(training: Training) -> Iterator[Lanes]:
    """A function that takes a step with every member: several at once, of one thread each, which
    wastes fewer cycles than one after the other on all threads."""
    count, threads = len(training.members), torch.get_num_threads()
    together = min(count, threads)
    # dropout draws from torch's one generator, whose order threads would mix up
    drops = any(isinstance(layer, nn.Dropout) for layer in training.members[0].network)
    if together == 1 or drops or training.hardware.device.type != "cpu":
        yield lambda step: [step(member) for member in range(count)]
        return
    with ThreadPoolExecutor(together, "member", _prepare_lane, (threads // together,)) as pool:
        yield lambda step: list(pool.map(step, range(count)))


def _prepare_lane(threads: int) -> None:
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)  # both hold for the calling thread, which ends with the pool


def _train_epoch(
    training: Training,
    images: Tensor,
    labels: Tensor,
    run: Lanes,
    stop: Callable[[], bool],
    advance: Callable[[int, str], None],
) -> bool:
    """From the position's batch to the epoch's end; False if `stop` ended it before."""
    recipe, position = training.recipe, training.position
    began = time.monotonic() - position.seconds
    for number, member in enumerate(training.members):
        member.network.train()
        if position.batch == 0:
            member.order = _order(training, number, len(images))
    before = _steps_before(recipe, position.epoch, len(images))
    batches = _steps_before(recipe, position.epoch + 1, len(images)) - before
    steps = _steps_before(recipe, recipe.epochs, len(images))
    shown = math.nan
    for batch in range(position.batch, batches):
        if stop():
            return False
        each = slice(batch * recipe.batch_size, (batch + 1) * recipe.batch_size)
        rate = learning_rate(recipe, before + batch, steps, position.epochs)
        average = average_decay(recipe, before + batch)
        results = run(functools.partial(_step, training, images, labels, each, rate, average))
        losses = [loss for loss, _ in results]
        loss = sum(losses) / len(losses)
        if not math.isfinite(loss):
            raise DivergedError(
                f"training diverged: the loss is {loss} in epoch {position.epoch + 1}, "
                f"batch {batch + 1}",
                hint=f"try --learning-rate {recipe.learning_rate / 10:g}, or --precision fp32",
            )
        seen = len(training.members[0].order[each]) * len(losses)
        position.batch, position.seconds = batch + 1, time.monotonic() - began
        position.seen += seen
        position.loss_sum += loss * seen
        position.correct += sum(correct for _, correct in results)
        shown = loss if math.isnan(shown) else shown + (loss - shown) / AVERAGED_STEPS
        advance(1, _bar_text(training, shown, rate))
    return True


def _rows_of(recipe: Recipe, epoch: int, rows: int) -> int:
    """How many of the rows an epoch sees: the first and the last see all."""
    everything = epoch in (0, recipe.epochs - 1)
    return rows if everything else rows - int(rows * recipe.easy_skipped * EASY_SHARE)


def _steps_before(recipe: Recipe, epoch: int, rows: int) -> int:
    """Steps of the epochs from 0 to before `epoch`."""
    return sum(math.ceil(_rows_of(recipe, e, rows) / recipe.batch_size) for e in range(epoch))


def _order(training: Training, number: int, rows: int) -> Tensor:
    """The rows of this epoch, int64, as a member sees them: all, or without some of the easy ones
    (Qin et al. 2023, "InfoBatch", prunes alike but weights what is left)."""
    epoch, member = training.position.epoch, training.members[number]
    random = np.random.default_rng(_seed_of(training.seed, epoch + 1, -1, number))
    if epoch == 0:
        member.losses = torch.full((rows,), math.inf, device=training.hardware.device)
    kept = np.arange(rows)
    if (out := rows - _rows_of(training.recipe, epoch, rows)) > 0:
        easy = np.argsort(member.losses.cpu().numpy(), kind="stable")[: int(rows * EASY_SHARE)]
        kept = np.setdiff1d(kept, random.permutation(easy)[:out], assume_unique=True)
    return torch.from_numpy(random.permutation(kept)).to(training.hardware.device)


def _step(
    training: Training,
    images: Tensor,
    labels: Tensor,
    each: slice,
    rate: float,
    average: float,
    number: int,
) -> tuple[float, int]:
    """One optimiser step of one member; gives its mean loss and how many it had right."""
    recipe, position, member = training.recipe, training.position, training.members[number]
    rows = member.order[each]
    seed = _seed_of(training.seed, position.epoch + 1, position.batch, number)
    torch.manual_seed(seed)  # for dropout
    inputs = _to_inputs(images[rows])
    if recipe.augment:
        generator = torch.Generator().manual_seed(seed)
        inputs = random_warp(
            inputs, recipe.rotation, recipe.zoom, recipe.shift, recipe.elastic, generator
        )
    for group in member.optimizer.param_groups:
        group["lr"] = rate * group.get("rate_scale", 1.0)
    with training.hardware.autocast():
        logits = member.network(inputs)
    losses = functional.cross_entropy(
        logits.float(), labels[rows], label_smoothing=recipe.label_smoothing, reduction="none"
    )
    loss = losses.mean()
    member.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    member.optimizer.step()
    member.losses[rows] = losses.detach()
    if member.average is not None:
        _move_average(member.average, member.network, average)
    return loss.item(), int((logits.argmax(dim=1) == labels[rows]).sum())


def average_decay(recipe: Recipe, step: int) -> float:
    """Of the running average at step `step`: young averages forget their beginnings sooner."""
    return min(recipe.average, (1 + step) / (10 + step))


@torch.no_grad()
def _move_average(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Batch norm's running statistics are averaged like the weights."""
    theirs = network.state_dict()
    floating = {name: t for name, t in average.state_dict().items() if t.is_floating_point()}
    torch._foreach_lerp_(list(floating.values()), [theirs[name] for name in floating], 1 - decay)


def _seed_of(seed: int, epoch: int, batch: int, member: int) -> int:
    """The seed of one member's step: it follows from the position, so a resumed run repeats every
    step exactly. Epoch 0 is the initialisation, batch -1 the order of an epoch."""
    sequence = np.random.SeedSequence([seed, epoch, batch + 1, member])
    return int(sequence.generate_state(1, np.uint64)[0])


def _to_inputs(images: Tensor) -> Tensor:
    """float [n, 1, 28, 28] in 0..1 from uint8 [n, 28, 28]."""
    return images.unsqueeze(1).float() / 255


@torch.no_grad()
def judge(training: Training, images: Tensor) -> Tensor:
    """Logits float32 [n, 10] of uint8 images [n, 28, 28], without augmentation or dropout: the
    network's, or the logarithm of the members' mean probability."""
    parts = []
    with training.hardware.autocast():
        for start in range(0, len(images), JUDGE_BATCH):
            inputs = _to_inputs(images[start : start + JUDGE_BATCH])
            parts.append(ensemble_logits([network.eval() for network in training.networks], inputs))
    return torch.cat(parts)


def ensemble_logits(networks: Sequence[nn.Module], inputs: Tensor) -> Tensor:
    """Float32 [n, 10]; the logarithm of the mean probability where there are several networks."""
    if len(networks) == 1:
        logits: Tensor = networks[0](inputs).float()
        return logits
    each = torch.stack([torch.softmax(network(inputs).float(), dim=1) for network in networks])
    return torch.log(each.mean(dim=0) + PROBABILITY_MIN)


def _summary(training: Training, val_images: Tensor, val_labels: Tensor) -> dict[str, float]:
    """The finished epoch as a row of epochs.csv; NaN where nothing was kept out."""
    position = training.position
    val_loss = val_accuracy = math.nan
    if len(val_images):
        logits = judge(training, val_images)
        val_loss = float(functional.cross_entropy(logits, val_labels))
        val_accuracy = float((logits.argmax(dim=1) == val_labels).float().mean())
    return {
        "epoch": position.epoch + 1,
        "seconds": round(position.seconds, 3),
        "lr": training.members[0].optimizer.param_groups[0]["lr"],
        "train_loss": position.loss_sum / position.seen,
        "train_accuracy": position.correct / position.seen,
        "val_loss": val_loss,
        "val_accuracy": val_accuracy,
    }


def _bar_text(training: Training, loss: float, rate: float) -> str:
    """Short, because a terminal of 80 columns holds it beside the bar and the time left."""
    position, epochs = training.position, training.recipe.epochs
    text = f"{min(position.epoch + 1, epochs)}/{epochs} loss {loss:.3f} lr {rate:.2g}"
    if position.seen:
        text += f" acc {position.correct / position.seen:.1%}"
    if position.epochs and not math.isnan(position.epochs[-1]["val_accuracy"]):
        text += f" val {position.epochs[-1]['val_accuracy']:.2%}"
    return text


def epoch_line(epoch: dict[str, float], epochs: int) -> str:
    """One finished epoch in words, for pipes and logs."""
    text = f"epoch {epoch['epoch']:.0f}/{epochs}: loss {epoch['train_loss']:.4f}"
    text += f", accuracy {epoch['train_accuracy']:.2%}"
    if not math.isnan(epoch["val_accuracy"]):
        text += f", validation loss {epoch['val_loss']:.4f}"
        text += f", validation accuracy {epoch['val_accuracy']:.2%}"
    return f"{text}, lr {epoch['lr']:.2g}, {epoch['seconds']:.1f} s"
