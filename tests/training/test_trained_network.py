"""A trained network as a module for other people's PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import drawn_digits  # noqa: E402
from tenfold.classifier import Classifier, find_model  # noqa: E402
from tenfold.training.trained_network import TrainedNetwork, trained_network  # noqa: E402

IMAGES = drawn_digits(20).images
TILES = torch.from_numpy(IMAGES)


@pytest.fixture(scope="module")
def network() -> TrainedNetwork:
    return trained_network(find_model("pictures"))


def test_it_says_what_the_model_folder_says(network: TrainedNetwork) -> None:
    said = Classifier(find_model("pictures")).outputs(IMAGES)
    with torch.no_grad():
        np.testing.assert_allclose(network(TILES).numpy(), said.probabilities, atol=1e-3)
        np.testing.assert_allclose(network.is_digit(TILES).numpy(), said.is_digit, atol=1e-3)


@pytest.mark.parametrize("shape", [(-1, 28, 28), (-1, 1, 28, 28)])
def test_images_are_bytes_or_shares(network: TrainedNetwork, shape: tuple[int, ...]) -> None:
    shares = (TILES.float() / 255).reshape(shape)
    with torch.no_grad():
        torch.testing.assert_close(network(shares), network(TILES), atol=1e-5, rtol=0)


def test_logits_are_those_of_the_probabilities_and_can_be_trained(network: TrainedNetwork) -> None:
    logits = network.logits(TILES)
    torch.testing.assert_close(torch.softmax(logits, 1), network(TILES))
    logits.sum().backward()
    assert all(weight.grad is not None for weight in network.members[0].parameters())
    assert "temperature" in network.state_dict()
