"""From a picture to its ink."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.framing import picture_of_image
from tenfold.framing.ink import Ink, ink_of


def found(picture: Image.Image) -> Ink:
    return ink_of(picture_of_image(picture))


def test_paper_alone_has_no_ink() -> None:
    noise = np.random.default_rng(1).normal(220, 4, (200, 300))
    assert not found(Image.fromarray(noise.astype(np.uint8))).mask.any()
