"""Temperature and threshold on rows that did not choose them."""

from __future__ import annotations

from six_rows import evaluation


def test_cross_fitting_judges_each_half_by_what_the_other_half_chose():
    # Even rows are all right, so they would answer everything; odd rows are all wrong.
    fitted = evaluation([0, 1] * 4, [(0, 0.9), (2, 0.9)] * 4).cross_fitted
    assert (fitted.answered.hits, fitted.answered.n) == (4, 8)
    assert fitted.answered_right.hits == 0


def test_cross_fitting_survives_a_single_row():
    fitted = evaluation([3], [(3, 0.7)]).cross_fitted
    assert (fitted.answered.hits, fitted.answered_right.hits) == (1, 1)
