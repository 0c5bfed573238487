"""The input of a training step: a batch of rows, augmented, with drawn tiles among them."""

from __future__ import annotations

import torch
from torch import Tensor

from tenfold.recipes import Recipe
from tenfold.training.networks.architectures import to_inputs
from tenfold.training.tiles.augment import augment
from tenfold.training.tiles.european import european_digits
from tenfold.training.tiles.non_digits import NO_DIGIT, non_digits
from tenfold.training.tiles.picture_like import picture_like


def training_batch(
    recipe: Recipe, images: Tensor, labels: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Inputs float [n, 1, 28, 28] and labels int64 [n] for `images` uint8 [n, 28, 28].

    The first `recipe.non_digits` of the rows are replaced by tiles that show no digit (label
    NO_DIGIT), the next `recipe.european` by drawn digits.
    """
    inputs, labels = to_inputs(images), labels.clone()
    if recipe.augment:
        inputs = augment(inputs, recipe, generator)
    others = round(recipe.non_digits * len(inputs))
    drawn = others + round(recipe.european * len(inputs))
    if others:
        inputs[:others], labels[:others] = non_digits(inputs[:others], generator), NO_DIGIT
    if drawn > others:
        inputs[others:drawn], labels[others:drawn] = european_digits(
            inputs[others:drawn], generator
        )
    if recipe.pictures:
        inputs = picture_like(inputs, generator, recipe.pictures)
    return inputs, labels
