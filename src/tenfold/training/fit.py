"""The training loop: data as one tensor, batches by slicing, a batch augmented in one call."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tenfold.digits import Digits, Rows
from tenfold.errors import DivergedError, Interrupted
from tenfold.progress import SILENT, Progress
from tenfold.recipes import Recipe
from tenfold.training.augment import random_affine
from tenfold.training.checkpoint import Position
from tenfold.training.network import build_network
from tenfold.training.optimisation import build_optimizer, learning_rate
from tenfold.training.precision import Hardware, choose_hardware

JUDGE_BATCH = 1024
LINES_MAX = 40  # epochs that a pipe hears of; a notebook cell holds no more
AVERAGED_STEPS = 50  # the loss that the progress bar shows is an average of about so many


def never() -> bool:
    return False


@dataclass
class Training:
    """A network on its way: everything that a step reads and writes."""

    recipe: Recipe
    seed: int
    network: nn.Sequential
    optimizer: torch.optim.Optimizer
    hardware: Hardware
    position: Position

    @classmethod
    def begin(cls, recipe: Recipe, seed: int) -> Training:
        """Same recipe, seed, machine and threads: same training, bit for bit."""
        torch.set_flush_denormal(True)  # denormals slow convolutions 5-40 times
        torch.backends.cudnn.deterministic = True
        _seed_step(seed, epoch=-1, batch=0)
        network = build_network(recipe)
        hardware = choose_hardware(recipe, network)
        network.to(hardware.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        return cls(recipe, seed, network, build_optimizer(recipe, network), hardware, Position())


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
    batches = math.ceil(len(images) / training.recipe.batch_size)
    done = position.epoch * batches + position.batch
    with progress.bar(epochs * batches, "training", done=done) as advance:
        while position.epoch < epochs:
            finished = _train_epoch(training, images, labels, stop, advance)
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


def _train_epoch(
    training: Training,
    images: Tensor,
    labels: Tensor,
    stop: Callable[[], bool],
    advance: Callable[[int, str], None],
) -> bool:
    """From the position's batch to the epoch's end; False if `stop` ended it before."""
    recipe, position = training.recipe, training.position
    began = time.monotonic() - position.seconds
    order = torch.from_numpy(
        np.random.default_rng([training.seed, position.epoch]).permutation(len(images))
    ).to(images.device)
    batches = math.ceil(len(images) / recipe.batch_size)
    training.network.train()
    shown = math.nan
    for batch in range(position.batch, batches):
        if stop():
            return False
        rows = order[batch * recipe.batch_size : (batch + 1) * recipe.batch_size]
        step = position.epoch * batches + batch
        rate = learning_rate(recipe, step, recipe.epochs * batches, position.epochs)
        loss, correct = _step(training, images[rows], labels[rows], rate)
        if not math.isfinite(loss):
            raise DivergedError(
                f"training diverged: the loss is {loss} in epoch {position.epoch + 1}, "
                f"batch {batch + 1}",
                hint=f"try --learning-rate {recipe.learning_rate / 10:g}, or --precision fp32",
            )
        position.batch, position.seconds = batch + 1, time.monotonic() - began
        position.seen += len(rows)
        position.loss_sum += loss * len(rows)
        position.correct += correct
        shown = loss if math.isnan(shown) else shown + (loss - shown) / AVERAGED_STEPS
        advance(1, _bar_text(training, shown, rate))
    return True


def _step(training: Training, images: Tensor, labels: Tensor, rate: float) -> tuple[float, int]:
    """One optimiser step on uint8 images [n, 28, 28]; gives the mean loss and the count right."""
    recipe, hardware = training.recipe, training.hardware
    generator = _seed_step(training.seed, training.position.epoch, training.position.batch)
    inputs = _to_inputs(images)
    if recipe.augment:
        inputs = random_affine(inputs, recipe.rotation, recipe.zoom, recipe.shift, generator)
    for group in training.optimizer.param_groups:
        group["lr"] = rate * group.get("rate_scale", 1.0)
    with hardware.autocast():
        logits = training.network(inputs)
    loss = functional.cross_entropy(logits.float(), labels, label_smoothing=recipe.label_smoothing)
    training.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    training.optimizer.step()
    return loss.item(), int((logits.argmax(dim=1) == labels).sum())


def _seed_step(seed: int, epoch: int, batch: int) -> torch.Generator:
    """Seed torch's own generator (dropout) and a new one (augmentation) for one step.

    Every step's randomness follows from its position, so a resumed run repeats it exactly.
    """
    (step_seed,) = np.random.SeedSequence([seed, epoch + 1, batch]).generate_state(1, np.uint64)
    torch.manual_seed(int(step_seed))
    return torch.Generator().manual_seed(int(step_seed))


def _to_inputs(images: Tensor) -> Tensor:
    """float [n, 1, 28, 28] in 0..1 from uint8 [n, 28, 28]."""
    return images.unsqueeze(1).float() / 255


@torch.no_grad()
def judge(training: Training, images: Tensor) -> Tensor:
    """Logits float32 [n, 10] of uint8 images [n, 28, 28], without augmentation or dropout."""
    training.network.eval()
    with training.hardware.autocast():
        parts = [
            training.network(_to_inputs(images[start : start + JUDGE_BATCH])).float()
            for start in range(0, len(images), JUDGE_BATCH)
        ]
    return torch.cat(parts)


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
        "lr": training.optimizer.param_groups[0]["lr"],
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
