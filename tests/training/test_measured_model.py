"""A model folder is measured as it is shipped, and renamed into place only then."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import MODEL_FACTS, drawn_digits  # noqa: E402
from tenfold.classifier import Classifier  # noqa: E402
from tenfold.evaluation.evaluation import evaluation_of  # noqa: E402
from tenfold.evaluation.measured_on import MeasuredOn  # noqa: E402
from tenfold.model_folder import open_model  # noqa: E402
from tenfold.model_folder.facts import ModelFacts  # noqa: E402
from tenfold.model_folder.rows_seen import RowsSeen  # noqa: E402
from tenfold.run_folder import RunFolder  # noqa: E402
from tenfold.run_folder.facts import RunFacts  # noqa: E402
from tenfold.training.measured_model import Measurement, write_measured_model  # noqa: E402
from tenfold.training.networks.architectures import build_network  # noqa: E402
from tiny_training import TINY  # noqa: E402

DIGITS = drawn_digits(40)
FACTS = dataclasses.replace(ModelFacts.from_json(MODEL_FACTS), measured=None, reject_threshold=0.0)
SEEN = RowsSeen.of([DIGITS], [])


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    made = RunFolder(tmp_path / "run")
    made.create(TINY.to_toml(), RunFacts(), force=False)
    return made


def test_the_figures_of_the_staged_model_are_written_into_it(run: RunFolder) -> None:
    staged = []

    def measure(classifier: Classifier) -> Measurement:
        staged.append(classifier.model.path)
        assert not run.model.exists()
        probabilities = classifier.probabilities(DIGITS.images)
        rows = MeasuredOn("given", 40, 40)
        return Measurement(evaluation_of(DIGITS, np.arange(40), probabilities, 0.99, rows), 0.75)

    networks = [build_network(TINY)]
    trained = write_measured_model(run, networks, DIGITS, np.arange(10), FACTS, SEEN, measure)
    model = open_model(run.model)
    assert model.facts.measured is not None
    assert model.facts.measured.n == 40
    assert model.facts.reject_threshold == 0.75
    assert staged != [str(run.model)]
    assert not Path(staged[0]).exists()
    assert trained.model is not None
    assert trained.model.path == str(run.model)


def test_a_model_without_figures_is_written_too(run: RunFolder) -> None:
    networks, none = [build_network(TINY)], np.arange(0)
    write_measured_model(
        run, networks, DIGITS, none, FACTS, SEEN, lambda classifier: Measurement(None, 0)
    )
    assert open_model(run.model).facts.measured is None


def test_nothing_is_left_where_measuring_fails(run: RunFolder) -> None:
    def measure(classifier: Classifier) -> Measurement:
        raise ArithmeticError

    before = sorted(path.name for path in run.path.iterdir())
    with pytest.raises(ArithmeticError):
        write_measured_model(run, [build_network(TINY)], DIGITS, np.arange(4), FACTS, SEEN, measure)
    assert sorted(path.name for path in run.path.iterdir()) == before
