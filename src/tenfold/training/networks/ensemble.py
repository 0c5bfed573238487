"""The outputs of an ensemble: the mean of its members' probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from tenfold.digits import CLASSES

PROBABILITY_MIN = 1e-30  # added before a logarithm


def ensemble_outputs(networks: Sequence[nn.Module], inputs: Tensor) -> tuple[Tensor, Tensor]:
    """Logits float32 [n, 10] and is_digit float32 [n] of inputs float [n, 1, 28, 28].

    The logits of several networks are the logarithm of their mean probability, and is_digit is a
    mean; it is 1 from networks that were not trained to tell.
    """
    outputs = [network(inputs).float() for network in networks]
    if outputs[0].shape[1] == CLASSES:
        is_digit = torch.ones_like(outputs[0][:, 0])
    else:
        digit_logits = [output[:, CLASSES] for output in outputs]
        is_digit = torch.stack([torch.sigmoid(logits) for logits in digit_logits]).mean(dim=0)
    if len(outputs) == 1:
        return outputs[0][:, :CLASSES], is_digit
    probabilities = torch.stack([torch.softmax(o[:, :CLASSES], dim=1) for o in outputs])
    return torch.log(probabilities.mean(dim=0) + PROBABILITY_MIN), is_digit
