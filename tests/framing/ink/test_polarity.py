"""Dark or bright ink."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("cv2", reason="the photo extra is not installed")

from ink_pages import found, overlap, page


def test_polarity_is_found() -> None:
    picture = page()
    inverted = Image.fromarray(255 - np.asarray(picture))
    assert "inverted" in found(picture).notes
    assert "inverted" not in found(inverted).notes
    assert overlap(found(inverted)) > 0.9


def test_the_gap_between_thick_strokes_in_uneven_light_is_no_bright_ink() -> None:
    levels = np.full((260, 260), 200, np.float32)
    levels[70:190, 80:180] = 40
    levels[70:150, 120:140] = 200
    levels *= np.linspace(0.8, 1.1, 260)
    levels[:, 220:] *= 0.6
    levels += np.random.default_rng(0).normal(0, 2, levels.shape)
    ink = found(Image.fromarray(levels.clip(0, 255).astype(np.uint8)))
    assert "inverted" in ink.notes
    assert ink.mask[130, 100]
    assert not ink.mask[130, 130]
