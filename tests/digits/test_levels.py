"""Grey levels of numbers on either scale."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.digits.levels import LevelScale, MixedScales, range_problem, to_levels

ROW = np.arange(784) % 256


@pytest.mark.parametrize("kind", ["uint8", "int64", "float32", "float64"])
def test_0_to_255_stays(kind: str) -> None:
    images, notes = to_levels(ROW[None].astype(kind))
    np.testing.assert_array_equal(images.ravel(), ROW)
    assert notes == ()


@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
def test_0_to_1_is_scaled_and_said(kind: str) -> None:
    images, notes = to_levels((ROW[None] / 255).astype(kind))
    np.testing.assert_array_equal(images.ravel(), ROW)
    assert notes == ("pixels 0..1, scaled to 0..255",)


def test_zeros_and_ones_are_black_and_white() -> None:
    images, notes = to_levels(np.tile([0, 1], 392)[None])
    assert np.unique(images).tolist() == [0, 255]
    assert notes == ("pixels 0 and 1, scaled to 0..255",)


def test_a_blank_image_needs_no_scale() -> None:
    assert to_levels(np.zeros((1, 784)))[1] == ()


def test_a_block_of_zeros_and_ones_waits_for_the_others() -> None:
    binary, grey = np.array([[0.0, 1.0]]), np.array([[0.5, 1.0]])
    scale = LevelScale()
    blocks = [scale.add(binary), scale.add(grey)]
    scale.finish(blocks)
    assert np.concatenate(blocks).tolist() == [[0, 255], [128, 255]]
    scale = LevelScale()
    blocks = [scale.add(binary), scale.add(np.array([[7.0, 255.0]]))]
    scale.finish(blocks)
    assert np.concatenate(blocks).tolist() == [[0, 1], [7, 255]]


def test_fractions_before_larger_numbers_are_two_scales() -> None:
    scale = LevelScale()
    scale.add(np.array([[0.5]]))
    with pytest.raises(MixedScales):
        scale.add(np.array([[200.0]]))


def test_levels_between_whole_numbers_are_rounded_and_counted() -> None:
    values = np.full((1, 784), 127.6)
    images, notes = to_levels(values)
    assert images.max() == 128
    assert notes == ("784 pixels rounded to whole numbers",)


@pytest.mark.parametrize(
    ("values", "said", "remedy"),
    [
        ([-0.42, 2.82], "holds -0.42 to 2.82", "X * 0.3081 + 0.1307"),
        ([-1.0, 1.0], "holds -1 to 1", "(X + 1) / 2"),
        ([0, 65535], "holds 0 to 6.554e+04", "X / X.max()"),
        ([0, float("nan")], "not finite", "nan_to_num"),
        ([0, float("inf")], "not finite", "nan_to_num"),
    ],
)
def test_other_ranges_say_how_to_convert(values: list[float], said: str, remedy: str) -> None:
    problem = range_problem(np.array(values))
    assert problem is not None
    assert said in problem[0]
    assert remedy in problem[1]


def test_the_remedies_are_true() -> None:
    levels = ROW[None] / 255
    for spoiled, undo in (
        ((levels - 0.1307) / 0.3081, lambda X: (X * 0.3081 + 0.1307).clip(0, 1)),
        (levels * 2 - 1, lambda X: (X + 1) / 2),
        (levels * 65535, lambda X: X / X.max()),
    ):
        assert range_problem(spoiled) is not None
        assert range_problem(undo(spoiled)) is None
        np.testing.assert_array_equal(to_levels(undo(spoiled))[0].ravel(), ROW)
