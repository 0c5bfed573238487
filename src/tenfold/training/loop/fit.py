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
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from tenfold.callbacks import call, epoch_logs
from tenfold.digits import Digits, Rows
from tenfold.errors import DivergedError, Interrupted
from tenfold.progress import SILENT, Progress
from tenfold.training.loop.batch_norm import recompute_batch_norm
from tenfold.training.loop.checkpoint import Position
from tenfold.training.loop.cuda_graph import CudaGraphStep, can_capture
from tenfold.training.loop.epoch_order import epoch_order, steps_before
from tenfold.training.loop.parallel import Parallelism, mapped, single_threaded
from tenfold.training.loop.predict import predict_logits
from tenfold.training.loop.running_average import average_decay
from tenfold.training.loop.schedule import learning_rate
from tenfold.training.loop.state import TrainingState
from tenfold.training.loop.step import shard_networks, train_step

LINES_MAX = 40  # epochs written to a pipe; a notebook cell holds no more
SHOWN_STEPS = 50  # the loss in the progress bar is an average of about so many steps


def never() -> bool:
    """A `stop` that never asks to stop."""
    return False


def fit(
    state: TrainingState,
    digits: Digits,
    train_rows: Rows,
    val_rows: Rows,
    *,
    save: Callable[[TrainingState], None] = lambda state: None,
    stop: Callable[[], bool] = never,
    callbacks: Sequence[object] = (),
    progress: Progress = SILENT,
) -> None:
    """Train to the recipe's last epoch, from wherever `state` stands.

    `save` is called after each epoch, and before Interrupted is raised because `stop` said so.
    `callbacks` hear of each epoch once it is saved.
    Raises DivergedError when the loss is not finite.
    """
    device = state.hardware.device
    images = torch.from_numpy(digits.images[train_rows]).to(device)
    labels = torch.from_numpy(digits.labelled()[train_rows]).to(device)
    val_images = torch.from_numpy(digits.images[val_rows]).to(device)
    val_labels = torch.from_numpy(digits.labelled()[val_rows]).to(device)
    epochs, position = state.recipe.epochs, state.position
    steps = steps_before(state.recipe, epochs, len(images))
    done = steps_before(state.recipe, position.epoch, len(images)) + position.batch
    networks = [shard_networks(state, member) for member in state.members]
    parallelism = parallelism_of(state, sum(map(len, networks)))
    with progress.bar(steps, "training", done=done) as advance, contextlib.ExitStack() as stack:
        take_step: Callable[[slice, float, float], list[tuple[float, int]]]
        if can_capture(state):
            take_step = CudaGraphStep(state, [network for (network,) in networks], images, labels)
        else:
            parallel_map = stack.enter_context(mapped(parallelism))
            take_step = functools.partial(
                train_step, state, networks, images, labels, parallel_map=parallel_map
            )
        call(callbacks, "on_train_begin", {})
        while position.epoch < epochs:
            call(callbacks, "on_epoch_begin", position.epoch, {})
            for network in itertools.chain(*networks):
                network.train()
            with single_threaded(enabled=parallelism.count > 1):
                finished = _train_epoch(state, len(images), take_step, stop, advance)
            if not finished:
                save(state)
                raise Interrupted(
                    f"stopped in epoch {position.epoch + 1} of {epochs}", hint="resume the run"
                )
            if state.recipe.clean_norms and position.epoch == epochs - 1:
                recompute_batch_norm(state, images)
            finished_epoch = _summary(state, val_images, val_labels)
            _begin_next_epoch(position, finished_epoch)
            save(state)
            advance(0, _bar_text(state, finished_epoch["train_loss"], 0.0))
            if position.epoch % math.ceil(epochs / LINES_MAX) == 0 or position.epoch == epochs:
                progress.note(epoch_line(finished_epoch, epochs))
            call(callbacks, "on_epoch_end", position.epoch - 1, epoch_logs(finished_epoch))
        call(callbacks, "on_train_end", epoch_logs(position.epochs[-1]))


def parallelism_of(state: TrainingState, tasks: int) -> Parallelism:
    """Return the parallelism of a step of so many tasks: the one that was chosen by a measurement,
    else as many at once as there are tasks and threads for."""
    threads = torch.get_num_threads()
    # dropout draws from torch's one generator, whose order threads would mix up
    drops = any(isinstance(layer, nn.Dropout) for layer in state.members[0].network)
    if drops or state.hardware.device.type != "cpu":
        return Parallelism(1, threads)
    if chosen := state.hardware.parallelism:
        return Parallelism(min(chosen.count, tasks), min(chosen.threads, threads))
    count = min(tasks, threads)
    return Parallelism(count, threads // count)


def _train_epoch(
    state: TrainingState,
    rows: int,
    take_step: Callable[[slice, float, float], list[tuple[float, int]]],
    stop: Callable[[], bool],
    advance: Callable[[int, str], None],
) -> bool:
    """Train from the position's batch to the end of the epoch; return False if `stop` ended it."""
    recipe, position = state.recipe, state.position
    started_at = time.monotonic() - position.seconds
    for number, member in enumerate(state.members):
        if position.batch == 0:
            member.order = epoch_order(state, number, rows)
    before = steps_before(recipe, position.epoch, rows)
    batches = steps_before(recipe, position.epoch + 1, rows) - before
    steps = steps_before(recipe, recipe.epochs, rows)
    shown = math.nan
    for batch in range(position.batch, batches):
        if stop():
            return False
        span = slice(batch * recipe.batch_size, (batch + 1) * recipe.batch_size)
        rate = learning_rate(recipe, before + batch, steps, position.epochs)
        decay = average_decay(recipe, before + batch, steps)
        results = take_step(span, rate, decay)
        losses = [loss for loss, _ in results]
        loss = sum(losses) / len(losses)
        if not math.isfinite(loss):
            raise DivergedError(
                f"training diverged: the loss is {loss} in epoch {position.epoch + 1}, "
                f"batch {batch + 1}",
                hint=f"try --learning-rate {recipe.learning_rate / 10:g}, or --precision fp32",
            )
        seen = len(state.members[0].order[span]) * len(losses)
        position.batch, position.seconds = batch + 1, time.monotonic() - started_at
        position.seen += seen
        position.loss_sum += loss * seen
        position.correct += sum(correct for _, correct in results)
        shown = loss if math.isnan(shown) else shown + (loss - shown) / SHOWN_STEPS
        advance(1, _bar_text(state, shown, rate))
    return True


def _begin_next_epoch(position: Position, finished_epoch: dict[str, float]) -> None:
    position.epochs.append(finished_epoch)
    position.epoch, position.batch, position.seconds = position.epoch + 1, 0, 0.0
    position.seen, position.loss_sum, position.correct = 0, 0.0, 0


def _summary(state: TrainingState, val_images: Tensor, val_labels: Tensor) -> dict[str, float]:
    """The finished epoch as a row of epochs.csv; NaN where nothing was kept out."""
    position = state.position
    val_loss = val_accuracy = math.nan
    if len(val_images):
        logits = predict_logits(state, val_images)
        val_loss = float(functional.cross_entropy(logits, val_labels))
        val_accuracy = float((logits.argmax(dim=1) == val_labels).float().mean())
    return {
        "epoch": position.epoch + 1,
        "seconds": round(position.seconds, 3),
        "lr": float(state.members[0].optimizer.param_groups[0]["lr"]),
        "train_loss": position.loss_sum / position.seen,
        "train_accuracy": position.correct / position.seen,
        "val_loss": val_loss,
        "val_accuracy": val_accuracy,
    }


def _bar_text(state: TrainingState, loss: float, rate: float) -> str:
    """The text beside the bar, short enough for a terminal of 80 columns."""
    position, epochs = state.position, state.recipe.epochs
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
