"""One network of Todd Doucet's "MNIST 99.82", the best accuracy an epoch that was found published.

4.7 million parameters, Res(x) = y + ReLU(conv(y)) with y = batch norm(x); a random 25x25 window
enlarged to 28x28, a mild elastic distortion, rotation by up to 10 degrees; each image to zero mean
and unit variance; Adam (0.9, 0.99), batches of 100; the rate falls exponentially from 4e-4 to 4e-5
over ten epochs, and along a cosine to a thousandth of that in the eleventh. The weights of the last
epoch count.

The published program crops, distorts and turns one after another, each with its own interpolation;
here all three are one map, and a pixel is interpolated once, bilinearly.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from peer import SIDE
from torch_peer import Method, rotations, torch_peer, uniform

SOURCE = "https://github.com/ttdoucet/mnist"
EPOCHS = 11
RATE, RATE_BEFORE_LAST = 4e-4, 4e-5
WINDOW = 25
ROTATION = 10  # degrees
TILES = 4  # the elastic distortion moves the inner corners of 4x4 tiles by at most one pixel


class Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.convolution = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.norm(x)
        return y + functional.relu(self.convolution(y))


def network() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 128, 5, padding=2),  # 28x28
        nn.ReLU(),
        Residual(128),
        nn.MaxPool2d(2),  # 14x14
        Residual(128),
        nn.BatchNorm2d(128),
        nn.Conv2d(128, 256, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),  # 7x7
        Residual(256),
        nn.BatchNorm2d(256),
        nn.Conv2d(256, 512, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2, ceil_mode=True),  # 4x4
        Residual(512),
        nn.BatchNorm2d(512),
        nn.AvgPool2d(4),
        nn.Flatten(),
        nn.Linear(512, 10),
    )


def rate(progress: float) -> float:
    falling = EPOCHS - 1
    if progress < falling:
        return RATE * (RATE_BEFORE_LAST / RATE) ** (progress / falling)
    low = RATE_BEFORE_LAST / 1000
    return low + (RATE_BEFORE_LAST - low) * (1 + math.cos(math.pi * (progress - falling))) / 2


def augment(images: Tensor) -> Tensor:
    """float [b, 1, 28, 28]"""
    count = len(images)
    offsets = torch.randint(0, SIDE - WINDOW + 1, (count, 1, 1, 2)).float()
    degrees = uniform(count, ROTATION)
    # a turned picture is cut to the largest square without empty corners
    radians = degrees.abs() * (math.pi / 180)
    turn = rotations(degrees) / (radians.cos() + radians.sin())[:, None, None]
    points = _pixels() - (SIDE - 1) / 2  # [28, 28, 2], from the centre
    points = torch.einsum("bij,hwj->bhwi", turn, points) + (SIDE - 1) / 2
    return _standardised(_sample(images, points + _elastic(count), offsets))


def middle(images: Tensor) -> Tensor:
    """float [b, 1, 28, 28]: the window in the middle."""
    offsets = torch.full((len(images), 1, 1, 2), (SIDE - WINDOW) / 2)
    return _standardised(_sample(images, _pixels()[None], offsets))


def _pixels() -> Tensor:
    """float [28, 28, 2]: (x, y) of each pixel"""
    axis = torch.arange(SIDE, dtype=torch.float32)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack([x, y], dim=2)


def _elastic(count: int) -> Tensor:
    """float [count, 28, 28, 2]: shifts in pixels, zero at the border"""
    corners = torch.zeros(count, 2, TILES + 1, TILES + 1)
    inner = (count, 2, TILES - 1, TILES - 1)
    corners[:, :, 1:-1, 1:-1] = torch.randint(-1, 2, inner).float()
    shifts = functional.interpolate(corners, (SIDE, SIDE), mode="bilinear", align_corners=True)
    return shifts.permute(0, 2, 3, 1)


def _sample(images: Tensor, points: Tensor, offsets: Tensor) -> Tensor:
    """The window at `offsets`, as 28x28, read at `points` (pixels of the enlarged window)."""
    source = offsets + (points + 0.5) * (WINDOW / SIDE)  # in pixels from the edge
    grid = 2 * source / SIDE - 1
    return functional.grid_sample(images, grid, padding_mode="zeros", align_corners=False)


def _standardised(images: Tensor) -> Tensor:
    deviation, mean = torch.std_mean(images, dim=(1, 2, 3), keepdim=True, correction=0)
    return (images - mean) / deviation.clamp(min=1e-6)


METHOD = Method(
    network=network,
    optimizer=lambda parameters: torch.optim.Adam(parameters, lr=RATE, betas=(0.9, 0.99)),
    rate=rate,
    batch_size=100,
    augment=augment,
    view=middle,
)

PEER = torch_peer("Doucet's network", SOURCE, EPOCHS, METHOD)
