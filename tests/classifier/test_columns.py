"""The classifier of columns, beside its network."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.classifier.columns import ColumnsClassifier  # noqa: E402
from tenfold.training.networks.columns import ColumnsNetwork, columns_graph  # noqa: E402

MEAN, SCALE = np.array([1.0, -2.0, 3.0]), np.array([0.5, 2.0, 4.0])
ROWS = np.random.default_rng(0).normal(0, 3, (40, 3))


@pytest.fixture(scope="module")
def network() -> ColumnsNetwork:
    return ColumnsNetwork(3, 4, torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def classifier(network: ColumnsNetwork) -> ColumnsClassifier:
    return ColumnsClassifier(columns_graph(network, MEAN, SCALE))


def test_the_graph_says_what_the_network_says(
    network: ColumnsNetwork, classifier: ColumnsClassifier
) -> None:
    with torch.no_grad():
        logits = network(torch.from_numpy((ROWS - MEAN) / SCALE))
    expected = torch.softmax(logits, 1).numpy()
    answers = classifier.probabilities(ROWS)
    assert answers.dtype == np.float64
    np.testing.assert_allclose(answers, expected, atol=1e-12)


def test_an_answer_does_not_depend_on_the_rows_beside_it(classifier: ColumnsClassifier) -> None:
    whole = classifier.probabilities(ROWS)
    alone = np.concatenate([classifier.probabilities(row[None]) for row in ROWS])
    np.testing.assert_allclose(alone, whole, atol=1e-12)


def test_it_is_pickled_by_its_graph(classifier: ColumnsClassifier) -> None:
    again = pickle.loads(pickle.dumps(classifier))
    assert again.graph == classifier.graph
    np.testing.assert_array_equal(again.probabilities(ROWS), classifier.probabilities(ROWS))
