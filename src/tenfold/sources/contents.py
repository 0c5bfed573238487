"""What a source contains: its digits with notes, each read when its reader is called."""

from __future__ import annotations

from collections.abc import Callable

from tenfold.digits import Digits

DigitsAndNotes = tuple[Digits, tuple[str, ...]]
Readers = dict[str, Callable[[], DigitsAndNotes]]  # by split: "train", "test"
