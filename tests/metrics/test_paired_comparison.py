from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers import CORRECT
from tenfold import metrics


def test_mcnemar_of_one_against_five_is_the_binomial_tail():
    both = [True] * 20
    a = np.array([False] * 5 + [True] + both)
    b = np.array([True] * 5 + [False] + both)
    assert metrics.mcnemar(a, b) == pytest.approx(2 * (1 + 6) / 2**6)


def test_mcnemar_finds_no_difference_between_a_classifier_and_itself():
    assert metrics.mcnemar(CORRECT, CORRECT) == 1.0


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=300))
def test_mcnemar_is_a_probability_and_takes_no_sides(rows: list[tuple[bool, bool]]):
    a, b = np.array(rows).T
    assert 0 <= metrics.mcnemar(a, b) <= 1
    assert metrics.mcnemar(a, b) == metrics.mcnemar(b, a)


def paired(both: int, only_a: int, only_b: int, neither: int) -> metrics.PairedComparison:
    a = np.repeat([True, True, False, False], [both, only_a, only_b, neither])
    b = np.repeat([True, False, True, False], [both, only_a, only_b, neither])
    return metrics.compare_paired(a, b)


def test_a_paired_comparison_counts_all_four_kinds_of_rows():
    found = paired(80, 9, 4, 7)
    assert (found.both, found.only_a, found.only_b, found.neither) == (80, 9, 4, 7)
    assert [(accuracy.hits, accuracy.n) for accuracy in found.accuracies] == [(89, 100), (84, 100)]
    assert found.difference == pytest.approx(0.05)


def test_the_interval_of_a_difference_adds_one_to_each_kind_of_differing_row():
    low, high = paired(1, 1, 7, 12).interval
    centre, variance = -6 / 23, (10 / 23 - (6 / 23) ** 2) / 23
    assert (low + high) / 2 == pytest.approx(centre)
    assert (high - low) / 2 == pytest.approx(1.959964 * math.sqrt(variance))


def test_an_interval_leaves_out_zero_where_the_test_finds_a_difference():
    differing = 0
    for only_a in range(40):
        for only_b in range(40):
            found = paired(300, only_a, only_b, 3)
            if found.better is not None:
                differing += 1
                assert found.better == ("A" if only_a > only_b else "B")
                low, high = found.interval
                assert low > 0 if found.better == "A" else high < 0
    assert differing > 100


def test_five_rows_to_none_show_no_difference_and_six_do():
    assert paired(100, 5, 0, 0).better is None
    assert paired(100, 0, 6, 0).better == "B"


def test_the_interval_covers_the_true_difference_as_often_as_it_says():
    random = np.random.default_rng(0)
    shares = [0.985, 0.006, 0.004, 0.005]  # as two good networks on Kaggle's rows
    covered = 0
    for both, only_a, only_b, neither in random.multinomial(4200, shares, size=2000):
        low, high = metrics.PairedComparison(both, only_a, only_b, neither, 1.0).interval
        covered += low <= 0.002 <= high
    assert 0.935 <= covered / 2000 <= 0.97
