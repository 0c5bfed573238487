"""The training loop: data as one tensor, batches by slicing, a batch augmented in one call.

An ensemble's members are trained side by side, each with its own start, order and augmentation, so
one position, one checkpoint and one curve describe them all.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor, nn
from torch.nn import functional

from tenfold.digits import Digits, Rows
from tenfold.errors import DivergedError, Interrupted
from tenfold.progress import SILENT, Progress
from tenfold.training.loop.predict import judge
from tenfold.training.loop.batch_norm import find_norms
from tenfold.training.loop.optimizer import learning_rate
from tenfold.training.loop.epoch_order import order_of, steps_before
from tenfold.training.loop.cuda_graph import RecordedStep, can_be_recorded
from tenfold.training.loop.state import Training
from tenfold.training.loop.step import Lanes, average_decay, one_by_one, shards_of, take_step

LINES_MAX = 40  # epochs that a pipe hears of; a notebook cell holds no more
AVERAGED_STEPS = 50  # the loss that the progress bar shows is an average of about so many


def never() -> bool:
    return False


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
    steps = steps_before(training.recipe, epochs, len(images))
    done = steps_before(training.recipe, position.epoch, len(images)) + position.batch
    shards = [shards_of(training, member) for member in training.members]
    lanes = _lanes(training, sum(map(len, shards)))
    with progress.bar(steps, "training", done=done) as advance, lanes as run:
        take: Callable[[slice, float, float], list[tuple[float, int]]]
        if can_be_recorded(training):
            take = RecordedStep(training, [own for (own,) in shards], images, labels)
        else:
            take = functools.partial(take_step, training, shards, images, labels, run=run)
        while position.epoch < epochs:
            for network in itertools.chain(*shards):
                network.train()
            with _few_threads(beside_lanes=run is not one_by_one):
                finished = _train_epoch(training, len(images), take, stop, advance)
            if not finished:
                save(training)
                raise Interrupted(
                    f"stopped in epoch {position.epoch + 1} of {epochs}", hint="resume the run"
                )
            if training.recipe.clean_norms and position.epoch == epochs - 1:
                find_norms(training, images)
            position.epochs.append(_summary(training, val_images, val_labels))
            position.epoch, position.batch, position.seconds = position.epoch + 1, 0, 0.0
            position.seen, position.loss_sum, position.correct = 0, 0.0, 0
            save(training)
            advance(0, _bar_text(training, position.epochs[-1]["train_loss"], 0.0))
            if position.epoch % math.ceil(epochs / LINES_MAX) == 0 or position.epoch == epochs:
                progress.note(epoch_line(position.epochs[-1], epochs))


@contextlib.contextmanager
def _lanes(training: Training, tasks: int) -> Iterator[Lanes]:
    """A map that does several of a step's `tasks` at once, of one thread each, which wastes fewer
    cycles than one after the other on all threads."""
    threads = torch.get_num_threads()
    together = min(tasks, threads)
    # dropout draws from torch's one generator, whose order threads would mix up
    drops = any(isinstance(layer, nn.Dropout) for layer in training.members[0].network)
    if together == 1 or drops or training.hardware.device.type != "cpu":
        yield one_by_one
        return
    with ThreadPoolExecutor(together, "lane", _prepare_lane, (threads // together,)) as pool:
        yield lambda function, arguments: list(pool.map(function, arguments))


@contextlib.contextmanager
def _few_threads(beside_lanes: bool) -> Iterator[None]:
    """One thread for the caller's own operations beside lanes. Of several, those that wait for its
    next operation spin meanwhile, on the cores that the lanes work on: a third of a step's time."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1 if beside_lanes else threads)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _prepare_lane(threads: int) -> None:
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)  # both hold for the calling thread, which ends with the pool


def _train_epoch(
    training: Training,
    rows: int,
    take: Callable[[slice, float, float], list[tuple[float, int]]],
    stop: Callable[[], bool],
    advance: Callable[[int, str], None],
) -> bool:
    """From the position's batch to the epoch's end; False if `stop` ended it before."""
    recipe, position = training.recipe, training.position
    began = time.monotonic() - position.seconds
    for number, member in enumerate(training.members):
        if position.batch == 0:
            member.order = order_of(training, number, rows)
    before = steps_before(recipe, position.epoch, rows)
    batches = steps_before(recipe, position.epoch + 1, rows) - before
    steps = steps_before(recipe, recipe.epochs, rows)
    shown = math.nan
    for batch in range(position.batch, batches):
        if stop():
            return False
        each = slice(batch * recipe.batch_size, (batch + 1) * recipe.batch_size)
        rate = learning_rate(recipe, before + batch, steps, position.epochs)
        decay = average_decay(recipe, before + batch, steps)
        results = take(each, rate, decay)
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
        "lr": float(training.members[0].optimizer.param_groups[0]["lr"]),
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
