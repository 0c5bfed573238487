"""The training loss: cross entropy with label smoothing, is-digit loss, and distillation."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from tenfold.digits import CLASSES
from tenfold.training.tiles.non_digits import NO_DIGIT


def row_losses(outputs: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    """Loss of each row, float [n], of `outputs` float [n, 10 or 11] for `labels` int64 [n].

    For a digit it is the cross entropy with the smoothed label, for a tile labelled NO_DIGIT that
    with the uniform distribution. A network with an eleventh output, the logit of "this is a
    digit", has its binary cross entropy added.
    """
    logits = outputs[:, :CLASSES]
    is_digit = labels != NO_DIGIT
    losses = functional.cross_entropy(
        logits, labels, label_smoothing=smoothing, reduction="none", ignore_index=NO_DIGIT
    )
    if outputs.shape[1] == CLASSES:
        return losses
    uniform = -torch.log_softmax(logits, dim=1).mean(dim=1)
    digit_losses = functional.binary_cross_entropy_with_logits(
        outputs[:, CLASSES], is_digit.float(), reduction="none"
    )
    return torch.where(is_digit, losses, uniform) + digit_losses


def predicted_labels(outputs: Tensor) -> Tensor:
    """int64 [n]: the most probable digit, or NO_DIGIT where the eleventh output says so."""
    labels = outputs[:, :CLASSES].argmax(dim=1)
    if outputs.shape[1] > CLASSES:
        labels[outputs[:, CLASSES] < 0] = NO_DIGIT
    return labels


def distillation_loss(outputs: Tensor, targets: Tensor) -> Tensor:
    """Mean cross entropy of `outputs` with `targets`, another network's outputs for the same tiles.

    Both are float [n, 10 or 11], logits. After Hinton et al. (2015), "Distilling the Knowledge in a
    Neural Network", at temperature 1.
    """
    digits = torch.softmax(targets[:, :CLASSES], dim=1)
    loss = functional.cross_entropy(outputs[:, :CLASSES], digits)
    if outputs.shape[1] > CLASSES:
        is_digit = torch.sigmoid(targets[:, CLASSES])
        loss = loss + functional.binary_cross_entropy_with_logits(outputs[:, CLASSES], is_digit)
    return loss
