"""The header of a CSV: Kaggle's layout, or what is missing and what is too much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tenfold.digits import PIXELS
from tenfold.digits.column_names import GRID_NAMES, LABEL_NAMES, PIXEL_NAMES
from tenfold.errors import DataError, Fault

HINT_HEADER = (
    "name the columns label,pixel0,...,pixel783 (without labels, the pixels alone), and have the "
    "values in that order"
)


@dataclass(frozen=True)
class Layout:
    """Kaggle's layout: whether the first column is the label, and a note on its name."""

    labelled: bool
    notes: tuple[str, ...] = ()


def layout_of(header: Sequence[str], name: str) -> Layout | None:
    """The layout that a header names; None for one that is not Kaggle's."""
    first, rest = header[0], list(header[1:])
    for names in (PIXEL_NAMES, GRID_NAMES):
        if list(header) == names:
            return Layout(labelled=False)
        if rest == names and first == "label":
            return Layout(labelled=True)
        if rest == names and first.lower() in LABEL_NAMES:
            return Layout(True, (f"{name}: column 1 is called '{first}', and is the label",))
    return None


def other_columns(header: Sequence[str], name: str) -> DataError:
    """The error for a first line with too few or too many columns: which are missing, unknown or
    there twice."""
    known = ["label", *PIXEL_NAMES]
    expected = known if "label" in header or len(header) > PIXELS else PIXEL_NAMES
    problem = f"{len(header)} columns, expected 785 (label, pixels) or 784 (pixels)"
    if missing := [cell for cell in expected if cell not in header]:
        problem += f"; missing: {_first_few(missing)}"
    if surplus := [cell for cell in header if cell not in known]:
        problem += f"; unknown: {_first_few(surplus)}"
    if repeated := sorted(set(_repeated(header))):
        problem += f"; repeated: {_first_few(repeated)}"
    return DataError([Fault(f"{name}:1", problem)], hint=HINT_HEADER)


def _repeated(header: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for cell in header:
        if cell in seen:
            yield cell
        seen.add(cell)


def _first_few(words: Sequence[str]) -> str:
    shown = ", ".join(repr(word[:20]) for word in words[:3])
    return shown if len(words) <= 3 else f"{shown} and {len(words) - 3} more"
