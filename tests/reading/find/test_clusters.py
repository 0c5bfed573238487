"""All ways to read a group of components as digits."""

from __future__ import annotations

import numpy as np
import pytest

cv2 = pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.framing import picture_of_array  # noqa: E402
from tenfold.framing.ink import ink_of  # noqa: E402
from tenfold.reading.detections import CUT, JOINED, Cluster  # noqa: E402
from tenfold.reading.find.candidates import Candidates  # noqa: E402
from tenfold.reading.find.clusters import PRIOR_CUT, cluster_of  # noqa: E402
from tenfold.reading.find.grouping import groups_of  # noqa: E402
from tenfold.reading.find.parts import parts_of  # noqa: E402


def clusters(draw: object) -> tuple[list[Cluster], Candidates]:
    picture = np.full((120, 300), 235, np.uint8)
    draw(picture)  # type: ignore[operator]
    ink = ink_of(picture_of_array(picture))
    parts = parts_of(ink)
    candidates = Candidates(ink, parts.labels, 1.0)
    return [cluster_of(group, parts, candidates) for group in groups_of(parts)], candidates


def test_a_digit_by_itself_is_one_span_with_its_tile() -> None:
    (cluster,), candidates = clusters(
        lambda p: cv2.putText(p, "7", (100, 90), cv2.FONT_HERSHEY_SIMPLEX, 2, 30, 6)
    )
    assert cluster.parts == 1
    (span,) = cluster.spans
    assert (span.first, span.last, span.notes) == (0, 0, span.notes)
    assert candidates.tiles[span.tile].max() > 200
    assert CUT not in span.notes


def test_digits_that_touch_are_cut_and_may_be_one() -> None:
    def draw(picture: np.ndarray) -> None:
        cv2.putText(picture, "33", (80, 90), cv2.FONT_HERSHEY_SIMPLEX, 2, 30, 6)
        cv2.line(picture, (100, 88), (150, 88), 30, 6)

    (cluster,), _ = clusters(draw)
    assert cluster.parts > 1
    whole = [s for s in cluster.spans if s.last - s.first + 1 == cluster.parts]
    assert whole
    pieces = [s for s in cluster.spans if CUT in s.notes]
    assert pieces
    assert all(s.prior == PRIOR_CUT for s in pieces)
    assert {s.first for s in cluster.spans} >= {0, 1}


def test_a_bar_apart_from_its_digit_is_joined_or_not() -> None:
    def draw(picture: np.ndarray) -> None:
        cv2.line(picture, (100, 40), (100, 90), 30, 6)
        cv2.line(picture, (112, 36), (130, 36), 30, 6)

    found, _ = clusters(draw)
    spans = [span for cluster in found for span in cluster.spans]
    assert any(JOINED in span.notes for span in spans)
    assert any(JOINED not in span.notes for span in spans)


def test_each_part_is_a_span_by_itself() -> None:
    found, _ = clusters(
        lambda p: cv2.putText(p, "1 4 7", (20, 90), cv2.FONT_HERSHEY_SIMPLEX, 2, 30, 6)
    )
    assert len(found) == 3
    for cluster in found:
        alone = {s.first for s in cluster.spans if s.first == s.last}
        assert alone == set(range(cluster.parts))
