"""The network and schedule of PyTorch's own MNIST example.

Two 3x3 convolutions, one pooling, two dense layers; Adadelta at 1.0, times 0.7 an epoch; batches of
64; 14 epochs; pixels normalised by the mean and deviation of MNIST; no augmentation. The example
does not shuffle on a CPU; here rows are shuffled.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from torch_peer import Method, torch_peer

MEAN, DEVIATION = 0.1307, 0.3081
SOURCE = "https://github.com/pytorch/examples/tree/main/mnist"
EPOCHS = 14


def network() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 32, 3),  # 26x26
        nn.ReLU(),
        nn.Conv2d(32, 64, 3),  # 24x24
        nn.ReLU(),
        nn.MaxPool2d(2),  # 12x12
        nn.Dropout(0.25),
        nn.Flatten(),
        nn.Linear(9216, 128),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(128, 10),
    )


def normalised(images: Tensor) -> Tensor:
    return (images - MEAN) / DEVIATION


METHOD = Method(
    network=network,
    optimizer=lambda parameters: torch.optim.Adadelta(parameters, lr=1.0),
    rate=lambda progress: 0.7 ** int(progress),
    batch_size=64,
    augment=normalised,
    view=normalised,
)

PEER = torch_peer("PyTorch's MNIST example", SOURCE, EPOCHS, METHOD)
