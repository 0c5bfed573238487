"""Rescoring of the strings that a number may be, by both classifiers; the likeliest first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np

from tenfold.classifier import Outputs
from tenfold.digits import CLASSES
from tenfold.reading.answers.product_of_experts import Shares, product_of_experts, tile_shares
from tenfold.reading.answers.segmentation import strings_of
from tenfold.reading.detections import FoundCharacter, FoundString, Variant, mass_of
from tenfold.reading.expected.expect import Expectation
from tenfold.reading.strings.symbols import MARKS, OTHER

HYPOTHESES = 100  # strings of a number that are tried; equal texts are summed
HYPOTHESES_FOR_EXPECTATION = 20_000
MATCHING_MIN = 0.01  # probability; below, the expectation is more likely to be wrong
MATCHES_MAX = 200  # matching strings that share the probability


@dataclass(frozen=True, eq=False)
class RescoredVariant:
    """One form of a string: `shares` of digits at its k places by both classifiers, and `by_tiles`
    by the tile classifier alone, float64 [k, 10]; `mass` is the probability of the form, `alone`
    that of one of its strings by the strip without other views."""

    characters: tuple[FoundCharacter, ...]
    mass: float
    shares: Shares
    by_tiles: Shares
    alone: float = 1.0

    def text(self, digits: str, *, marks: bool) -> str:
        """The text of the form with these digits; '?' for what is neither digit nor mark."""
        left = iter(digits)
        return "".join(
            next(left) if c.symbol.isdecimal() else c.symbol
            for c in self.characters
            if marks or c.symbol not in MARKS
        )

    def strings(self) -> Iterator[tuple[str, float]]:
        """Strings of digits with their probability, the likeliest first."""
        if not len(self.shares):
            yield "", self.mass
            return
        for digits, probability in strings_of(self.shares.astype(np.float32)):
            yield digits, self.mass * probability


class RescoredText(NamedTuple):
    """A text with its probability, and the variant that has most of it."""

    text: str
    probability: float
    variant: RescoredVariant


class RescoredString:
    """The hypotheses of a string in the picture. `marks`: their texts have the marks."""

    def __init__(self, string: FoundString, outputs: Outputs, *, marks: bool) -> None:
        self.variants = [_rescored(variant, outputs) for variant in string.variants]
        self._marks = marks

    def mass(self, digits: int) -> float:
        """The probability that the string has so many digits."""
        return min(1.0, sum(v.mass for v in self.variants if len(v.shares) == digits))

    def ranked(self) -> list[RescoredText]:
        """The likeliest texts; equal ones of several forms are one."""
        return self._summed(islice(self._strings(), HYPOTHESES))

    def matching(self, expected: Expectation) -> list[RescoredText] | None:
        """The texts that match, on condition that one of them is right; None where they are too
        unlikely. The variant of the first has the shares that follow."""
        found: list[tuple[float, str, int]] = []
        total, rest = 0.0, sum(variant.mass for variant in self.variants)
        for probability, digits, place in islice(self._strings(), HYPOTHESES_FOR_EXPECTATION):
            rest -= probability
            if digits and self._holds(expected, digits, place):
                found.append((probability, digits, place))
                total += probability
            if len(found) == MATCHES_MAX or total + rest < MATCHING_MIN:
                break
        if total < MATCHING_MIN:
            return None
        found = [(probability / total, digits, place) for probability, digits, place in found]
        first, *others = self._summed(iter(found))
        return [first._replace(variant=self._conditioned(found)), *others]

    def _strings(self) -> Iterator[tuple[float, str, int]]:
        """Probability, digits and the place of their variant, the likeliest first."""
        streams = [_stream(place, variant) for place, variant in enumerate(self.variants)]
        for negative, digits, place in heapq.merge(*streams):
            yield -negative, digits, place

    def _holds(self, expected: Expectation, digits: str, place: int) -> bool:
        """Whether the digits match, or the digits with their marks."""
        written = self.variants[place].text(digits, marks=True)
        return OTHER not in written and (expected(digits) or expected(written))

    def _summed(self, strings: Iterator[tuple[float, str, int]]) -> list[RescoredText]:
        variants: dict[str, RescoredVariant] = {}
        sums: dict[str, float] = {}
        for probability, digits, place in strings:
            text = self.variants[place].text(digits, marks=self._marks)
            variants.setdefault(text, self.variants[place])
            sums[text] = sums.get(text, 0.0) + probability
        ranked = sorted(sums.items(), key=lambda entry: -entry[1])
        return [RescoredText(text, min(1.0, p), variants[text]) for text, p in ranked]

    def _conditioned(self, matching: Sequence[tuple[float, str, int]]) -> RescoredVariant:
        """The variant of the likeliest match, with the shares of its digits among all matches."""
        place = matching[0][2]
        variant = self.variants[place]
        shares = np.zeros_like(variant.shares)
        mass = 0.0
        for probability, digits, other in matching:
            if other == place:
                shares[np.arange(len(digits)), [int(digit) for digit in digits]] += probability
                mass += probability
        return RescoredVariant(variant.characters, mass, shares / mass, variant.by_tiles)


def _stream(place: int, variant: RescoredVariant) -> Iterator[tuple[float, str, int]]:
    for digits, probability in variant.strings():
        yield -probability, digits, place


def _rescored(variant: Variant, outputs: Outputs) -> RescoredVariant:
    """A variant with the shares of both classifiers."""
    tiles = [c.tile for c in variant.characters if c.symbol.isdecimal() and c.tile is not None]
    mass = mass_of(variant.probability, variant.digits)
    if not tiles:
        nothing = np.zeros((0, CLASSES))
        return RescoredVariant(variant.characters, mass, nothing, nothing)
    by_tiles = tile_shares(outputs, tiles)
    shares = product_of_experts(variant.digits, by_tiles)
    return RescoredVariant(variant.characters, mass, shares, by_tiles, variant.alone)
