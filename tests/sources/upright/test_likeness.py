from __future__ import annotations

import numpy as np

from conftest import drawn_digits
from tenfold.sources.upright.likeness import (
    TRANSPOSED,
    UPRIGHT,
    WEIGHTS,
    orientation_log_probabilities,
    orientations,
)


def test_the_orientations_are_eight_and_two_have_names() -> None:
    image = np.arange(784, dtype=np.float64).reshape(1, 28, 28).astype(np.uint8)
    image[0, 3, 17] = 250  # an odd spot
    turns = [each[0] for each in orientations(image)]
    assert len({turn.tobytes() for turn in turns}) == 8
    np.testing.assert_array_equal(turns[UPRIGHT], image[0])
    np.testing.assert_array_equal(turns[TRANSPOSED], image[0].T)


def test_probabilities_sum_to_one_and_turn_with_the_image() -> None:
    images = drawn_digits(20).images
    found = orientation_log_probabilities(images)
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, rtol=1e-5)
    for orientation, turned in enumerate(orientations(images)):
        upright = orientation_log_probabilities(turned)[:, UPRIGHT]
        np.testing.assert_allclose(upright, found[:, orientation], atol=1e-4)


def test_blank_images_say_nothing() -> None:
    found = orientation_log_probabilities(np.zeros((3, 28, 28), np.uint8))
    np.testing.assert_allclose(found, np.log(1 / 8), atol=1e-5)


def test_the_network_is_small() -> None:
    assert WEIGHTS.stat().st_size < 25_000
