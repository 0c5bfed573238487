"""The reader of this room's tests."""

from __future__ import annotations

import pytest

import tenfold
from conftest import NEEDS_PHOTO
from tenfold.reading.reader import Reader


@pytest.fixture(scope="session")
def reader() -> Reader:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    return tenfold.load()
