"""The networks, as lists of layers. Input float [n, 1, 28, 28] in 0..1; output logits [n, 10], or
[n, 11] where the last one says that the image shows a digit."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tenfold.digits import CLASSES, SIDE
from tenfold.recipes import Recipe
from tenfold.training.networks.convolution import Convolution

# With the last layer's default scale the first steps overshoot: losses of 40; guessing has 2.3
LOGIT_SCALE = 0.125


def to_inputs(images: Tensor) -> Tensor:
    """Convert uint8 [n, 28, 28] to float [n, 1, 28, 28] in 0..1."""
    return images.unsqueeze(1).float() / 255


def build_network(recipe: Recipe) -> nn.Sequential:
    """The recipe's network, initialised from torch's global random generator."""
    outputs = CLASSES + (recipe.non_digits > 0)
    if recipe.network == "notebook":
        return notebook_network(outputs)
    if recipe.network == "vgg":
        return vgg_network(recipe.channels, outputs)
    if recipe.network == "stem":
        return stem_network(recipe.channels, outputs)
    return unpadded_network(recipe.channels, outputs)


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
    """Flatten with a gradient in channels-last layout, as its input is.

    The ReLU before it takes ten times as long where gradient and input differ in layout.
    """

    def forward(self, input: Tensor) -> Tensor:
        if input.requires_grad:
            input.register_hook(_channels_last)  # type: ignore[no-untyped-call]
        return super().forward(input)


def _channels_last(gradient: Tensor) -> Tensor:
    return gradient.contiguous(memory_format=torch.channels_last)


def stem_network(width: int, outputs: int = CLASSES) -> nn.Sequential:
    """A network that begins with 2x2 pixels as channels, so that no convolution runs at 28x28.

    Layers with one input channel and large maps run at a tenth of the speed of the others. 399,754
    parameters at width 32, 8.7 million multiply-adds an image.
    """
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


def unpadded_network(width: int, outputs: int = CLASSES) -> nn.Sequential:
    """`stem_network` without padding before its last convolution: maps shrink without a pool.

    The margin of a tile is empty, and padding it takes the stem nearly half of its time. Pictures
    are read better with the stem (docs/LOG.md). 246,826 parameters at width 32, 2.8 million
    multiply-adds an image.
    """
    first = max(1, width // 2)  # a filter sees 36 pixels here: half of the width is enough
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
    """A network with two convolutions at 28x28, in the style of Simonyan & Zisserman (2015).

    For GPUs, where the large maps cost less. 1,186,122 parameters at width 64, 116 million
    multiply-adds an image.
    """
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
    """Convolution, batch norm, ReLU, in the order in which export can fold the norm away.

    A `pool` comes before the norm, which then passes over a quarter of the pixels and has no scale
    (both as in airbench94, Jordan 2024): only a positive scale commutes with a pool.
    """
    convolution = Convolution(channels_in, channels_out, kernel, stride, padding, bias=False)
    nn.init.kaiming_normal_(convolution.weight)
    norm = nn.BatchNorm2d(channels_out)
    if pool is None:
        return [convolution, norm, nn.ReLU()]
    norm.register_parameter("weight", None)
    return [convolution, pool, norm, nn.ReLU()]
