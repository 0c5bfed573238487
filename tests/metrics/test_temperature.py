from __future__ import annotations

import math

import numpy as np
import pytest

from tenfold import metrics


def test_likelihood_of_a_certain_mistake_is_finite():
    loss = metrics.negative_log_likelihood(np.array([1]), np.array([[1.0, 0.0]]))
    assert loss == pytest.approx(-math.log(metrics.SMALLEST))


def test_a_temperature_of_one_changes_nothing():
    probabilities = np.array([[0.7, 0.2, 0.1]])
    assert metrics.soften(probabilities, 1.0) == pytest.approx(probabilities)


def test_a_temperature_of_two_takes_square_roots():
    assert metrics.soften(np.array([[0.9, 0.1]]), 2.0) == pytest.approx(np.array([[0.75, 0.25]]))


def test_the_temperature_that_was_applied_is_found_again():
    random = np.random.default_rng(0)
    honest = metrics.soften(random.dirichlet(np.full(10, 0.3), size=20_000), 1.0)
    labels = (random.random((len(honest), 1)) < honest.cumsum(axis=1)).argmax(axis=1)
    overconfident = metrics.soften(honest, 0.5)
    assert metrics.fit_temperature(labels, overconfident) == pytest.approx(2.0, rel=0.03)
