"""Turning transposed images upright, where the option says so or the images themselves do."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from tenfold.digits import DataOptions, Digits, Images
from tenfold.sources.upright.likeness import (
    TRANSPOSED,
    UPRIGHT,
    Floats,
    orientation_log_probabilities,
)

ROWS_LOOKED_AT = 1000  # spread over the file
# The sum of the log-ratios of "transposed" to "upright", each bounded. Bounds by which no piece of
# train.csv's upright digits is turned: tests/sources/upright draws thousands of pieces.
RATIO_MAX = 3.0  # of one row: whatever it shows, it is one row
TURN_FROM = 15.0
RATIO_TOLD = 0.7  # below, a row says nothing: a 0 looks alike in every orientation
SHARE_MIN = 0.8  # of the rows that say something
DOUBT_FROM = 5.0

NOTE_TURNED = (
    "the images were transposed, as EMNIST's are, and were turned (--transposed no: leave)"
)
NOTE_OPTION = "the images were transposed, as --transposed yes says"
NOTE_DOUBT = (
    "the images may be transposed, as EMNIST's are: too few rows to tell, left as they are "
    "(--transposed yes turns them)"
)


def turned(
    parts: Mapping[str, Digits], options: DataOptions, place: str
) -> tuple[dict[str, Digits], tuple[str, ...]]:
    """The digits of a source upright, by split, and a note where they were turned or may have to
    be. `place` begins the note."""
    turn, said = note_of([digits.images for digits in parts.values()], options)
    found = {split: _turned(digits) if turn else digits for split, digits in parts.items()}
    return found, (f"{place}: {said}",) if said else ()


def note_of(parts: Sequence[Images], options: DataOptions) -> tuple[bool, str]:
    """Whether images [n, 28, 28] are to be turned, and what to say; empty for nothing."""
    if options.transposed != "auto":
        return options.transposed == "yes", NOTE_OPTION if options.transposed == "yes" else ""
    evidence = transposed_evidence(parts)
    if evidence < TURN_FROM:
        return False, "" if evidence < DOUBT_FROM else NOTE_DOUBT
    return True, NOTE_TURNED


def transposed_evidence(parts: Sequence[Images]) -> float:
    """How much images [n, 28, 28] look like transposed digits rather than upright ones, by at most
    ROWS_LOOKED_AT of them: see `evidence_of`."""
    step = max(1, -(-sum(map(len, parts)) // ROWS_LOOKED_AT))
    images = np.concatenate([part[::step] for part in parts])
    return evidence_of(orientation_log_probabilities(images)) if len(images) else 0.0


def evidence_of(found: Floats) -> float:
    """The sum of bounded log-ratios of "transposed" to "upright" of rows [n, 8]; 0 where another
    orientation is likelier than both, or too many rows disagree."""
    ratios = (found[:, TRANSPOSED] - found[:, UPRIGHT]).clip(-RATIO_MAX, RATIO_MAX)
    clear = ratios[np.abs(ratios) > RATIO_TOLD]
    agreeing = np.count_nonzero(clear > 0)
    if found.mean(axis=0).argmax() != TRANSPOSED or agreeing < SHARE_MIN * len(clear):
        return 0.0
    return float(ratios.sum())


def _turned(digits: Digits) -> Digits:
    images, stored = (
        None if array is None else np.ascontiguousarray(array.transpose(0, 2, 1))
        for array in (digits.images, digits.stored)
    )
    assert images is not None
    return dataclasses.replace(digits, images=images, stored=stored)
