"""From the strings that were found, and the classifier's outputs for their tiles, to numbers."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

import numpy as np

from tenfold.classifier import Outputs
from tenfold.digits import CLASSES
from tenfold.reading.agreement import Shares, combined, tile_shares
from tenfold.reading.choice import DIGIT_MIN, strings_of
from tenfold.reading.expect import Expectation
from tenfold.reading.found import AT_EDGE, Found, FoundCharacter, FoundString, Variant, mass_of
from tenfold.reading.number import Digit, Mark, Number, RejectReason, text_of
from tenfold.reading.symbols import MARKS, OTHER

ALTERNATIVES = 5
TRIED = 100  # strings of a number, in which equal texts are summed
TRIED_FOR_EXPECTATION = 20_000
MATCHING_MIN = 0.01  # probability; below, the expectation is more likely to be wrong
MATCHES_MAX = 200  # matching strings that share the probability
LENGTH_UNSURE = "may have more or fewer digits"
DISAGREE = "two readers disagree"
BESIDE_OTHER = "beside writing that is no digit"


@dataclass(frozen=True, eq=False)
class WeighedVariant:
    """A variant with the shares of both readers: `mass` is the probability of its form."""

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


def numbers_of_strings(
    found: Found,
    outputs: Outputs,
    reject: float,
    expected: Expectation | None,
    notes: list[str],
    *,
    marks: bool,
) -> tuple[tuple[Number, ...], ...]:
    """The numbers of a picture, row by row. Where none matches what is expected, a note is added
    to `notes`."""
    rows = []
    for _, strings in groupby(found.strings or (), key=lambda string: string.row):
        answered = [_Answer(s, found, outputs, reject, marks=marks) for s in strings]
        rows.append(tuple(answer.number(expected, notes) for answer in answered))
    return tuple(rows)


class _Answer:
    """The answer to one string."""

    def __init__(
        self, string: FoundString, found: Found, outputs: Outputs, reject: float, *, marks: bool
    ) -> None:
        self._string, self._found, self._outputs = string, found, outputs
        self._reject, self._marks = reject, marks
        self._variants = [_weighed(variant, outputs) for variant in string.variants]

    def number(self, expected: Expectation | None, notes: list[str]) -> Number:
        """The likeliest number; where something is expected, among those that match it."""
        ranked = self._ranked()
        if not ranked[0][0].strip("".join((*MARKS, OTHER))):
            return self._number(self._variants[0], "", 0.0, ())
        if expected is not None:
            matching = self._matching(expected)
            if matching is None:
                shown = ranked[0][0]
                notes.append(f"nothing that {shown} may be matches what is expected")
            else:
                return self._matched(matching)
        _, probability, variant, digits = ranked[0]
        alternatives = tuple((t, p) for t, p, _, _ in ranked[1 : 1 + ALTERNATIVES])
        return self._number(variant, digits, probability, alternatives)

    def _streams(self) -> Iterator[tuple[float, str, int]]:
        """Strings of digits with their variant, the likeliest first: negative probability, digits,
        and the variant's place."""
        streams = [self._stream(place, v) for place, v in enumerate(self._variants)]
        return heapq.merge(*streams)

    def _stream(self, place: int, variant: WeighedVariant) -> Iterator[tuple[float, str, int]]:
        if not len(variant.shares):
            yield -variant.mass, "", place
            return
        for digits, probability in strings_of(variant.shares.astype(np.float32)):
            yield -variant.mass * probability, digits, place

    def _ranked(self) -> list[tuple[str, float, WeighedVariant, str]]:
        """The likeliest texts with their probability, and with the variant and the digits that have
        most of it."""
        first: dict[str, tuple[WeighedVariant, str]] = {}
        sums: dict[str, float] = {}
        for negative, digits, place in islice(self._streams(), TRIED):
            variant = self._variants[place]
            text = variant.text(digits, marks=self._marks)
            first.setdefault(text, (variant, digits))
            sums[text] = sums.get(text, 0.0) - negative
        ranked = sorted(sums.items(), key=lambda entry: -entry[1])
        return [(text, min(1.0, probability), *first[text]) for text, probability in ranked]

    def _matching(self, expected: Expectation) -> list[tuple[str, float, int]] | None:
        """The strings of digits that match, with probability and variant, the likeliest first; None
        where they are too unlikely together."""
        matching: list[tuple[str, float, int]] = []
        total = rest = 0.0
        rest = sum(variant.mass for variant in self._variants)
        for negative, digits, place in islice(self._streams(), TRIED_FOR_EXPECTATION):
            rest += negative
            variant = self._variants[place]
            texts = {variant.text(digits, marks=self._marks), digits}
            if digits and any(OTHER not in text and expected(text) for text in texts):
                matching.append((digits, -negative, place))
                total -= negative
            if len(matching) == MATCHES_MAX or total + rest < MATCHING_MIN:
                break
        return matching if total >= MATCHING_MIN else None

    def _matched(self, matching: Sequence[tuple[str, float, int]]) -> Number:
        """The number from the strings that match, on condition that one of them is right."""
        total = sum(probability for _, probability, _ in matching)
        sums: dict[str, float] = {}
        for digits, probability, place in matching:
            text = self._variants[place].text(digits, marks=self._marks)
            sums[text] = sums.get(text, 0.0) + probability / total
        ranked = sorted(sums.items(), key=lambda entry: -entry[1])
        digits, _, place = matching[0]
        variant = self._variants[place]
        shares = np.zeros_like(variant.shares)
        alike = [(d, p) for d, p, other in matching if other == place]
        for other, probability in alike:
            shares[np.arange(len(other)), [int(c) for c in other]] += probability / total
        mass = sum(probability for _, probability in alike) / total
        updated = WeighedVariant(
            variant.characters, mass, shares / max(mass, 1e-12), variant.by_tiles
        )
        return self._number(
            updated, digits, ranked[0][1], tuple(ranked[1 : 1 + ALTERNATIVES]), expected=True
        )

    def _number(
        self,
        variant: WeighedVariant,
        text: str,
        probability: float,
        alternatives: tuple[tuple[str, float], ...],
        *,
        expected: bool = False,
    ) -> Number:
        others = sum(c.symbol == OTHER for c in variant.characters)
        notes = list(self._string.notes)
        length = variant.mass
        if not expected:  # all forms with as many digits
            alike = [v.mass for v in self._variants if len(v.shares) == len(variant.shares)]
            length = min(1.0, sum(alike))
        if length < self._reject:
            notes.append(LENGTH_UNSURE)
        if others:
            notes.append(BESIDE_OTHER)
        digits: list[Digit] = []
        marks: list[Mark] = []
        place = 0
        for character in variant.characters:
            if character.symbol in MARKS:
                marks.append(Mark(character.symbol, len(digits), character.box))
                continue
            if character.symbol == OTHER:
                digits.append(self._other(character))
                continue
            digits.append(self._digit(character, variant, place, length, notes, expected=expected))
            place += 1
        shown = text_of(digits, marks if self._marks else ())
        return Number(shown, probability, alternatives, tuple(digits), tuple(marks))

    def _digit(
        self,
        character: FoundCharacter,
        variant: WeighedVariant,
        place: int,
        length: float,
        notes: Sequence[str],
        *,
        expected: bool,
    ) -> Digit:
        shares, tile = variant.shares[place], variant.by_tiles[place]
        likeliest = int(shares.argmax())
        probability = float(shares[likeliest])
        own = [*character.notes, *notes]
        other = int(tile.argmax())
        if other != likeliest and not expected:
            own.append(f"{DISAGREE}: {likeliest} or {other}")
        unsure = probability * length < self._reject or AT_EDGE in own or BESIDE_OTHER in own
        unsure = unsure or (other != likeliest and not expected)
        reason: RejectReason | None = "low_confidence" if unsure else None
        assert character.tile is not None
        return Digit(
            None if reason else likeliest,
            probability,
            shares.astype(np.float32),
            length,
            character.box,
            self._found.tiles[character.tile],
            reason,
            likeliest,
            tuple(own),
            character.cell,
        )

    def _other(self, character: FoundCharacter) -> Digit:
        """What is neither digit nor mark, shown as '?'."""
        assert character.tile is not None
        probabilities = self._outputs.probabilities[character.tile]
        likeliest = int(probabilities.argmax())
        return Digit(
            None,
            float(probabilities[likeliest]),
            probabilities,
            min(float(self._outputs.is_digit[character.tile]), DIGIT_MIN / 2),
            character.box,
            self._found.tiles[character.tile],
            "not_a_digit",
            likeliest,
            character.notes,
            character.cell,
        )


def _weighed(variant: Variant, outputs: Outputs) -> WeighedVariant:
    """A variant with the shares of both readers."""
    tiles = [c.tile for c in variant.characters if c.symbol.isdecimal() and c.tile is not None]
    mass = mass_of(variant.probability, variant.digits)
    if not tiles:
        nothing = np.zeros((0, CLASSES))
        return WeighedVariant(variant.characters, mass, nothing, nothing)
    by_tiles = tile_shares(outputs, tiles)
    return WeighedVariant(variant.characters, mass, combined(variant.digits, by_tiles), by_tiles)
