"""Convolutions whose gradients are found faster: 3x3 on small maps, and of whole blocks.

oneDNN sums a weight gradient along image rows, and rows of 7 pixels fill a quarter of an AMX tile.
Laying images side by side, a column of zeros between them, gives it long rows: the same sum, 1.7
times as fast at 7x7, 4 times at 3x3. `nn.Conv2d` is the plain version and the test oracle.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

ROW = 64  # pixels, about, of images side by side
WIDTH_MAX = 9  # wider rows fill the tiles by themselves


class Convolution(nn.Conv2d):
    """Like nn.Conv2d without bias; faster where it trains in bf16 on small maps."""

    def forward(self, input: Tensor) -> Tensor:
        on_cpu = input.device.type == "cpu" and torch.is_autocast_enabled("cpu")
        if not (self.training and on_cpu):
            return super().forward(input)
        dtype = torch.get_autocast_dtype(input.device.type)
        images, weight = input.to(dtype), self.weight.to(dtype)
        if self.kernel_size == self.stride:
            return of_blocks(images, weight)
        if self.kernel_size == (3, 3) and input.shape[-1] <= WIDTH_MAX:
            result: Tensor = _SideBySide.apply(images, weight)  # type: ignore[no-untyped-call]
            return result
        return super().forward(input)


def of_blocks(images: Tensor, weight: Tensor) -> Tensor:
    """A convolution whose stride is its kernel's size: one product of matrices, whose gradients
    take half of the library's time."""
    n, channels, height, width = images.shape
    out, _, down, across = weight.shape
    rows, columns = height // down, width // across
    whole = images[:, :, : rows * down, : columns * across].permute(0, 2, 3, 1)
    blocks = whole.reshape(n, rows, down, columns, across, channels)
    blocks = blocks.transpose(2, 3).reshape(n, rows, columns, down * across * channels)
    filters = weight.permute(0, 2, 3, 1).reshape(out, -1)
    return functional.linear(blocks, filters).permute(0, 3, 1, 2)


class _SideBySide(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, images: Tensor, weight: Tensor) -> Tensor:
        context.save_for_backward(images, weight)
        return functional.conv2d(images, weight, padding=1)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:
        (gradient,) = gradients
        images, weight = context.saved_tensors
        of_images, _, _ = _gradients(gradient, images, weight, [True, False, False])
        many = math.gcd(len(images), ROW // (images.shape[-1] + 1))
        _, of_weight, _ = _gradients(
            side_by_side(gradient, many), side_by_side(images, many), weight, [False, True, False]
        )
        return of_images, of_weight


def _gradients(
    gradient: Tensor, images: Tensor, weight: Tensor, wanted: list[bool]
) -> tuple[Tensor, Tensor, Tensor]:
    """(of the images, of the weight, of the bias), as far as `wanted`; stride 1, padding 1."""
    result: tuple[Tensor, Tensor, Tensor] = torch.ops.aten.convolution_backward(
        gradient, images, weight, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, wanted
    )
    return result


def side_by_side(images: Tensor, many: int) -> Tensor:
    """[n, c, h, w] to [n / many, c, h, many * (w + 1)]: `many` images in a row, each followed by a
    column of zeros, which is the padding between neighbours. In channels_last order."""
    n, channels, height, width = images.shape
    wide = images.new_zeros(n // many, height, many, width + 1, channels)
    rows = images.permute(0, 2, 3, 1).reshape(n // many, many, height, width, channels)
    wide[:, :, :, :width].copy_(rows.transpose(1, 2))
    return wide.view(n // many, height, many * (width + 1), channels).permute(0, 3, 1, 2)
