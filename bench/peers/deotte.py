"""One network of Chris Deotte's "25 Million Images! [0.99757] MNIST", which averages fifteen.

[32C3-32C3-32C5s2]-[64C3-64C3-64C5s2]-128C4-10, each convolution followed by ReLU and then batch
norm, dropout 0.4 after each block; Adam at 1e-3, times 0.95 an epoch; batches of 64; 45 epochs;
rotation by up to 10 degrees, zoom and shift by up to 0.1. It was published in Keras: initial
values, the momentum of batch norm and the small constants are Keras' own.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from torch_peer import Method, as_it_is, rotations, torch_peer, uniform

SOURCE = "https://www.kaggle.com/code/cdeotte/25-million-images-0-99757-mnist"
EPOCHS = 45
ROTATION, ZOOM, SHIFT = 10, 0.1, 0.1  # degrees; share of the size; share of the width
SAME = (1, 2, 1, 2)  # what TensorFlow pads on the left and right for 5x5 at stride 2


def network() -> nn.Module:
    layers = nn.Sequential(
        *_convolution(1, 32, 3),  # 26x26
        *_convolution(32, 32, 3),  # 24x24
        nn.ZeroPad2d(SAME),
        *_convolution(32, 32, 5, stride=2),  # 12x12
        nn.Dropout(0.4),
        *_convolution(32, 64, 3),  # 10x10
        *_convolution(64, 64, 3),  # 8x8
        nn.ZeroPad2d(SAME),
        *_convolution(64, 64, 5, stride=2),  # 4x4
        nn.Dropout(0.4),
        *_convolution(64, 128, 4),  # 1x1
        nn.Flatten(),
        nn.Dropout(0.4),
        nn.Linear(128, 10),
    )
    for layer in layers:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            assert layer.bias is not None
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return layers


def _convolution(inputs: int, outputs: int, size: int, stride: int = 1) -> tuple[nn.Module, ...]:
    norm = nn.BatchNorm2d(outputs, momentum=0.01, eps=1e-3)
    return nn.Conv2d(inputs, outputs, size, stride), nn.ReLU(), norm


def augment(images: Tensor) -> Tensor:
    """Rotate, zoom (each axis by itself) and shift, as Keras' ImageDataGenerator does; float
    [b, 1, 28, 28]. What lies outside takes the value of the nearest edge."""
    count = len(images)
    zoom = torch.stack([1 + uniform(count, ZOOM), 1 + uniform(count, ZOOM)], dim=1)
    matrices = rotations(uniform(count, ROTATION)) * zoom[:, None, :]
    # affine_grid measures in half widths
    shifts = 2 * torch.stack([uniform(count, SHIFT), uniform(count, SHIFT)], dim=1)
    transforms = torch.cat([matrices, shifts[:, :, None]], dim=2)
    grid = functional.affine_grid(transforms, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


METHOD = Method(
    network=network,
    optimizer=lambda parameters: torch.optim.Adam(parameters, lr=1e-3, eps=1e-7),
    rate=lambda progress: 1e-3 * 0.95 ** int(progress),
    batch_size=64,
    augment=augment,
    view=as_it_is,
)

PEER = torch_peer("Deotte's network", SOURCE, EPOCHS, METHOD)
