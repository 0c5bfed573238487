from __future__ import annotations

import numpy as np
import pytest

from tenfold import metrics


def test_confusion_has_the_true_label_down_and_the_reading_across():
    confusion = metrics.confusion_matrix(np.array([1, 1, 2]), np.array([1, 2, 2]), classes=3)
    assert confusion.tolist() == [[0, 0, 0], [0, 1, 1], [0, 0, 1]]


def test_class_scores_of_a_hand_worked_confusion():
    scores = metrics.class_scores(np.array([[8, 2], [1, 9]]))
    assert scores.precision == pytest.approx([8 / 9, 9 / 11])
    assert scores.recall == pytest.approx([0.8, 0.9])
    assert scores.f1 == pytest.approx([16 / 19, 18 / 21])
    assert scores.support.tolist() == [10, 10]


def test_class_scores_are_unknown_for_a_class_never_seen_nor_predicted():
    scores = metrics.class_scores(np.array([[3, 0], [0, 0]]))
    assert np.isnan([scores.precision[1], scores.recall[1], scores.f1[1]]).all()
