"""Labels in the names of pictures that lie in one folder: `7_0012.png`, `img_12_label_7.jpg`.

A number may be the label or count the pictures. What the names leave open is not guessed: the
error names both readings and the option that decides.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence

from tenfold.digits import CLASSES
from tenfold.digits.tile import NUMBER_WORDS
from tenfold.errors import DataError, UsageError

COPY = re.compile(r"\s*\(\d+\)$")  # `7 (2).png` is Windows' second copy
PIECE = re.compile(r"[a-z]+|[0-9]+")
LABEL_WORDS = frozenset(("digit", "class", "cls", "label", "lbl", "target", "y"))
LABELS = ("first", "last")

Reading = list[int]  # a label for each name
Reader = Callable[[Sequence[str]], int | None]  # of the pieces of a name


def labels_of_names(
    names: Sequence[str], choice: str | None, place: str
) -> tuple[Reading | None, str]:
    """The label of each name, None where the names hold none; and what to say.

    `choice`: "first" or "last", the number of each name that is the label; "none". Raises DataError
    where two readings are possible, UsageError for a choice that does not fit.
    """
    pieces = [PIECE.findall(COPY.sub("", os.path.splitext(name)[0]).lower()) for name in names]
    if choice == "none":
        return None, ""
    if choice is not None:
        found = _all(pieces, _number(choice)) if choice in LABELS else None
        if found is None:
            raise UsageError(
                f"{place}: the {choice} number of each name is not a digit 0..9"
                if choice in LABELS
                else f"{place}: names of pictures have no column '{choice}'",
                hint="--label takes first, last or none here: the first or last number of a name",
            )
        return found, f"labels: the {choice} number of each name"
    for reader, called in ((_after_class_word, "the number after its word"), (_word, "the word")):
        if (found := _all(pieces, reader)) is not None:
            return found, f"labels from the names: {called}, such as {names[0]}"
    first, last = (_all(pieces, _number(which)) for which in LABELS)
    if first is not None and last is not None and first != last:
        raise DataError(
            f"{place}: in {names[0]}, the first number may be the label ({first[0]}), or the last "
            f"({last[0]})",
            hint="say which: --label first or --label last, or --label none if they are not "
            "labelled (in Python, label='first')",
        )
    found, which = (first, "first") if first is not None else (last, "last")
    if found is None:
        return None, ""
    if len(set(found)) == len(found) and all(_numbers(name) == 1 for name in pieces):
        return None, (
            "the numbers in the names count the pictures; if they are labels: --label first"
        )
    return found, f"labels from the names: the {which} number, such as {found[0]} of {names[0]}"


def _all(names: Sequence[Sequence[str]], reader: Reader) -> Reading | None:
    """What a reader finds in every name; None where it does not."""
    found = [digit for pieces in names if (digit := reader(pieces)) is not None]
    return found if len(found) == len(names) else None


def _number(which: str) -> Reader:
    def read(pieces: Sequence[str]) -> int | None:
        numbers = [piece for piece in pieces if piece.isdigit()]
        if not numbers:
            return None
        number = numbers[0 if which == "first" else -1]
        return int(number) if len(number) == 1 and int(number) < CLASSES else None

    return read


def _after_class_word(pieces: Sequence[str]) -> int | None:
    """The number after the only word such as `label` or `digit`."""
    at = [i for i, piece in enumerate(pieces[:-1]) if piece in LABEL_WORDS]
    after = [pieces[i + 1] for i in at if pieces[i + 1].isdigit()]
    return int(after[0]) if len(after) == 1 and len(after[0]) == 1 else None


def _word(pieces: Sequence[str]) -> int | None:
    """The only number that is written as a word: `seven_03.png`."""
    found = [NUMBER_WORDS[piece] for piece in pieces if piece in NUMBER_WORDS]
    return found[0] if len(found) == 1 else None


def _numbers(pieces: Sequence[str]) -> int:
    return sum(piece.isdigit() for piece in pieces)
