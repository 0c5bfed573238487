"""The likeliest way to read a cluster of components."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tenfold.classifier import Outputs
from tenfold.reading.answers.segmentation import spans_of
from tenfold.reading.detections import CUT, Cluster, Detections, Span


def test_halves_that_do_not_stand_on_one_line_are_one_digit() -> None:
    """The strokes of an open 4: one ends halfway down, where a digit beside it would not."""

    def read(feet: int) -> int:
        boxes = [(0, 0, 20, feet), (24, 0, 40, 60), (0, 0, 40, 60)]
        spans = [
            Span(*place, tile, box)
            for (tile, box), place in zip(enumerate(boxes), [(0, 0), (1, 1), (0, 1)], strict=True)
        ]
        spans[2] = replace(spans[2], prior=-0.4)
        of_tiles = Detections(
            np.zeros((3, 28, 28), np.uint8), ((Cluster(2, tuple(spans)),),), 40, 60
        )
        probabilities = np.full((3, 10), 0.001, np.float32)
        probabilities[:, 4] = 0.99
        outputs = Outputs(probabilities, np.ones(3, np.float32))
        return len(spans_of(of_tiles, outputs)[0])

    assert read(feet=60) == 2
    assert read(feet=35) == 1


@pytest.mark.parametrize(
    ("read", "digits"), [((1, 1), 1), ((1, 7), 2), ((1, 7, 7), 1), ((1, 7, 2), 3)]
)
def test_strokes_of_a_letter_are_not_cut_into_digits(read: tuple[int, ...], digits: int) -> None:
    count = len(read)
    places = [(0, count - 1), *((i, i) for i in range(count))]
    spans = tuple(
        Span(*place, tile, (30 * place[0], 0, 25 + 30 * place[1], 50), notes=(CUT,) * (tile > 0))
        for tile, place in enumerate(places)
    )
    tiles = np.zeros((1 + count, 28, 28), np.uint8)
    of_tiles = Detections(tiles, ((Cluster(count, spans),),), 30 * count, 50)
    probabilities = np.full((1 + count, 10), 0.001, np.float32)
    probabilities[range(1 + count), (8, *read)] = 0.99
    outputs = Outputs(probabilities, np.array([0.01] + [1] * count, np.float32))
    assert len(spans_of(of_tiles, outputs)[0]) == digits
