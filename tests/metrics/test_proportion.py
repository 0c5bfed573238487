from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold import metrics


def test_wilson_interval_of_half_of_ten_is_the_textbook_one():
    assert metrics.wilson_interval(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)


def test_wilson_interval_of_no_hits_begins_at_zero_and_is_not_empty():
    assert metrics.wilson_interval(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)


def test_wilson_interval_of_nothing_is_everything():
    assert metrics.wilson_interval(0, 0) == (0.0, 1.0)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share_and_stays_within_zero_and_one(case: tuple[int, int]):
    hits, n = case
    low, high = metrics.wilson_interval(hits, n)
    assert 0 <= low < high <= 1
    assert low - 1e-12 <= hits / n <= high + 1e-12


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_of_the_misses_mirrors_that_of_the_hits(case: tuple[int, int]):
    hits, n = case
    low, high = metrics.wilson_interval(hits, n)
    assert metrics.wilson_interval(n - hits, n) == pytest.approx((1 - high, 1 - low))


def test_a_proportion_shows_its_n_and_its_interval():
    assert str(metrics.Proportion(1, 2)) == "50.00% (n=2, 95 % 9.45% to 90.55%)"


def test_a_proportion_of_nothing_has_no_value():
    assert math.isnan(metrics.Proportion(0, 0).value)
