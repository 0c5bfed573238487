"""Components are OpenCV's own, sought in a part of the picture."""

from __future__ import annotations

import numpy as np
import pytest

cv2 = pytest.importorskip("cv2", reason="the photo extra is not installed")
from tenfold.framing.ink.components import components_of  # noqa: E402


def speckled(rows: slice, columns: slice, seed: int = 0) -> np.ndarray:
    mask = np.zeros((90, 120), np.uint8)
    inside = mask[rows, columns]
    inside[:] = np.random.default_rng(seed).random(inside.shape) < 0.3
    return mask


@pytest.mark.parametrize("rows", [slice(0, 90), slice(31, 70), slice(40, 77)])
@pytest.mark.parametrize("columns", [slice(0, 120), slice(17, 60), slice(52, 119)])
def test_they_have_the_same_labels_as_in_the_whole_picture(rows: slice, columns: slice) -> None:
    mask = speckled(rows, columns)
    found = components_of(mask)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    assert (found.labels == labels).all()
    assert (found.stats[1:] == stats[1:]).all()


def test_nothing_has_none() -> None:
    found = components_of(np.zeros((5, 7), np.uint8))
    assert found.labels.shape == (5, 7)
    assert len(found.stats) == 1
    assert not found.where(np.array([True])).any()


def test_which_touch_the_edge_and_where_they_are() -> None:
    mask = np.zeros((9, 9), np.uint8)
    mask[4, 3:6] = mask[8, 8] = 1
    found = components_of(mask)
    assert found.extents[1:].tolist() == [3, 1]
    assert found.at_edge[1:].tolist() == [False, True]
    assert (found.where(found.at_edge) == (np.arange(81).reshape(9, 9) == 80)).all()
