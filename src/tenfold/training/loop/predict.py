"""Prediction by networks in training: tiles to logits, without augmentation or dropout."""

from __future__ import annotations

import torch
from torch import Tensor

from tenfold.training.loop.state import TrainingState
from tenfold.training.networks.architectures import to_inputs
from tenfold.training.networks.ensemble import ensemble_outputs

PREDICTION_BATCH = 1024  # tiles at a time


@torch.no_grad()
def predict_logits(state: TrainingState, images: Tensor) -> Tensor:
    """Logits float32 [n, 10] of the ensemble for images uint8 [n, 28, 28]."""
    batches = []
    with state.hardware.autocast():
        for start in range(0, len(images), PREDICTION_BATCH):
            inputs = to_inputs(images[start : start + PREDICTION_BATCH])
            networks = [network.eval() for network in state.networks]
            batches.append(ensemble_outputs(networks, inputs)[0])
    return torch.cat(batches)
