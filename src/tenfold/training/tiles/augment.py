"""Random rotation, zoom, shift, elastic distortion and stroke width, of a whole batch at once."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from tenfold.recipes import Recipe

FIELD_POINTS = 5  # where pixels move to is drawn at 5 x 5 points, seven pixels apart


def augment(images: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """Float [n, 1, height, width] in 0..1, each image distorted as the recipe says."""
    images = random_warp(
        images, recipe.rotation, recipe.zoom, recipe.shift, recipe.elastic, generator
    )
    return random_strokes(images, recipe.thickness, generator) if recipe.thickness else images


def random_strokes(images: Tensor, thickness: float, generator: torch.Generator) -> Tensor:
    """Float [n, 1, height, width] in 0..1, the strokes of each image thickened or thinned: a blend
    with its dilation or its erosion by 3x3, which makes up to `thickness` of it, uniform."""
    much = torch.rand(len(images), 1, 1, 1, generator=generator, device=generator.device) * 2 - 1
    much = much.to(images) * thickness
    # eroding is dilating the paper
    growing = torch.where(much < 0, 1 - images, images)
    grown = torch.lerp(growing, thickened(growing), much.abs())
    return torch.where(much < 0, 1 - grown, grown)


def thickened(images: Tensor) -> Tensor:
    """Each pixel the largest of the 3 x 3 around it; max_pool2d takes three times as long."""
    wide = functional.pad(images, (1, 1, 1, 1), mode="replicate")
    rows = torch.maximum(torch.maximum(wide[:, :, :-2], wide[:, :, 1:-1]), wide[:, :, 2:])
    return torch.maximum(torch.maximum(rows[..., :-2], rows[..., 1:-1]), rows[..., 2:])


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
    n, _, height, width = images.shape
    uniform = torch.rand(n, 5, generator=generator, device=generator.device) * 2 - 1
    angle = uniform[:, 0] * math.radians(rotation)
    scale = 1 + uniform[:, 1:3] * zoom  # [n, 2]: across, down
    moved = uniform[:, 3:5] * shift * 2  # a grid's coordinates run from -1 to 1
    cosine, sine = torch.cos(angle), torch.sin(angle)
    # at those of its points that lie on the middles of the outermost pixels
    x, y = scale[:, 0] * (1 - 1 / width), scale[:, 1] * (1 - 1 / height)
    across = torch.stack([cosine * x, -sine * y, moved[:, 0]], dim=1)
    down = torch.stack([sine * x, cosine * y, moved[:, 1]], dim=1)
    matrices = torch.stack([across, down], dim=1).to(images)  # [n, 2, 3]
    # what is linear everywhere is told whole by a few points
    size = [n, 1, FIELD_POINTS, FIELD_POINTS]
    points = functional.affine_grid(matrices, size, align_corners=True).permute(0, 3, 1, 2)
    if elastic:
        moves = torch.randn(points.shape, generator=generator, device=generator.device).to(images)
        moves[:, 0] *= 2 * elastic / width
        moves[:, 1] *= 2 * elastic / height
        points = points + moves
    grid = _between_points(height, points) @ points @ _between_points(width, points).mT
    return functional.grid_sample(images, grid.permute(0, 2, 3, 1), align_corners=False)


def _between_points(pixels: int, like: Tensor) -> Tensor:
    """What each of the FIELD_POINTS, the first and the last on the outermost pixels, weighs at
    each pixel in linear interpolation: float [pixels, FIELD_POINTS]."""
    points = torch.arange(FIELD_POINTS, device=like.device)
    places = torch.arange(pixels, device=like.device) * ((FIELD_POINTS - 1) / (pixels - 1))
    return (1 - (places[:, None] - points).abs()).clamp(min=0).to(like)
