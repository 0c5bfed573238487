from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytestmark = pytest.mark.train

from tenfold.training.strips.loss import loss_of, targets_of  # noqa: E402
from tenfold.training.strips.network import BOX_UNIT, CLASSES  # noqa: E402

BOXES = np.array([(10, 4, 20, 28), (24, 4, 30, 28)], np.float32)


def targets(frames: int = 20):
    return targets_of([np.array([3, 8])], [BOXES], frames)


def test_a_frame_may_show_the_characters_that_stand_there() -> None:
    allowed = targets().allowed[0].numpy()
    assert allowed[:, 0].all()
    assert np.flatnonzero(allowed[:, 3]).tolist() == list(range(5, 11))  # pixels 10 to 20
    assert np.flatnonzero(allowed[:, 8]).tolist() == list(range(11, 16))  # at least 8 pixels
    assert allowed[:, [1, 2, 4]].sum() == 0


def test_sides_are_distances_from_the_frame() -> None:
    sides, known = targets().sides[0].numpy() * BOX_UNIT, targets().has_side[0].numpy()
    assert known[7]
    assert not known[0]
    assert sides[7].tolist() == [10 - 15, 4 - 16, 20 - 15, 28 - 16]


def test_the_right_answer_at_the_right_place_costs_least() -> None:
    def loss(at: tuple[int, int]) -> float:
        logits = torch.zeros(1, 20, CLASSES)
        logits[:, :, 0] = 9.0
        for frame, which in zip(at, (3, 8), strict=True):
            logits[0, frame, 0], logits[0, frame, which] = 0.0, 9.0
        total, _ = loss_of(logits, targets().sides, targets())
        return float(total)

    assert loss((7, 13)) < 0.1
    assert loss((2, 13)) > loss((7, 13)) + 1  # the text is right, the place is not
    assert loss((13, 7)) > 3  # the text is wrong


def test_a_blank_strip_has_a_loss() -> None:
    blank = targets_of([np.zeros(0, np.int64)], [np.zeros((0, 4), np.float32)], 8)
    logits = torch.zeros(1, 8, CLASSES)
    total, _ = loss_of(logits, torch.zeros(1, 8, 4), blank)
    assert torch.isfinite(total)
