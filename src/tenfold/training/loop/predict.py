"""What trained networks say of tiles, together."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from tenfold.digits import CLASSES
from tenfold.training.loop.state import Training

JUDGE_BATCH = 1024
PROBABILITY_MIN = 1e-30  # added before a logarithm


def to_inputs(images: Tensor) -> Tensor:
    """float [n, 1, 28, 28] in 0..1 from uint8 [n, 28, 28]."""
    return images.unsqueeze(1).float() / 255


@torch.no_grad()
def judge(training: Training, images: Tensor) -> Tensor:
    """Logits float32 [n, 10] of uint8 images [n, 28, 28], without augmentation or dropout: the
    network's, or the logarithm of the members' mean probability."""
    parts = []
    with training.hardware.autocast():
        for start in range(0, len(images), JUDGE_BATCH):
            inputs = to_inputs(images[start : start + JUDGE_BATCH])
            networks = [network.eval() for network in training.networks]
            parts.append(ensemble_outputs(networks, inputs)[0])
    return torch.cat(parts)


def ensemble_outputs(networks: Sequence[nn.Module], inputs: Tensor) -> tuple[Tensor, Tensor]:
    """(logits float32 [n, 10], is_digit float32 [n]); of several networks the logarithm of the
    mean probability, and the mean; is_digit is 1 from networks that were not trained to tell."""
    each = [network(inputs).float() for network in networks]
    if each[0].shape[1] == CLASSES:
        is_digit = torch.ones_like(each[0][:, 0])
    else:
        is_digit = torch.stack([torch.sigmoid(outputs[:, CLASSES]) for outputs in each]).mean(dim=0)
    if len(each) == 1:
        return each[0][:, :CLASSES], is_digit
    probabilities = torch.stack([torch.softmax(outputs[:, :CLASSES], dim=1) for outputs in each])
    return torch.log(probabilities.mean(dim=0) + PROBABILITY_MIN), is_digit
