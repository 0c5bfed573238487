"""Two classifiers of the same digits, as a product of experts."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.classifier import Outputs
from tenfold.reading.answers.product_of_experts import (
    SHARE_MIN,
    STRING_WEIGHT,
    TILE_WEIGHT,
    product_of_experts,
    tile_shares,
)


def shares(**digits: float) -> np.ndarray:
    """Shares [1, 10] of some digits, such as d3=0.9; the others share the rest."""
    row = np.full(10, (1 - sum(digits.values())) / (10 - len(digits)))
    for name, share in digits.items():
        row[int(name[1:])] = share
    return row[None]


def test_the_product_by_hand() -> None:
    strings, tiles = shares(d3=0.6, d8=0.3), shares(d3=0.2, d8=0.7)
    odds = (0.6 / 0.3) ** STRING_WEIGHT * (0.2 / 0.7) ** TILE_WEIGHT
    product = product_of_experts(strings, tiles)
    assert product.sum() == pytest.approx(1)
    assert product[0, 3] / product[0, 8] == pytest.approx(odds)


def test_an_expert_that_knows_nothing_leaves_it_to_the_other() -> None:
    strings = shares(d3=0.6, d8=0.3)
    product = product_of_experts(strings, np.full((1, 10), 0.1))
    alone = strings**STRING_WEIGHT
    np.testing.assert_allclose(product, alone / alone.sum(), atol=1e-9)


def test_no_expert_can_rule_a_digit_out() -> None:
    never = np.zeros((1, 10))
    never[0, 1] = 1.0
    product = product_of_experts(shares(d7=0.99), never)
    assert product[0, 7] > 0
    assert product[0, 7] / product[0, 1] == pytest.approx(
        (0.99 / (0.01 / 9)) ** STRING_WEIGHT * SHARE_MIN**TILE_WEIGHT
    )


def test_a_tile_that_shows_no_digit_has_no_say() -> None:
    probabilities = shares(d3=0.91).astype(np.float32).repeat(2, axis=0)
    outputs = Outputs(probabilities, np.array([0.0, 1.0], np.float32))
    found = tile_shares(outputs, [0, 1])
    np.testing.assert_allclose(found[0], 0.1)
    np.testing.assert_allclose(found[1], probabilities[1], atol=1e-7)


def test_no_digits_are_no_rows() -> None:
    assert product_of_experts(np.zeros((0, 10)), np.zeros((0, 10))).shape == (0, 10)
