"""The networks, as lists of layers. Input float [n, 1, 28, 28] in 0..1; output logits [n, 10], or
[n, 11] where the last one says that the image shows a digit."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tenfold.digits import CLASSES, SIDE
from tenfold.recipes import Recipe
from tenfold.training.networks.convolution import Convolution

# The last layer's own scale makes the first steps overshoot: losses of 40 where guessing has 2.3
LOGIT_SCALE = 0.125


def build_network(recipe: Recipe) -> nn.Sequential:
    """Freshly initialised from torch's global random generator."""
    outputs = CLASSES + (recipe.non_digits > 0)
    if recipe.network == "notebook":
        return notebook_network(outputs)
    if recipe.network == "vgg":
        return vgg_network(recipe.channels, outputs)
    if recipe.network == "stem":
        return stem_network(recipe.channels, outputs)
    return valid_network(recipe.channels, outputs)


def notebook_network(outputs: int = CLASSES) -> nn.Sequential:
    """The Kaggle notebook's network, 887,530 parameters, with Keras' default initialisation."""
    network = nn.Sequential(
        nn.Conv2d(1, 32, 5, padding="same"),  # [n, 32, 28, 28]
        nn.ReLU(),
        nn.Conv2d(32, 32, 5, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),  # [n, 32, 14, 14]
        nn.Dropout(0.25),
        nn.Conv2d(32, 64, 3, padding="same"),
        nn.ReLU(),
        nn.Conv2d(64, 64, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2, stride=2),  # [n, 64, 7, 7]
        nn.Dropout(0.25),
        nn.Flatten(),
        nn.Linear(64 * (SIDE // 4) ** 2, 256),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(256, outputs),
    )
    for layer in network:
        if isinstance(layer, nn.Conv2d | nn.Linear):  # Keras: Glorot uniform kernels, zero biases
            nn.init.xavier_uniform_(layer.weight)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)
    return network


class Scale(nn.Module):
    """Multiplies by a constant."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, values: Tensor) -> Tensor:
        return values * self.factor


class Flatten(nn.Flatten):
    """Its gradient is laid out channels last, as its input is: the ReLU before it takes ten times
    as long over two layouts."""

    def forward(self, input: Tensor) -> Tensor:
        if input.requires_grad:
            input.register_hook(_channels_last)  # type: ignore[no-untyped-call]
        return super().forward(input)


def _channels_last(gradient: Tensor) -> Tensor:
    return gradient.contiguous(memory_format=torch.channels_last)


def stem_network(width: int, outputs: int = CLASSES) -> nn.Sequential:
    """Leaves 28x28 at once, without a convolution there: layers with one input channel and large
    maps run at a tenth of the speed of the others. 399,754 parameters at width 32, 8.7 million
    multiply-adds an image."""
    return nn.Sequential(
        nn.PixelUnshuffle(2),  # [n, 4, 14, 14]: each 2x2 block becomes four channels
        *_convolution(4, width),
        *_convolution(width, width),
        *_convolution(width, 2 * width, kernel=2, stride=2, padding=0),  # [n, 2w, 7, 7]
        *_convolution(2 * width, 4 * width),
        nn.MaxPool2d(3, stride=2),  # [n, 4w, 3, 3]
        *_convolution(4 * width, 4 * width),
        *_convolution(4 * width, 4 * width),
        Flatten(),
        nn.Linear(9 * 4 * width, outputs),
        Scale(LOGIT_SCALE),
    )


def valid_network(width: int, outputs: int = CLASSES) -> nn.Sequential:
    """The stem without padding before the last layer, so each map shrinks, and no pool is needed:
    around a digit's margin there is paper, which takes the stem nearly half of its time. For
    pictures the stem stays (docs/LOG.md). 246,826 parameters at width 32, 2.8 million multiply-adds
    an image."""
    first = max(1, width // 2)  # each sees 36 pixels, which half of the width tells as well
    return nn.Sequential(
        nn.PixelUnshuffle(2),  # [n, 4, 14, 14]
        *_convolution(4, first, padding=0),  # [n, w/2, 12, 12]
        *_convolution(first, width, padding=0),  # [n, w, 10, 10]
        *_convolution(width, 2 * width, kernel=2, stride=2, padding=0),  # [n, 2w, 5, 5]
        *_convolution(2 * width, 4 * width, padding=0),  # [n, 4w, 3, 3]
        *_convolution(4 * width, 4 * width),
        Flatten(),
        nn.Linear(9 * 4 * width, outputs),
        Scale(LOGIT_SCALE),
    )


def vgg_network(width: int, outputs: int = CLASSES) -> nn.Sequential:
    """Stays at 28x28 for two layers, as Simonyan & Zisserman (2015) build networks: for GPUs, where
    the large maps cost less and the accuracy is worth it. 1,186,122 parameters at width 64, 116
    million multiply-adds an image."""
    return nn.Sequential(
        *_convolution(1, width),
        *_convolution(width, width, pool=nn.MaxPool2d(2)),  # [n, w, 14, 14]
        *_convolution(width, 2 * width),
        *_convolution(2 * width, 2 * width, pool=nn.MaxPool2d(2)),  # [n, 2w, 7, 7]
        *_convolution(2 * width, 4 * width),
        *_convolution(4 * width, 4 * width, pool=nn.MaxPool2d(2, ceil_mode=True)),  # [n, 4w, 4, 4]
        Flatten(),
        nn.Linear(16 * 4 * width, outputs),
        Scale(LOGIT_SCALE),
    )


def _convolution(
    channels_in: int,
    channels_out: int,
    *,
    kernel: int = 3,
    stride: int = 1,
    padding: int = 1,
    pool: nn.MaxPool2d | None = None,
) -> list[nn.Module]:
    """Convolution, batch norm, ReLU, in the order in which export can fold the norm away. A `pool`
    comes before the norm, which then passes over a quarter of the pixels, and has no scale (both
    as in airbench94, Jordan 2024): only a positive one commutes with a pool."""
    convolution = Convolution(channels_in, channels_out, kernel, stride, padding, bias=False)
    nn.init.kaiming_normal_(convolution.weight)
    norm = nn.BatchNorm2d(channels_out)
    if pool is None:
        return [convolution, norm, nn.ReLU()]
    norm.register_parameter("weight", None)
    return [convolution, pool, norm, nn.ReLU()]
