"""The locator: a small fully convolutional network that says where digits stand on a page."""

from __future__ import annotations

import torch
from torch import Tensor, nn

PATCH = 4  # pixels: the first layer sees the page as patches, 3 by 3 at once
CHANNELS = (32, 48)  # at a quarter and an eighth of the page's size
DEEP = 4  # convolutions at an eighth: each sees 16 pixels further, all together 50 to each side
HEIGHT_UNIT = 14.0  # pixels: heights leave as the logarithm of this many, the middle of their range

DIGITS, OTHERS, HEIGHT, BRIGHT = range(4)  # outputs; then one for each quarter of a turn
OUTPUTS = 8


class Locator(nn.Module):
    """Input uint8 [n, h, w], h and w multiples of 8, evened out; output float32
    [n, OUTPUTS, h/4, w/4]: logits of digits and of other writing, log of the height in HEIGHT_UNIT,
    logit of bright ink, logits of the four turns."""

    def __init__(self) -> None:
        super().__init__()
        quarter, eighth = CHANNELS
        self.stem = _conv(PATCH * PATCH, quarter)
        self.near = nn.Sequential(_conv(quarter, quarter))
        self.down = _conv(quarter, eighth, stride=2)
        self.far = nn.ModuleList(_conv(eighth, eighth) for _ in range(DEEP))
        self.from_far = nn.Conv2d(eighth, 4 * OUTPUTS, 1)
        self.from_near = nn.Conv2d(quarter, OUTPUTS, 1)

    def forward(self, pages: Tensor) -> Tensor:
        levels = pages.unsqueeze(1).float() * (1 / 128) - 1  # [n, 1, h, w]
        patches = nn.functional.pixel_unshuffle(levels, PATCH)  # [n, 16, h/4, w/4]
        near = self.near(self.stem(patches))  # [n, 32, h/4, w/4]
        far = self.down(near)  # [n, 48, h/8, w/8]
        for layer in self.far:
            far = far + layer(far)
        fine = nn.functional.pixel_shuffle(self.from_far(far), 2)  # [n, OUTPUTS, h/4, w/4]
        return fine + self.from_near(near)


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU())


def locator_loss(outputs: Tensor, targets: dict[str, Tensor]) -> Tensor:
    """The loss of outputs [n, OUTPUTS, h, w] for maps [n, h, w] of `Page`, floats but `turned`."""
    binary = nn.functional.binary_cross_entropy_with_logits
    digits, others, weight = targets["digits"], targets["others"], targets["weight"]
    digits_loss = binary(outputs[:, DIGITS], digits, weight * (1 + 3 * digits))
    others_loss = binary(outputs[:, OTHERS], others, weight)
    written = (digits > 0.3).float() * weight
    any_written = torch.maximum(written, (others > 0.3).float() * weight)
    aim = torch.log(targets["heights"].clamp(min=4) / HEIGHT_UNIT)
    height = nn.functional.smooth_l1_loss(outputs[:, HEIGHT], aim, reduction="none", beta=0.1)
    bright = binary(outputs[:, BRIGHT], targets["bright"], reduction="none")
    turn = nn.functional.cross_entropy(
        outputs[:, BRIGHT + 1 :], targets["turned"], reduction="none"
    )
    count, any_count = written.sum() + 1, any_written.sum() + 1
    return (
        8 * digits_loss
        + 3 * others_loss
        + 0.5 * (height * written).sum() / count
        + 0.15 * (bright * any_written).sum() / any_count
        + 0.15 * (turn * any_written).sum() / any_count
    )
