"""From the strings that were found, and the classifier's outputs for their tiles, to numbers."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

import numpy as np

from tenfold.classifier import Outputs
from tenfold.digits import CLASSES
from tenfold.reading.agreement import AGREED, Shares, combined, tile_shares
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
            return self._number(self._variants[0], 0.0, ())
        if expected is not None:
            matching = self._matching(expected)
            if matching is None:
                shown = ranked[0][0]
                notes.append(f"nothing that {shown} may be matches what is expected")
            else:
                return self._matched(matching)
        _, probability, variant, _ = ranked[0]
        alternatives = tuple((t, p) for t, p, _, _ in ranked[1 : 1 + ALTERNATIVES])
        return self._number(variant, probability, alternatives)

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
        _, _, place = matching[0]
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
            updated, ranked[0][1], tuple(ranked[1 : 1 + ALTERNATIVES]), expected=True
        )

    def _number(
        self,
        variant: WeighedVariant,
        probability: float,
        alternatives: tuple[tuple[str, float], ...],
        *,
        expected: bool = False,
    ) -> Number:
        """The number that a variant spells with its likeliest digits."""
        form = variant.mass
        if not expected:  # with all forms that have as many digits
            alike = [v.mass for v in self._variants if len(v.shares) == len(variant.shares)]
            form = min(1.0, sum(alike))
        notes = [*self._string.notes, *([LENGTH_UNSURE] if form < self._reject else [])]
        notes += [BESIDE_OTHER] if any(c.symbol == OTHER for c in variant.characters) else []
        weakest = None
        if probability < self._reject and len(variant.shares):  # the number is not sure either
            weakest = int(variant.shares.max(axis=1).argmin())
        digits: list[Digit] = []
        marks: list[Mark] = []
        place = 0
        for character in variant.characters:
            if character.symbol in MARKS:
                marks.append(Mark(character.symbol, len(digits), character.box))
            elif character.symbol == OTHER:
                digits.append(self._other(character))
            else:
                shares = variant.shares[place]
                own = [*character.notes, *notes]
                if not expected:
                    own += disagreement(shares, variant.by_tiles[place])
                sure = place != weakest and own_is_sure(shares, form, self._reject, own)
                digits.append(self._digit(character, shares, form, sure, tuple(own)))
                place += 1
        shown = text_of(digits, marks if self._marks else ())
        return Number(shown, probability, alternatives, tuple(digits), marks=tuple(marks))

    def _digit(
        self,
        character: FoundCharacter,
        shares: Shares,
        form: float,
        sure: bool,
        notes: tuple[str, ...],
    ) -> Digit:
        assert character.tile is not None
        likeliest = int(shares.argmax())
        reason: RejectReason | None = None if sure else "low_confidence"
        return Digit(
            likeliest if sure else None,
            float(shares[likeliest]),
            shares.astype(np.float32),
            form,
            character.box,
            self._found.tiles[character.tile],
            reason,
            likeliest,
            notes,
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


def disagreement(shares: Shares, by_tile: Shares) -> list[str]:
    """A note where the classifier of tiles does not support the likeliest digit; shares [10]."""
    likeliest = int(shares.argmax())
    if by_tile[likeliest] >= AGREED:
        return []
    return [f"{DISAGREE}: {likeliest} or {int(by_tile.argmax())}"]


def own_is_sure(shares: Shares, form: float, reject: float, notes: Sequence[str]) -> bool:
    """Whether a digit is sure, as far as it alone is concerned."""
    doubts = any(note in (AT_EDGE, BESIDE_OTHER) or note.startswith(DISAGREE) for note in notes)
    return not doubts and float(shares.max()) * form >= reject


def _weighed(variant: Variant, outputs: Outputs) -> WeighedVariant:
    """A variant with the shares of both readers."""
    tiles = [c.tile for c in variant.characters if c.symbol.isdecimal() and c.tile is not None]
    mass = mass_of(variant.probability, variant.digits)
    if not tiles:
        nothing = np.zeros((0, CLASSES))
        return WeighedVariant(variant.characters, mass, nothing, nothing)
    by_tiles = tile_shares(outputs, tiles)
    return WeighedVariant(variant.characters, mass, combined(variant.digits, by_tiles), by_tiles)
