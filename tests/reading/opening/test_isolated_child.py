"""The work of the processes that search pictures, called in this one."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from picture_files import encoded

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.errors import DataError
from tenfold.framing.kinds import KINDS
from tenfold.reading.opening.detections_message import detections_of
from tenfold.reading.opening.isolated_child import work


def content() -> bytes:
    picture = np.full((90, 70), 230, np.uint8)
    picture[20:70, 30:38] = 20
    return encoded(Image.fromarray(picture))


def test_a_picture_is_searched_and_comes_back_as_a_message() -> None:
    request = {"file": "a.png", "kinds": list(KINDS), "framed": "auto"}
    found = detections_of(*work(request, content()))
    assert (found.file, found.width, found.height) == ("a.png", 70, 90)
    assert len(found.tiles) >= 1


def test_pages_are_counted_without_a_search() -> None:
    assert work({"file": "a.png", "count": True}, content()) == ({"pages": 1}, b"")


def test_only_the_wanted_kinds_are_opened() -> None:
    with pytest.raises(DataError, match="PNG"):
        work({"file": "a.png", "kinds": ["JPEG"]}, content())
