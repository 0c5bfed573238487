"""bench/accuracy/corruptions.py: what is done to one picture depends on no other."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the train extra is not installed")

from bench.accuracy.corruptions import CORRUPTIONS, Corruption


@pytest.mark.parametrize("corrupt", CORRUPTIONS, ids=lambda corrupt: corrupt.__name__)
def test_a_picture_is_corrupted_by_itself(corrupt: Corruption) -> None:
    first, second, other = np.random.default_rng(1).random((3, 28, 28))
    one, two = (
        corrupt(np.stack([first, beside]), np.random.default_rng(0))[0]
        for beside in (second, other)
    )
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, first)
