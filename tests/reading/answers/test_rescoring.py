"""The strings that a number may be, by both classifiers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tenfold.classifier import Outputs
from tenfold.reading.answers.product_of_experts import product_of_experts
from tenfold.reading.answers.rescoring import RescoredString
from tenfold.reading.detections import FoundCharacter, FoundString, Variant

BOX = (0, 0, 10, 20)


def row(**digits: float) -> list[float]:
    """The shares of ten digits, such as d3=0.9; the others share the rest."""
    rest = (1 - sum(digits.values())) / (10 - len(digits))
    return [digits.get(f"d{digit}", rest) for digit in range(10)]


def variant(text: str, probability: float, shares: Sequence[Sequence[float]]) -> Variant:
    tiles = iter(range(len(text)))
    characters = tuple(
        FoundCharacter(symbol, BOX, next(tiles) if symbol.isdecimal() or symbol == "?" else None)
        for symbol in text
    )
    return Variant(characters, probability, np.array(shares, np.float64).reshape(-1, 10))


def outputs(count: int) -> Outputs:
    """Of a tile classifier that prefers no digit."""
    return Outputs(np.full((count, 10), 0.1, np.float32), np.ones(count, np.float32))


def rescored(*variants: Variant, marks: bool = False) -> RescoredString:
    return RescoredString(FoundString(0, variants), outputs(9), marks=marks)


def test_the_likeliest_texts_come_first() -> None:
    shares = [row(d1=0.9), row(d2=0.8, d7=0.1)]
    first, second, *_ = rescored(variant("12", 0.72, shares)).ranked()
    assert (first.text, second.text) == ("12", "17")
    weighed = product_of_experts(np.array(shares), np.full((2, 10), 0.1))
    assert first.probability == pytest.approx(weighed[0, 1] * weighed[1, 2], abs=1e-4)
    assert second.probability == pytest.approx(weighed[0, 1] * weighed[1, 7], abs=1e-4)


def test_equal_texts_of_several_forms_are_one() -> None:
    plain = variant("12", 0.5, [row(d1=1.0), row(d2=1.0)])
    pointed = variant("1.2", 0.4, [row(d1=1.0), row(d2=1.0)])
    first, *_ = rescored(plain, pointed).ranked()
    assert first.text == "12"
    assert first.probability == pytest.approx(0.9, abs=0.03)  # each digit keeps a small share
    apart = [text.text for text in rescored(plain, pointed, marks=True).ranked()[:2]]
    assert apart == ["12", "1.2"]


def test_the_mass_of_a_count_of_digits_is_that_of_its_forms() -> None:
    found = rescored(
        variant("12", 0.5, [row(d1=1.0), row(d2=1.0)]),
        variant("1.2", 0.3, [row(d1=1.0), row(d2=1.0)]),
        variant("1", 0.1, [row(d1=1.0)]),
    )
    assert found.mass(2) == pytest.approx(0.8)
    assert found.mass(1) == pytest.approx(0.1)
    assert found.mass(3) == 0


def test_an_expectation_conditions_the_texts_and_the_shares() -> None:
    found = rescored(variant("12", 0.72, [row(d1=0.9, d7=0.08), row(d2=0.8, d3=0.15)]))
    matching = found.matching(lambda text: text in ("13", "73"))
    assert matching is not None
    assert [text.text for text in matching] == ["13", "73"]
    assert sum(text.probability for text in matching) == pytest.approx(1)
    shares = matching[0].variant.shares
    assert shares[1, 3] == pytest.approx(1)
    assert shares[0, 1] == pytest.approx(matching[0].probability)


def test_what_hardly_matches_does_not_match() -> None:
    found = rescored(variant("12", 0.99, [row(d1=0.999), row(d2=0.999)]))
    assert found.matching(lambda text: text == "34") is None


def test_an_expectation_may_be_of_digits_or_of_what_is_written() -> None:
    found = rescored(variant("1.2", 1.0, [row(d1=1.0), row(d2=1.0)]))
    assert found.matching(lambda text: text == "1.2") is not None
    assert found.matching(lambda text: text == "12") is not None


def test_what_is_no_digit_matches_nothing() -> None:
    found = rescored(variant("1?", 1.0, [row(d1=1.0)]))
    assert found.ranked()[0].text == "1?"
    assert found.matching(lambda text: True) is None
