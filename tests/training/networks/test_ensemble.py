"""Several networks answer by their mean probability."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.digits import Digits  # noqa: E402
from tenfold.training.loop.predict import predict_logits  # noqa: E402
from tiny_training import TINY, trained  # noqa: E402


def test_an_ensemble_judges_by_the_mean_probability(digits: Digits) -> None:
    many = trained(digits, TINY.replace({"members": 2, "epochs": 8}))
    images = torch.from_numpy(digits.images[:50])
    together = predict_logits(many, images).exp()
    inputs = images.unsqueeze(1).float() / 255
    with torch.no_grad():
        each = [network.eval()(inputs).softmax(dim=1) for network in many.networks]
    torch.testing.assert_close(together, (each[0] + each[1]) / 2, atol=0.02, rtol=0)  # bf16
    assert not torch.allclose(each[0], each[1], atol=0.05)
