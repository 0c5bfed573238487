"""The state of a training, and where seeds come from."""

from __future__ import annotations

import itertools

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.training.loop.state import TrainingState, derive_seed  # noqa: E402
from tiny_training import TINY, weights  # noqa: E402


def test_every_position_has_a_seed_of_its_own() -> None:
    positions = itertools.product((0, 1), (0, 1), (-1, 0, 1), (0, 1), (0, 1))
    seeds = [derive_seed(*position) for position in positions]
    assert len(set(seeds)) == len(seeds)
    assert derive_seed(3, 1, 2, 0) == derive_seed(3, 1, 2, 0)


def test_members_start_differently_and_the_same_for_the_same_seed() -> None:
    recipe = TINY.replace({"members": 2})
    state = TrainingState.initial(recipe, 0)
    first, second = (next(network.parameters()) for network in state.networks)
    assert not torch.equal(first, second)
    assert weights(TrainingState.initial(recipe, 0)) == weights(state)
    assert weights(TrainingState.initial(recipe, 1)) != weights(state)


def test_the_averaged_networks_are_measured_where_there_is_an_average() -> None:
    plain = TrainingState.initial(TINY, 0)
    averaged = TrainingState.initial(TINY.replace({"average": 0.9}), 0)
    assert plain.networks[0] is plain.members[0].network
    assert averaged.networks[0] is averaged.members[0].average
    assert not any(p.requires_grad for p in averaged.networks[0].parameters())
