"""Networks that are read back from the graph of a model folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import MODEL_FACTS  # noqa: E402
from tenfold.classifier import Classifier, find_model  # noqa: E402
from tenfold.errors import ModelError  # noqa: E402
from tenfold.model_folder import write_model  # noqa: E402
from tenfold.model_folder.facts import ModelFacts  # noqa: E402
from tenfold.recipes import RECIPES, Recipe  # noqa: E402
from tenfold.sources.sample import read_sample  # noqa: E402
from tenfold.training.networks.architectures import build_network  # noqa: E402
from tenfold.training.networks.from_onnx import networks_from_onnx  # noqa: E402
from tenfold.training.networks.to_onnx import Deployed, onnx_graph  # noqa: E402
from tiny_training import TINY  # noqa: E402

SAMPLE = read_sample()[1].images[:100]


@pytest.mark.parametrize("name", ["pictures", "mnist"])
def test_the_networks_of_a_model_that_ships_say_what_its_graph_says(name: str) -> None:
    model = find_model(name)
    networks = networks_from_onnx(model, SAMPLE)
    deployed = Deployed(networks, model.facts.temperature, half=False)
    with torch.no_grad():
        probabilities, is_digit = deployed(torch.from_numpy(SAMPLE))
    said = Classifier(model).outputs(SAMPLE)
    np.testing.assert_allclose(probabilities.numpy(), said.probabilities, atol=1e-3)
    np.testing.assert_allclose(is_digit.numpy(), said.is_digit, atol=1e-3)
    assert all(weight.requires_grad for weight in networks[0].parameters())


@pytest.mark.parametrize(
    "recipe",
    [TINY.replace({"members": 3}), TINY.replace({"members": 2, "non_digits": 0.1})]
    + [RECIPES["notebook"]],
    ids=["three members", "two that tell non-digits", "notebook"],
)
def test_networks_of_every_kind_come_back(recipe: Recipe, tmp_path: Path) -> None:
    networks = [build_network(recipe) for _ in range(recipe.members)]
    model = write_model(
        tmp_path, onnx_graph(Deployed(networks, 1.5)), ModelFacts.from_json(MODEL_FACTS)
    )
    again = networks_from_onnx(model, SAMPLE)
    assert len(again) == recipe.members
    outputs = 11 if recipe.non_digits else 10
    assert again[-1](torch.zeros(2, 1, 28, 28)).shape == (2, outputs)


def test_a_graph_that_does_not_fit_is_one_clear_error(tmp_path: Path) -> None:
    graph = onnx_graph(Deployed([build_network(TINY)], 1.5))
    facts = ModelFacts.from_json({**MODEL_FACTS, "temperature": 0.5})
    with pytest.raises(ModelError, match=r"cannot be trained further.*disagrees"):
        networks_from_onnx(write_model(tmp_path, graph, facts), SAMPLE)
