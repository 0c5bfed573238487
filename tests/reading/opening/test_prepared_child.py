"""The work of prepared processes."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.reading.opening import isolated_child, prepared_child
from tenfold.reading.opening.opening import SHIPPED_STRINGS
from tenfold.reading.strings.string_reader import string_reader


def test_it_is_the_same_work_with_the_string_reader_open() -> None:
    assert prepared_child.work is isolated_child.work
    before = string_reader.cache_info().misses
    string_reader(SHIPPED_STRINGS)
    assert string_reader.cache_info().misses == before
