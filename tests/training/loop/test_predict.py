"""Prediction by networks in training."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import drawn_digits  # noqa: E402
from tenfold.training.loop import predict  # noqa: E402
from tenfold.training.loop.predict import predict_logits  # noqa: E402
from tenfold.training.loop.state import TrainingState  # noqa: E402
from tiny_training import TINY  # noqa: E402

IMAGES = torch.from_numpy(drawn_digits(50).images)


def test_batches_are_joined_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    state = TrainingState.initial(TINY.replace({"members": 2}), 0)
    whole = predict_logits(state, IMAGES)
    monkeypatch.setattr(predict, "PREDICTION_BATCH", 7)
    parts = predict_logits(state, IMAGES)
    assert whole.shape == (50, 10)
    np.testing.assert_allclose(parts.float().numpy(), whole.float().numpy(), atol=1e-3)


def test_nothing_is_random_and_nothing_is_learnt() -> None:
    state = TrainingState.initial(TINY, 0)
    before = [weight.clone() for weight in state.networks[0].state_dict().values()]
    assert torch.equal(predict_logits(state, IMAGES), predict_logits(state, IMAGES))
    after = state.networks[0].state_dict().values()
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
