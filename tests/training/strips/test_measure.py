from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("cv2", reason="strips are composed with OpenCV")
pytestmark = pytest.mark.train

from tenfold.training.strips.compose import ComposedStrip  # noqa: E402
from tenfold.training.strips.measure import best_path, exact_share, temperature_of  # noqa: E402
from tenfold.training.strips.network import CLASSES  # noqa: E402

STRIPS = [
    ComposedStrip(np.full((32, 16), value, np.uint8), np.array([4]), np.zeros((1, 4), np.float32))
    for value in (200, 0, 200, 0)
]


class Sure(torch.nn.Module):
    """Says 3 for a bright strip and 5 for a dark one, always as sure."""

    def __init__(self, margin: float) -> None:
        super().__init__()
        self.margin = margin

    def forward(self, strips: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits = torch.zeros(len(strips), strips.shape[3] // 2, CLASSES)
        logits[:, :, 0] = 4 * self.margin
        for i, strip in enumerate(strips):
            logits[i, 3, 0] = 0
            logits[i, 3, 4 if strip.mean() > 0.5 else 6] = self.margin
        return logits, torch.zeros(len(strips), strips.shape[3] // 2, 4)


def test_repeats_are_read_once_and_blanks_not_at_all() -> None:
    logits = torch.zeros(1, 6, CLASSES)
    for frame, which in enumerate((2, 2, 0, 2, 11, 0)):
        logits[0, frame, which] = 1
    assert best_path(logits) == ["11."]


def test_the_share_that_is_read_exactly() -> None:
    assert exact_share(Sure(5.0), STRIPS) == 0.5


def test_who_is_too_sure_gets_a_high_temperature() -> None:
    assert temperature_of(Sure(14.0), STRIPS) > temperature_of(Sure(2.0), STRIPS)
