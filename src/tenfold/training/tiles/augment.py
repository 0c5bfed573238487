"""Random rotation, zoom, shift, elastic distortion and stroke width, of a whole batch at once."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from tenfold.recipes import Recipe

FIELD_POINTS = 5  # the displacement field is drawn at 5 x 5 points, seven pixels apart


def augment(images: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """Distort each image as the recipe says; float [n, 1, height, width] in 0..1, as `images`."""
    images = random_warp(
        images, recipe.rotation, recipe.zoom, recipe.shift, recipe.elastic, generator
    )
    return random_strokes(images, recipe.thickness, generator) if recipe.thickness else images


def random_strokes(images: Tensor, thickness: float, generator: torch.Generator) -> Tensor:
    """Thicken or thin the strokes of each image; float [n, 1, height, width] in 0..1, as `images`.

    An image is blended with its dilation or erosion by 3x3, whose share is uniform in
    0..`thickness`.
    """
    amount = torch.rand(len(images), 1, 1, 1, generator=generator, device=generator.device) * 2 - 1
    amount = amount.to(images) * thickness
    # erosion is dilation of the paper
    growing = torch.where(amount < 0, 1 - images, images)
    grown = torch.lerp(growing, thickened(growing), amount.abs())
    return torch.where(amount < 0, 1 - grown, grown)


def thickened(images: Tensor) -> Tensor:
    """Dilate by 3 x 3: each pixel becomes the largest around it.

    torch's max_pool2d takes three times as long.
    """
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
    """Rotate, scale, shift and distort each image, float [n, 1, height, width].

    The rotation is up to `rotation` degrees, the scale per axis up to 1 ± `zoom`, the shift up to
    `shift` of the width, all uniform. The elastic distortion is a smooth displacement field with a
    standard deviation of `elastic` pixels. One interpolation does all of it; pixels from outside
    the image are 0.

    Elastic distortion follows Simard, Steinkraus and Platt (2003), with a field drawn at few points
    and interpolated instead of noise at every pixel and a wide blur.
    """
    n, _, height, width = images.shape
    uniform = torch.rand(n, 5, generator=generator, device=generator.device) * 2 - 1
    angle = uniform[:, 0] * math.radians(rotation)
    scale = 1 + uniform[:, 1:3] * zoom  # [n, 2]: across, down
    moved = uniform[:, 3:5] * shift * 2  # a grid's coordinates run from -1 to 1
    cosine, sine = torch.cos(angle), torch.sin(angle)
    # the first and the last point of the field lie on the middles of the outermost pixels
    x, y = scale[:, 0] * (1 - 1 / width), scale[:, 1] * (1 - 1 / height)
    across = torch.stack([cosine * x, -sine * y, moved[:, 0]], dim=1)
    down = torch.stack([sine * x, cosine * y, moved[:, 1]], dim=1)
    matrices = torch.stack([across, down], dim=1).to(images)  # [n, 2, 3]
    # a linear map is exact between a few points
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
    """Weights of linear interpolation between the FIELD_POINTS, float [pixels, FIELD_POINTS].

    The first and the last point lie on the outermost pixels.
    """
    points = torch.arange(FIELD_POINTS, device=like.device)
    places = torch.arange(pixels, device=like.device) * ((FIELD_POINTS - 1) / (pixels - 1))
    return (1 - (places[:, None] - points).abs()).clamp(min=0).to(like)
