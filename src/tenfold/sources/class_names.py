"""The digit that a folder's name says: `7`, `07`, `seven`, `digit_7`, `7_seven`."""

from __future__ import annotations

import re

from tenfold.digits import CLASSES
from tenfold.digits.tile import NUMBER_WORDS

# words that may stand before the digit; others, such as `batch_7`, may number anything
CLASS_WORDS = frozenset(
    ("digit", "digits", "number", "num", "class", "cls", "label", "labels", "lbl", "target", "y")
)
WORD = re.compile(r"[a-z]+|[0-9]+")


def class_of(name: str) -> int | None:
    """The digit that a name says; None for a name that says none, several, or other things."""
    words = WORD.findall(name.lower())
    digits = {digit for word in words if (digit := digit_of(word)) is not None}
    known = all(word in CLASS_WORDS or digit_of(word) is not None for word in words)
    return digits.pop() if known and len(digits) == 1 else None


def digit_of(word: str) -> int | None:
    """The digit of a word: `7`, `07`, `seven`; None for other words."""
    if word.isdigit():
        return int(word) if len(word) <= 2 and int(word) < CLASSES else None
    return NUMBER_WORDS.get(word)
