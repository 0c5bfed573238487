"""Random rotation, zoom, shift and elastic distortion of a whole batch in one call."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

ELASTIC_POINTS = 5  # the elastic field is drawn at 5 x 5 points, seven pixels apart


def random_warp(
    images: Tensor,
    rotation: float,
    zoom: float,
    shift: float,
    elastic: float,
    generator: torch.Generator,
) -> Tensor:
    """Each image turned by up to `rotation` degrees, scaled per axis by up to 1 ± `zoom` and moved
    by up to `shift` of its width, all uniform, and distorted by a smooth field of moves with a
    standard deviation of `elastic` pixels; what comes in from outside is 0.

    images: float [n, 1, height, width]; so is the result. One interpolation for all of it. Elastic
    distortion follows Simard, Steinkraus and Platt (2003), with a field drawn at few points and
    interpolated instead of noise at every pixel and a wide blur.
    """
    n = len(images)
    uniform = torch.rand(n, 5, generator=generator, device=generator.device) * 2 - 1
    angle = uniform[:, 0] * math.radians(rotation)
    scale = 1 + uniform[:, 1:3] * zoom  # [n, 2]: across, down
    moved = uniform[:, 3:5] * shift * 2  # affine_grid's coordinates run from -1 to 1
    cosine, sine = torch.cos(angle), torch.sin(angle)
    across = torch.stack([cosine * scale[:, 0], -sine * scale[:, 1], moved[:, 0]], dim=1)
    down = torch.stack([sine * scale[:, 0], cosine * scale[:, 1], moved[:, 1]], dim=1)
    matrices = torch.stack([across, down], dim=1).to(images)  # [n, 2, 3]
    grid = functional.affine_grid(matrices, list(images.shape), align_corners=False)
    if elastic:
        grid = grid + _elastic_field(images, elastic, generator)
    return functional.grid_sample(images, grid, align_corners=False)


def _elastic_field(images: Tensor, elastic: float, generator: torch.Generator) -> Tensor:
    """float [n, height, width, 2], in affine_grid's coordinates."""
    n, _, height, width = images.shape
    points = torch.randn(
        n, 2, ELASTIC_POINTS, ELASTIC_POINTS, generator=generator, device=generator.device
    ).to(images)
    field = _between_points(height, points) @ points @ _between_points(width, points).mT
    across, down = field.unbind(dim=1)
    return torch.stack([across * (2 * elastic / width), down * (2 * elastic / height)], dim=-1)


def _between_points(pixels: int, like: Tensor) -> Tensor:
    """What each of the ELASTIC_POINTS, the first and the last on the outermost pixels, weighs at
    each pixel in linear interpolation: float [pixels, ELASTIC_POINTS]."""
    points = torch.arange(ELASTIC_POINTS, device=like.device)
    places = torch.arange(pixels, device=like.device) * ((ELASTIC_POINTS - 1) / (pixels - 1))
    return (1 - (places[:, None] - points).abs()).clamp(min=0).to(like)
