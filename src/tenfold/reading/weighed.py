"""The strings that a number may be, weighed by both readers, the likeliest first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np

from tenfold.classifier import Outputs
from tenfold.digits import CLASSES
from tenfold.reading.agreement import Shares, combined, tile_shares
from tenfold.reading.choice import strings_of
from tenfold.reading.expect import Expectation
from tenfold.reading.found import FoundCharacter, FoundString, Variant, mass_of
from tenfold.reading.symbols import MARKS, OTHER

TRIED = 100  # strings of a number, in which equal texts are summed
TRIED_FOR_EXPECTATION = 20_000
MATCHING_MIN = 0.01  # probability; below, the expectation is more likely to be wrong
MATCHES_MAX = 200  # matching strings that share the probability


@dataclass(frozen=True, eq=False)
class WeighedVariant:
    """A variant with the shares of both readers, float64 [k, 10], and those of the classifier of
    tiles alone; `mass` is the probability of its form."""

    characters: tuple[FoundCharacter, ...]
    mass: float
    shares: Shares
    by_tiles: Shares

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


class Weighed(NamedTuple):
    """A text with its probability, and the variant that has most of it."""

    text: str
    probability: float
    variant: WeighedVariant


class WeighedString:
    """All that a string may be. `marks`: its texts have the marks."""

    def __init__(self, string: FoundString, outputs: Outputs, *, marks: bool) -> None:
        self.variants = [_weighed(variant, outputs) for variant in string.variants]
        self._marks = marks

    def mass(self, digits: int) -> float:
        """The probability that the string has so many digits."""
        return min(1.0, sum(v.mass for v in self.variants if len(v.shares) == digits))

    def ranked(self) -> list[Weighed]:
        """The likeliest texts; equal ones of several forms are one."""
        return self._summed(islice(self._strings(), TRIED))

    def matching(self, expected: Expectation) -> list[Weighed] | None:
        """The texts that match, on condition that one of them is right; None where they are too
        unlikely. The variant of the first has the shares that follow."""
        found: list[tuple[float, str, int]] = []
        total, rest = 0.0, sum(variant.mass for variant in self.variants)
        for probability, digits, place in islice(self._strings(), TRIED_FOR_EXPECTATION):
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

    def _summed(self, strings: Iterator[tuple[float, str, int]]) -> list[Weighed]:
        variants: dict[str, WeighedVariant] = {}
        sums: dict[str, float] = {}
        for probability, digits, place in strings:
            text = self.variants[place].text(digits, marks=self._marks)
            variants.setdefault(text, self.variants[place])
            sums[text] = sums.get(text, 0.0) + probability
        ranked = sorted(sums.items(), key=lambda entry: -entry[1])
        return [Weighed(text, min(1.0, p), variants[text]) for text, p in ranked]

    def _conditioned(self, matching: Sequence[tuple[float, str, int]]) -> WeighedVariant:
        """The variant of the likeliest match, with the shares of its digits among all matches."""
        place = matching[0][2]
        variant = self.variants[place]
        shares = np.zeros_like(variant.shares)
        mass = 0.0
        for probability, digits, other in matching:
            if other == place:
                shares[np.arange(len(digits)), [int(digit) for digit in digits]] += probability
                mass += probability
        return WeighedVariant(variant.characters, mass, shares / mass, variant.by_tiles)


def _stream(place: int, variant: WeighedVariant) -> Iterator[tuple[float, str, int]]:
    for digits, probability in variant.strings():
        yield -probability, digits, place


def _weighed(variant: Variant, outputs: Outputs) -> WeighedVariant:
    """A variant with the shares of both readers."""
    tiles = [c.tile for c in variant.characters if c.symbol.isdecimal() and c.tile is not None]
    mass = mass_of(variant.probability, variant.digits)
    if not tiles:
        nothing = np.zeros((0, CLASSES))
        return WeighedVariant(variant.characters, mass, nothing, nothing)
    by_tiles = tile_shares(outputs, tiles)
    return WeighedVariant(variant.characters, mass, combined(variant.digits, by_tiles), by_tiles)
