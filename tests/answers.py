"""Answers of a classifier: how sure each one was, and whether it was right."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from tenfold.metrics import Bools, Floats

CONFIDENCE = np.array([0.95, 0.9, 0.8, 0.8, 0.6])
CORRECT = np.array([True, True, True, False, False])

ANSWERS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50)


def split(answers: list[tuple[float, bool]]) -> tuple[Floats, Bools]:
    """Confidence float64 [n] and correct bool [n]."""
    confidence, correct = zip(*answers, strict=True)
    return np.array(confidence, dtype=np.float64), np.array(correct, dtype=bool)
