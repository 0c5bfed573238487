"""What speaks for a number: each witness is heard."""

from __future__ import annotations

import numpy as np
import pytest

from readings import digit, number
from tenfold.classifier import Outputs
from tenfold.reading.answers.evidence import NAMES, Candidate, Rows, Witnesses, evidence_of
from tenfold.reading.answers.rescoring import RescoredVariant
from tenfold.reading.detections import Box, FoundCharacter, FoundString, Variant

BOXES: tuple[Box, ...] = ((20, 10, 30, 30), (34, 10, 46, 30))
CHARACTERS = tuple(
    FoundCharacter(s, box, i) for i, (s, box) in enumerate(zip("47", BOXES, strict=True))
)


def shares(*digits: int, of: float = 0.9) -> np.ndarray:
    rows = np.full((len(digits), 10), (1 - of) / 9)
    rows[range(len(digits)), digits] = of
    return rows


VARIANT = RescoredVariant(CHARACTERS, 0.9, shares(4, 7), shares(4, 7), alone=0.5)
STRING = FoundString(0, (Variant(CHARACTERS, 0.8, shares(4, 7)),), score=0.7, other=0.2)
CANDIDATE = Candidate(STRING, VARIANT, 0.8, 0.1, 0.9)


def quantities(candidate: Candidate = CANDIDATE, components: Rows = ()) -> dict[str, float]:
    outputs = Outputs(shares(4, 7).astype(np.float32), np.array([0.9, 0.6], np.float32))
    values = evidence_of(candidate, Witnesses(outputs, components))
    assert values.dtype == np.float64
    return dict(zip(NAMES, values.tolist(), strict=True))


def components(*texts: str, boxes: tuple[Box, ...] = BOXES) -> Rows:
    read = iter(boxes)
    return (tuple(number(*(digit(int(d), 0.9, box=next(read)) for d in t)) for t in texts),)


def test_each_quantity_is_where_its_name_is() -> None:
    known = quantities()
    assert known["probability"] == pytest.approx(np.log(0.8 / 0.2))
    assert known["second"] == pytest.approx(np.log(0.1 / 0.9))
    assert known["alone"] == np.log(0.5)
    assert (known["locator"], known["other writing"]) == (0.7, 0.2)
    assert known["tiles agree"] == 1


def test_certainty_is_bounded() -> None:
    sure = quantities(CANDIDATE._replace(probability=1.0, second=0.0))
    assert sure["probability"] == pytest.approx(np.log(0.9999 / 0.0001))
    assert sure["second"] == pytest.approx(np.log(0.0001 / 0.9999))


def test_components_that_read_the_same_agree() -> None:
    same, other = quantities(components=components("47")), quantities(components=components("41"))
    assert (same["components agree"], other["components agree"]) == (1, 0)
    assert same["components sure"] > other["components sure"] == 0
    assert same["covered"] == other["covered"] == 1


def test_a_digit_that_only_the_components_have_is_missed() -> None:
    beside = (*BOXES, (50, 10, 60, 30))
    assert quantities(components=components("477", boxes=beside))["missed"] == 1
    small = (*BOXES, (50, 18, 54, 24))
    assert quantities(components=components("477", boxes=small))["missed"] == 0
