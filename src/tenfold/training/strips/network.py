"""The network that reads a strip: convolutions that give up the height, then some along the row.

A fully convolutional reader with connectionist temporal classification (A. Graves et al. 2006,
"Connectionist temporal classification"). Two frames for each column of the last convolution keep
digits apart that stand close together.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tenfold.training.strips.texts import CHARACTERS

CLASSES = 1 + len(CHARACTERS)  # the first is CTC's blank
SIDES = 4  # left, top, right, bottom
COLUMN = 4  # pixels of a strip for each column of the last convolution
FRAMES = 2  # frames for each column
FRAME = COLUMN // FRAMES  # pixels
BOX_UNIT = 8.0  # pixels: sides are learned in this unit, as distances from the frame


class Convolution(nn.Sequential):
    """A convolution, batch norm without scale, ReLU; the shape stays, divided by the stride."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: tuple[int, int] = (3, 3),
        stride: tuple[int, int] = (1, 1),
        pad: tuple[int, int] | None = None,
    ) -> None:
        pad = (kernel[0] // 2, kernel[1] // 2) if pad is None else pad
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, pad, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        )


class Residual(nn.Module):
    """x + convolution(x)."""

    def __init__(self, channels: int, kernel: tuple[int, int]) -> None:
        super().__init__()
        self.inner = Convolution(channels, channels, kernel)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.inner(x)


class StripNetwork(nn.Module):
    """Strips float [n, 1, 32, w] to logits [n, w/2, 18] and sides [n, w/2, 4]. What lies beyond the
    picture, level 0, is a channel of its own: a 1 that is cut off there is no side of a box."""

    def __init__(self, widths: tuple[int, ...] = (32, 64, 96, 128)) -> None:
        super().__init__()
        a, b, c, d = widths
        self.body = nn.Sequential(
            Convolution(2, a, (4, 4), (2, 2), (1, 1)),  # [16, w/2]
            Residual(a, (3, 3)),
            Residual(a, (3, 3)),
            Convolution(a, b, (4, 4), (2, 2), (1, 1)),  # [8, w/4]
            Residual(b, (3, 3)),
            Residual(b, (3, 3)),
            Residual(b, (3, 3)),
            Convolution(b, c, (4, 3), (2, 1), (1, 1)),  # [4, w/4]
            Residual(c, (3, 3)),
            Residual(c, (3, 3)),
            Convolution(c, d, (4, 3), (1, 1), (0, 1)),  # [1, w/4]
            Residual(d, (1, 5)),
            Residual(d, (1, 5)),
            Residual(d, (1, 5)),
        )
        self.head = nn.Conv2d(d, FRAMES * (CLASSES + SIDES), 1)

    def forward(self, strips: Tensor) -> tuple[Tensor, Tensor]:
        # [n, frames * (classes + sides), 1, w/4]
        columns = self.head(self.body(channels_of(strips)))
        n, _, _, width = columns.shape
        frames = columns.view(n, FRAMES, CLASSES + SIDES, width).permute(0, 3, 1, 2)
        frames = frames.reshape(n, FRAMES * width, CLASSES + SIDES)
        return frames[..., :CLASSES], frames[..., CLASSES:]


def channels_of(strips: Tensor) -> Tensor:
    """Strips float [n, 1, 32, w] as [n, 2, 32, w]: their levels, and 1 beyond the picture."""
    return torch.cat([strips, torch.relu(1 - 255 * strips)], dim=1)


def to_inputs(strips: Tensor) -> Tensor:
    """uint8 [n, 32, w] as the network's input, float [n, 1, 32, w]."""
    return strips.unsqueeze(1).to(torch.float32) / 255
