"""The loss of rows and of tiles without a digit."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.training.loop.loss import row_losses  # noqa: E402
from tenfold.training.tiles.non_digits import NO_DIGIT  # noqa: E402


def test_non_digits_are_charged_for_certainty_and_for_passing_as_digits() -> None:
    sure, unsure = torch.zeros(3, 11), torch.zeros(3, 11)
    sure[:, 4] = 10
    labels = torch.tensor([NO_DIGIT, 4, 4])
    for outputs in (sure, unsure):
        outputs[:, 10] = torch.tensor([-5.0, 5.0, 5.0])  # one non-digit, then two digits
    charged, spared = row_losses(sure, labels, 0.0), row_losses(unsure, labels, 0.0)
    assert charged[0] > spared[0]
    assert (charged[1:] < spared[1:]).all()
    taken_for_digit = unsure.clone()
    taken_for_digit[0, 10] = 5
    assert row_losses(taken_for_digit, labels, 0.0)[0] > spared[0] + 4
