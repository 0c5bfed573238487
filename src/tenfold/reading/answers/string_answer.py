"""From the strings that were found, and the classifier's outputs for their tiles, to numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from tenfold.classifier import Outputs
from tenfold.reading.answers.evidence import Candidate, Rows, Witnesses, evidence_of
from tenfold.reading.answers.letters import Read, without_letters
from tenfold.reading.answers.number import Digit, Mark, Number, RejectReason, text_of
from tenfold.reading.answers.product_of_experts import AGREED, Shares
from tenfold.reading.answers.rescoring import RescoredString, RescoredText, RescoredVariant
from tenfold.reading.answers.segmentation import DIGIT_MIN
from tenfold.reading.answers.sureness import Sureness
from tenfold.reading.detections import AT_EDGE, Detections, FoundCharacter, FoundString
from tenfold.reading.expected.expect import Expectation
from tenfold.reading.strings.symbols import MARKS, OTHER

ALTERNATIVES = 5
NO_MARKS = str.maketrans("", "", MARKS)
NOTHING = 0.5  # probability that a strip is blank
SUPPORTED = 0.1  # probability of a digit in a cell by its tile
UNSUPPORTED_MAX = 0.5  # of a number in cells one of whose tiles says less
NO_NUMBER = -math.inf  # log odds of what has no digits
LENGTH_UNSURE = "may have more or fewer digits"
DISAGREE = "two readers disagree"
BESIDE_OTHER = "beside writing that is no digit"


@dataclass(frozen=True)
class Answering:
    """What holds for all numbers of a picture: `components` are the numbers that the search by
    components found, `reject` is the probability below which there is no answer, `marks` puts marks
    into texts."""

    found: Detections
    outputs: Outputs
    components: Rows
    sureness: Sureness
    reject: float
    expected: Expectation | None
    marks: bool


def numbers_of_strings(answering: Answering, notes: list[str]) -> tuple[tuple[Number, ...], ...]:
    """The numbers of a picture, row by row. Where none matches what is expected, a note is added
    to `notes`."""
    found = [
        (string.row, read)
        for string in answering.found.strings or ()
        if (read := _read(string, answering, notes)) is not None
    ]
    numbers = iter(without_letters([read for _, read in found]))
    rows = groupby(found, key=lambda entry: entry[0])
    return tuple(tuple(next(numbers) for _ in row) for _, row in rows)


def _read(string: FoundString, answering: Answering, notes: list[str]) -> Read | None:
    """The likeliest number; where something is expected, among those that match it. None where it
    is likelier than not that nothing is written."""
    rescored = RescoredString(string, answering.outputs, marks=answering.marks)
    ranked = written_texts(rescored)
    if not ranked:
        return None
    candidate = candidate_of(string, rescored, ranked)
    form = candidate.form
    if not len(candidate.variant.shares):
        return Read(_spelled(ranked, form, string, answering, None), NO_NUMBER)
    witnesses = Witnesses(answering.outputs, answering.components)
    right, is_number = answering.sureness(evidence_of(candidate, witnesses))
    if answering.found.cells:  # no picture that the weights were learned from has any
        right = _right_in_cells(candidate)
    if answering.expected is None:
        return Read(_spelled(ranked, form, string, answering, right), is_number)
    matching = rescored.matching(answering.expected)
    if matching is not None:
        form = matching[0].variant.mass
        return Read(_spelled(matching, form, string, answering, None), is_number)
    notes.append(f"nothing that {ranked[0].text} may be matches what is expected")
    number = replace(_spelled(ranked, form, string, answering, right), unexpected=True)
    return Read(number, is_number)


def written_texts(rescored: RescoredString) -> list[RescoredText]:
    """The likeliest texts; none where it is likelier than not that nothing is written."""
    ranked = rescored.ranked()
    nothing = sum(entry.probability for entry in ranked if not entry.variant.characters)
    return [] if nothing > NOTHING else [entry for entry in ranked if entry.variant.characters]


def candidate_of(
    string: FoundString, rescored: RescoredString, ranked: Sequence[RescoredText]
) -> Candidate:
    """The form that is answered, with what `evidence_of` has to know of it."""
    variant = ranked[0].variant
    likely, second = _probability_of_digits(ranked), _second(ranked)
    return Candidate(string, variant, likely, second, rescored.mass(len(variant.shares)))


def _right_in_cells(candidate: Candidate) -> float:
    """The probability of the digits by the string, where each tile supports its own."""
    variant = candidate.variant
    chosen = variant.shares.argmax(axis=1)
    supported = variant.by_tiles[range(len(chosen)), chosen].min() >= SUPPORTED
    return candidate.probability if supported else min(candidate.probability, UNSUPPORTED_MAX)


def _spelled(
    ranked: Sequence[RescoredText],
    form: float,
    string: FoundString,
    answering: Answering,
    right: float | None,
) -> Number:
    """The number of the first text. `form` is the probability of its count of digits, `right` that
    its digits are right by all witnesses; None where what is expected speaks for them, so that
    tiles need not."""
    variant, reject, support = ranked[0].variant, answering.reject, right is not None
    notes = list(string.notes)
    notes += [BESIDE_OTHER] if any(c.symbol == OTHER for c in variant.characters) else []
    no_digits = support and _shows_no_digits(variant, answering.outputs)
    weakest = None
    likely = _probability_of_digits(ranked)
    right = likely if right is None else right
    if right < reject and len(variant.shares):  # as a whole it is not sure
        weakest = int(variant.shares.max(axis=1).argmin())
        notes += [LENGTH_UNSURE] if form < reject else []
    digits: list[Digit] = []
    marks: list[Mark] = []
    place = 0
    for character in variant.characters:
        if character.symbol in MARKS:
            marks.append(Mark(character.symbol, len(digits), character.box))
        elif character.symbol == OTHER:
            digits.append(_other(character, answering))
        else:
            shares = variant.shares[place]
            digit_notes = [*character.notes, *notes]
            digit_notes += disagreement(shares, variant.by_tiles[place]) if support else []
            if no_digits:
                digits.append(_other(character, answering))
                place += 1
                continue
            least = 0.0 if weakest is None and support else reject
            sure = place != weakest and is_sure(shares, form, least, digit_notes)
            digits.append(_digit(character, shares, form, sure, digit_notes, answering))
            place += 1
    shown = text_of(digits, marks if answering.marks else ())
    if no_digits or not len(variant.shares):
        return Number(shown, 0.0, (), tuple(digits), marks=tuple(marks))
    probability = right * ranked[0].probability / likely
    share = min(1.0, (1 - probability) / max(1e-9, 1 - ranked[0].probability))
    alternatives = tuple(
        (other.text, share * other.probability) for other in ranked[1 : 1 + ALTERNATIVES]
    )
    return Number(
        shown,
        probability,
        alternatives,
        tuple(digits),
        marks=tuple(marks),
        unsure_marks=probability < reject <= right,
    )


def _probability_of_digits(ranked: Sequence[RescoredText]) -> float:
    """The probability of the digits of the first text, whatever its marks."""
    first = ranked[0].text.translate(NO_MARKS)
    return sum(entry.probability for entry in ranked if entry.text.translate(NO_MARKS) == first)


def _second(ranked: Sequence[RescoredText]) -> float:
    """The probability of the likeliest text with other digits."""
    first = ranked[0].text.translate(NO_MARKS)
    others = (entry for entry in ranked if entry.text.translate(NO_MARKS) != first)
    return next((entry.probability for entry in others), 0.0)


def _shows_no_digits(variant: RescoredVariant, outputs: Outputs) -> bool:
    """Whether the classifier of tiles sees no digits: by the mean over the variant's tiles."""
    tiles = [c.tile for c in variant.characters if c.symbol.isdecimal() and c.tile is not None]
    return bool(tiles) and float(outputs.is_digit[tiles].mean()) < DIGIT_MIN


def disagreement(shares: Shares, by_tile: Shares) -> list[str]:
    """A note where the classifier of tiles does not support the likeliest digit; shares [10]."""
    likeliest = int(shares.argmax())
    if by_tile[likeliest] >= AGREED:
        return []
    other = int(by_tile.argmax())
    if other == likeliest:
        return [f"{DISAGREE}: one of them is not sure of the {likeliest}"]
    return [f"{DISAGREE}: {likeliest} or {other}"]


def is_sure(shares: Shares, form: float, reject: float, notes: Sequence[str]) -> bool:
    """Whether a digit is sure, as far as it alone is concerned."""
    doubts = any(note in (AT_EDGE, BESIDE_OTHER) or note.startswith(DISAGREE) for note in notes)
    return not doubts and float(shares.max()) * form >= reject


def _digit(
    character: FoundCharacter,
    shares: Shares,
    form: float,
    sure: bool,
    notes: Sequence[str],
    answering: Answering,
) -> Digit:
    assert character.tile is not None
    likeliest = int(shares.argmax())
    doubt: RejectReason = "cut_off" if AT_EDGE in notes else "low_confidence"
    reason = None if sure else doubt
    return Digit(
        likeliest if sure else None,
        float(shares[likeliest]),
        shares.astype(np.float32),
        form,
        character.box,
        answering.found.tiles[character.tile],
        reason,
        likeliest,
        tuple(notes),
    )


def _other(character: FoundCharacter, answering: Answering) -> Digit:
    """What is neither digit nor mark, shown as '?'."""
    assert character.tile is not None
    probabilities = answering.outputs.probabilities[character.tile]
    likeliest = int(probabilities.argmax())
    return Digit(
        None,
        float(probabilities[likeliest]),
        probabilities,
        min(float(answering.outputs.is_digit[character.tile]), DIGIT_MIN / 2),
        character.box,
        answering.found.tiles[character.tile],
        "not_a_digit",
        likeliest,
        character.notes,
    )
