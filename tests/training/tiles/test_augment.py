"""Augmentation stays within its limits."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.training.tiles.augment import random_strokes, random_warp  # noqa: E402


def test_no_augmentation_is_the_identity() -> None:
    images = torch.rand(4, 1, 28, 28)
    same = random_warp(images, 0, 0, 0, 0, torch.Generator())
    torch.testing.assert_close(same, images, atol=1e-4, rtol=0)


def test_augmentation_stays_within_its_limits() -> None:
    images = torch.zeros(500, 1, 28, 28)
    images[:, :, 13:15, 13:15] = 1
    moved = random_warp(images, 0, 0, 0.1, 0, torch.Generator().manual_seed(0))[:, 0]
    where = torch.arange(28.0)
    columns = (moved.sum(dim=1) * where).sum(dim=1) / moved.sum(dim=(1, 2)) - 13.5
    assert columns.abs().max() <= 0.1 * 28 + 0.05
    assert columns.abs().max() > 0.09 * 28
    assert abs(float(columns.mean())) < 0.2


def test_augmentation_turns_by_the_angle_in_degrees() -> None:
    images = torch.zeros(300, 1, 28, 28)
    images[:, :, 13:15, 4:24] = 1  # a horizontal bar
    turned = random_warp(images, 30, 0, 0, 0, torch.Generator().manual_seed(0))[:, 0]
    row, column = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")
    x, y = column - 13.5, row - 13.5
    cross, square = (turned * x * y).sum(dim=(1, 2)), (turned * (x * x - y * y)).sum(dim=(1, 2))
    angle = torch.rad2deg(0.5 * torch.atan2(2 * cross, square))
    assert 28 < angle.abs().max() <= 30.5


def test_elastic_distortion_moves_a_point_by_about_its_standard_deviation() -> None:
    images = torch.zeros(1000, 1, 28, 28)
    images[:, :, 13:15, 13:15] = 1  # the middle, where the field is drawn and not interpolated
    moved = random_warp(images, 0, 0, 0, 0.5, torch.Generator().manual_seed(0))[:, 0]
    where = torch.arange(28.0)
    columns = (moved.sum(dim=1) * where).sum(dim=1) / moved.sum(dim=(1, 2)) - 13.5
    assert 0.35 < float(columns.std()) < 0.55
    assert abs(float(columns.mean())) < 0.2


def test_strokes_are_thickened_and_thinned_by_up_to_a_pixel_on_each_side() -> None:
    images = torch.zeros(500, 1, 28, 28)
    images[:, :, 4:24, 12:16] = 1  # four pixels wide
    drawn = random_strokes(images, 1.0, torch.Generator().manual_seed(0))[:, 0]
    widths = drawn[:, 14].sum(dim=1)
    assert 2 <= widths.min() < 2.1
    assert 5.9 < widths.max() <= 6
    assert abs(float(widths.mean()) - 4) < 0.2
    assert drawn.aminmax() == (0, 1)
    half = random_strokes(images, 0.5, torch.Generator().manual_seed(0))[:, 0, 14].sum(dim=1)
    torch.testing.assert_close(half - 4, (widths - 4) / 2)
