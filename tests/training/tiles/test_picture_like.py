"""Tiles distorted as pictures distort them."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.training.tiles.picture_like import DISTORTIONS, picture_like, stroke_width  # noqa: E402
from tiny_training import seeded, tiles  # noqa: E402


@pytest.mark.parametrize("distort", DISTORTIONS, ids=lambda distort: distort.__name__)
def test_each_distortion_changes_tiles_and_keeps_their_shape(distort: object) -> None:
    before = tiles()
    after = distort(before, seeded())  # type: ignore[operator]
    assert after.shape == before.shape
    assert torch.isfinite(after).all()
    changed = (after - before).abs().amax(dim=(1, 2, 3)) > 0.01
    assert changed.float().mean() > 0.8


def test_what_is_distorted_stays_a_picture_and_follows_from_the_seed() -> None:
    before = tiles()
    once, again = picture_like(before, seeded()), picture_like(before, seeded())
    assert torch.equal(once, again)
    assert not torch.equal(once, picture_like(before, seeded(1)))
    assert once.min() >= 0
    assert once.max() <= 1
    assert torch.equal(before, tiles())  # not changed in place


def test_strokes_become_thinner_and_thicker() -> None:
    bar = torch.zeros(200, 1, 28, 28)
    bar[:, :, 4:24, 12:16] = 1
    width = stroke_width(bar, seeded())[:, 0, 14].sum(dim=1)
    assert 2.9 < float(width.min()) < 3.2
    assert 5.7 < float(width.max()) < 6.1


def test_undistorted_images_stay_as_they_are() -> None:
    before = tiles(1000)
    after = picture_like(before, seeded(), 0.3)
    same = (before == after).all(dim=3).all(dim=2).all(dim=1).float().mean()
    assert 0.65 < float(same) < 0.85
