"""Archives of every kind, and rows of the built-in sample, for the tests of this room."""

from __future__ import annotations

import numpy as np
import pytest

from archives import Maker, make_tar, make_tar_gz, make_zip
from digit_content import ROWS
from tenfold.digits import Digits
from tenfold.sources.sample import read_sample


@pytest.fixture(params=[make_zip, make_tar, make_tar_gz], ids=["zip", "tar", "tar.gz"])
def make(request: pytest.FixtureRequest) -> Maker:
    return request.param


@pytest.fixture(scope="module")
def sample() -> Digits:
    pytest.importorskip("sklearn", reason="the built-in sample needs the 'train' extra")
    return read_sample()[0].take(np.arange(ROWS))
