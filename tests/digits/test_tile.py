"""The numbers of the image contract."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.digits.tile import CLASSES, INK_BOX, PIXELS, SIDE
from tenfold.sources.sample import read_sample


def test_the_numbers_are_those_of_mnist() -> None:
    assert (CLASSES, SIDE, INK_BOX, PIXELS) == (10, 28, 20, 784)


def test_framed_ink_fits_the_box() -> None:
    pytest.importorskip("sklearn", reason="has the built-in sample")
    for image in read_sample()[1].images[:100]:
        rows, columns = (np.flatnonzero((image > 0).any(axis)) for axis in (1, 0))
        assert rows[-1] - rows[0] < INK_BOX
        assert columns[-1] - columns[0] < INK_BOX
