"""How well a network reads composed strips, and the temperature that makes it neither too sure nor
too unsure of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tenfold.training.strips.compose import ComposedStrip
from tenfold.training.strips.network import to_inputs
from tenfold.training.strips.pool import batch_of
from tenfold.training.strips.texts import CHARACTERS

TEMPERATURES = np.exp(np.linspace(np.log(0.6), np.log(2.5), 30))
BATCH = 64


def text_of(classes: Sequence[int]) -> str:
    """The text of classes 1 to 17."""
    return "".join(CHARACTERS[which - 1] for which in classes)


def best_path(logits: Tensor) -> list[str]:
    """The texts of the likeliest frames, [n, t, 18]: repeats once, blanks left out."""
    texts = []
    for row in logits.argmax(dim=2).tolist():
        kept = [which for i, which in enumerate(row) if which and (i == 0 or row[i - 1] != which)]
        texts.append(text_of(kept))
    return texts


@torch.no_grad()
def _outputs(
    network: nn.Module, strips: Sequence[ComposedStrip]
) -> Iterator[tuple[list[ComposedStrip], Tensor]]:
    """Strips of about the same width, and their logits."""
    network.eval()
    by_width = sorted(strips, key=lambda strip: strip.pixels.shape[1])
    for start in range(0, len(by_width), BATCH):
        batch = by_width[start : start + BATCH]
        pixels = batch_of(batch, batch[-1].pixels.shape[1]).pixels
        yield batch, network(to_inputs(torch.from_numpy(pixels)))[0].float()


def exact_share(network: nn.Module, strips: Sequence[ComposedStrip]) -> float:
    """The share of strips that are read exactly, marks included."""
    right = 0
    for batch, logits in _outputs(network, strips):
        read = best_path(logits)
        right += sum(
            text == text_of(strip.classes.tolist()) for text, strip in zip(read, batch, strict=True)
        )
    return right / len(strips)


def temperature_of(network: nn.Module, strips: Sequence[ComposedStrip]) -> float:
    """The temperature under which the texts of the strips are likeliest (C. Guo et al. 2017, "On
    calibration of modern neural networks", for the probability of whole texts)."""
    losses = np.zeros(len(TEMPERATURES))
    for batch, logits in _outputs(network, strips):
        classes = torch.from_numpy(np.concatenate([strip.classes for strip in batch]))
        counts = torch.tensor([len(strip.classes) for strip in batch])
        frames = torch.full((len(batch),), logits.shape[1])
        for i, temperature in enumerate(TEMPERATURES):
            logs = functional.log_softmax(logits / float(temperature), dim=2).transpose(0, 1)
            loss = functional.ctc_loss(
                logs, classes, frames, counts, reduction="sum", zero_infinity=True
            )
            losses[i] += float(loss)
    return float(TEMPERATURES[losses.argmin()])
