"""Batch norm's statistics, computed once more on images without augmentation.

While training, batch norm averages over augmented images and over weights that still change. The
networks that are measured have averaged weights and see images as they are. Izmailov et al. (2018),
"Averaging Weights Leads to Wider Optima and Better Generalization", section 3.2, recompute the
statistics for the sake of the averaged weights.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from tenfold.training.loop.predict import PREDICTION_BATCH
from tenfold.training.loop.state import TrainingState, derive_seed
from tenfold.training.networks.architectures import to_inputs

STATISTICS_ROWS = 8192  # of the training rows, drawn at random: they may lie sorted by class


@torch.no_grad()
def recompute_batch_norm(state: TrainingState, images: Tensor) -> None:
    """Set the running mean and variance of every network that is measured.

    `images` uint8 [n, 28, 28] are the rows that were trained on.
    """
    for number, network in enumerate(state.networks):
        norms = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
        random = np.random.default_rng(derive_seed(state.seed, 0, -1, number))
        rows = torch.from_numpy(random.permutation(len(images))[:STATISTICS_ROWS])
        rows = rows.to(images.device)
        network.eval()  # dropout stays off
        momenta = [norm.momentum for norm in norms]
        for norm in norms:
            norm.train()
            norm.reset_running_stats()
            norm.momentum = None  # the mean over all batches
        with state.hardware.autocast():
            for batch in torch.tensor_split(rows, max(1, len(rows) // PREDICTION_BATCH)):
                network(to_inputs(images[batch]))
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
            norm.eval()
