"""Arrays and weights of the network that the page runs."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.exporting.network import VALUES_MAX, Network, Unsupported


def test_each_step_fills_an_array_of_its_own() -> None:
    network = Network()
    tile = network.value((1, 28, 28))
    out = network.step("relu", [tile], tile.shape)
    assert network.sizes == [784, 784]
    assert network.steps == [{"op": "relu", "from": [0], "to": 1, "weights": []}]
    assert out.place == 1


@pytest.mark.parametrize("shape", [(), (0, 3), (VALUES_MAX + 1,)])
def test_an_array_without_a_size_or_too_large_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(Unsupported):
        Network().value(shape)


def test_weights_are_stored_in_half_precision_only_where_that_is_exact() -> None:
    network = Network()
    exact, inexact = np.array([0.5, -2.0], "f4"), np.array([0.1], "f4")
    network.step("linear", [network.value((2,))], (1,), (exact, inexact))
    assert network.tables == [
        {"at": 0, "count": 2, "half": True},
        {"at": 4, "count": 1, "half": False},
    ]
    assert bytes(network.weights) == exact.astype("<f2").tobytes() + inexact.tobytes()


@pytest.mark.parametrize("value", [1e6, np.inf, np.nan])
def test_what_half_precision_has_no_room_for_stays_whole(value: float) -> None:
    network = Network()
    network.step("constant", [], (1,), (np.array([value], "f4"),))
    assert not network.tables[0]["half"]
    assert len(network.weights) == 4
