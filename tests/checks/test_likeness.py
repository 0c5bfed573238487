"""Labels that the most similar images contradict."""

from __future__ import annotations

import numpy as np
import pytest

from digit_files import only, written_digits
from tenfold.checks import inspect, likeness
from tenfold.digits import Digits


@pytest.fixture
def train() -> Digits:
    return written_digits()


class TestSuspiciousLabels:
    def test_a_wrong_label_is_found(self, train: Digits) -> None:
        train.labelled()[34] = 7
        finding = only(inspect(train, None))
        assert (finding.severity, finding.name, finding.count) == (
            "warning",
            "suspicious-labels",
            1,
        )
        assert finding.places[0].startswith("train.csv:36 (7) like :")
        assert finding.places[0].endswith("(4)")

    def test_odd_handwriting_rightly_labelled_is_not(self, train: Digits) -> None:
        train.images[34, 10:20] = 0
        assert inspect(train, None) == []

    def test_too_few_rows_have_no_five_neighbours(self, train: Digits) -> None:
        found = likeness.suspicious_labels(train.images[:5], train.labelled()[:5], np.arange(5))
        assert len(found.rows) == 0
        assert found.complete

    def test_a_search_that_was_cut_short_says_so(
        self, train: Digits, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        train.labelled()[34] = 7
        monkeypatch.setattr(likeness, "SUSPECTS_MAX", 0)
        finding = only(inspect(train, None))
        assert (finding.severity, finding.name) == ("info", "labels-unexamined")

    def test_more_rows_than_the_limit_are_sampled(
        self, train: Digits, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        train.labelled()[30:40] = np.roll(np.arange(10), 1)  # ten wrong labels
        monkeypatch.setattr(likeness, "ROWS_MAX", 60)
        finding = only(inspect(train, None))
        assert 1 <= finding.count <= 9
        assert finding.message.startswith(f"at least {finding.count} of 100 training images")

    @pytest.mark.parametrize("seed", range(5))
    def test_excluding_pairs_loses_none(self, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """The plain comparison of all pairs is the oracle of the fast one."""
        monkeypatch.setattr(likeness, "QUERIES", 4)  # so that there are several tiles
        monkeypatch.setattr(likeness, "COLUMNS", 37)
        random = np.random.default_rng(seed)
        # in 24 pixels a sketch of 33 numbers is exact, and no slack hides a wrong bound
        shapes = random.integers(0, 200, (6, 24))
        gain, noise = random.uniform(0.6, 1.2, (150, 1)), random.uniform(0, 40, (150, 1))
        ink = shapes[random.integers(0, 6, 150)] * gain + random.normal(0, noise, (150, 24))
        pixels = np.zeros((150, 784), dtype=np.uint8)
        pixels[:, 380:404] = np.clip(ink, 1, 255)
        labels = random.integers(0, 10, 150)

        apart = np.linalg.norm(pixels[:, None].astype(float) - pixels[None], axis=2)
        norms = np.linalg.norm(pixels.astype(float), axis=1)
        limit = likeness.NEAR * np.minimum(norms[:, None], norms)
        near = (apart <= limit) & (labels[:, None] != labels)
        assert near[apart > 0.95 * limit].any()
        assert near[norms[:, None] > 1.3 * norms].any()

        squares = likeness._squares(pixels)
        sketch = likeness._sketch(pixels, squares)
        found = np.zeros_like(near)
        for one, other in likeness._candidates(sketch, squares, labels):
            found[one, other] = found[other, one] = True
        assert not (near & ~found).any()
        assert 0 < near.sum() < found.sum() < 150 * 149

        apart[~near] = np.inf
        distance, nearest, complete = likeness.nearest_opposites(pixels, labels)
        assert complete
        np.testing.assert_allclose(distance, apart.min(axis=1))
        finite = np.flatnonzero(np.isfinite(distance))  # two may be equally near
        np.testing.assert_allclose(apart[finite, nearest[finite]], distance[finite])

    def test_the_work_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(likeness, "COMPARED_MAX", 100)
        alike = np.full((150, 784), 200, dtype=np.uint8)
        _, _, complete = likeness.nearest_opposites(alike, np.arange(150) % 10)
        assert not complete
