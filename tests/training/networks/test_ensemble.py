"""Several networks answer by their mean probability."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import MODEL_FACTS as FACTS  # noqa: E402
from conftest import drawn_digits  # noqa: E402
from tenfold.classifier import Classifier  # noqa: E402
from tenfold.digits import Digits  # noqa: E402
from tenfold.model_folder import write_model  # noqa: E402
from tenfold.model_folder.facts import ModelFacts  # noqa: E402
from tenfold.recipes import RECIPES  # noqa: E402
from tenfold.training.loop.predict import predict_logits  # noqa: E402
from tenfold.training.networks.architectures import build_network  # noqa: E402
from tenfold.training.networks.to_onnx import Deployed, onnx_graph  # noqa: E402
from tiny_training import TINY, trained  # noqa: E402


def test_an_ensemble_answers_by_the_mean_probability(digits: Digits) -> None:
    many = trained(digits, TINY.replace({"members": 2, "epochs": 8}))
    images = torch.from_numpy(digits.images[:50])
    together = predict_logits(many, images).exp()
    inputs = images.unsqueeze(1).float() / 255
    with torch.no_grad():
        each = [network.eval()(inputs).softmax(dim=1) for network in many.networks]
    torch.testing.assert_close(together, (each[0] + each[1]) / 2, atol=0.02, rtol=0)  # bf16
    assert not torch.allclose(each[0], each[1], atol=0.05)


def test_is_digit_is_the_mean_of_the_members(tmp_path: Path) -> None:
    torch.manual_seed(0)
    members = [build_network(RECIPES["pictures"]) for _ in range(2)]
    images = drawn_digits(40).images
    for member in members:
        member(torch.from_numpy(images).unsqueeze(1).float())  # gives batch norm its statistics
    both, one, other = (
        Classifier(
            write_model(
                tmp_path / name, onnx_graph(Deployed(networks, 1.0)), ModelFacts.from_json(FACTS)
            )
        ).outputs(images)
        for name, networks in (("both", members), ("one", members[:1]), ("other", members[1:]))
    )
    mean = (one.is_digit + other.is_digit) / 2
    np.testing.assert_allclose(both.is_digit, mean, atol=1e-4)
    mean = (one.probabilities + other.probabilities) / 2
    np.testing.assert_allclose(both.probabilities, mean, atol=1e-4)
