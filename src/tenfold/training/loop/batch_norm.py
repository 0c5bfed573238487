"""Batch norm's statistics, found once more on images as they are.

What batch norm averages while training is of distorted images, and of weights on their way; what is
judged are images as they are, by averaged weights. Izmailov et al. (2018), "Averaging Weights Leads
to Wider Optima and Better Generalization", find them anew for the weights' sake.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from tenfold.training.loop.predict import JUDGE_BATCH, to_inputs
from tenfold.training.loop.state import Training, seed_of

NORM_ROWS = 8192  # of the training rows, drawn at random: they may lie sorted by class


@torch.no_grad()
def find_norms(training: Training, images: Tensor) -> None:
    """Sets the statistics of every network that is judged; `images` uint8 [n, 28, 28], the rows
    that were trained on."""
    for number, network in enumerate(training.networks):
        norms = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
        random = np.random.default_rng(seed_of(training.seed, 0, -1, number))
        rows = torch.from_numpy(random.permutation(len(images))[:NORM_ROWS]).to(images.device)
        network.eval()  # dropout stays off
        usual = [norm.momentum for norm in norms]
        for norm in norms:
            norm.train()
            norm.reset_running_stats()
            norm.momentum = None  # the mean over all batches
        with training.hardware.autocast():
            for part in torch.tensor_split(rows, max(1, len(rows) // JUDGE_BATCH)):
                network(to_inputs(images[part]))
        for norm, momentum in zip(norms, usual, strict=True):
            norm.momentum = momentum
            norm.eval()
