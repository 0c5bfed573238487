"""The header of a CSV: its layout, and the remedy for any other header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tenfold.digits import PIXELS, SIDE
from tenfold.errors import DataError, Fault

PIXEL_NAMES = [f"pixel{index}" for index in range(PIXELS)]
# the other header in wide use for MNIST: row x column, from 1
GRID_NAMES = [f"{row}x{column}" for row in range(1, SIDE + 1) for column in range(1, SIDE + 1)]
LABEL_NAMES = frozenset(("label", "digit", "y", "class", "target"))  # whatever their case

HINT_HEADER = (
    "name the columns label,pixel0,...,pixel783 (without labels, the pixels alone), and have the "
    "values in that order"
)
PIXELS_CODE = "[f'pixel{i}' for i in range(784)]"
# names of pixels in the order of the values, and the Python that gives them
STYLES = (
    (PIXEL_NAMES, PIXELS_CODE),
    (
        GRID_NAMES,
        "[f'{row}x{column}' for row in range(1, 29) for column in range(1, 29)]",
    ),
    ([f"pixel{i}" for i in range(1, PIXELS + 1)], "[f'pixel{i}' for i in range(1, 785)]"),
    ([str(i) for i in range(PIXELS)], "[str(i) for i in range(784)]"),
    ([str(i) for i in range(1, PIXELS + 1)], "[str(i) for i in range(1, 785)]"),
)


@dataclass(frozen=True)
class Layout:
    """The layout of a CSV: whether the first column is the label, and a note on its name."""

    labelled: bool
    notes: tuple[str, ...] = ()


def layout_of(header: Sequence[str], name: str) -> Layout:
    """The layout that a header names. Raises DataError for a layout that is not Kaggle's."""
    first, rest = header[0], list(header[1:])
    for names in (PIXEL_NAMES, GRID_NAMES):
        if list(header) == names:
            return Layout(labelled=False)
        if rest == names and first == "label":
            return Layout(labelled=True)
        if rest == names and first.lower() in LABEL_NAMES:
            return Layout(True, (f"{name}: column 1 is called '{first}', and is the label",))
    problem, hint = _problem(list(header))
    raise DataError([Fault(f"{name}:1", problem)], hint=hint)


def _problem(header: list[str]) -> tuple[str, str]:
    """The problem of a header that names neither layout, and the remedy."""
    for separator, plural in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and header[0].count(separator) >= PIXELS - 1:
            return (
                f"the columns are separated by {plural}, not by commas",
                f"save it as plain CSV: pandas.read_csv(FILE, sep={separator!r}).to_csv(OTHER, "
                "index=False)",
            )
    for names, code in STYLES:
        if len(set(header)) == len(header) and set(names) <= set(header):
            return _other_order(header, names, code)
    if all(is_number(cell) for cell in header):
        return "the first line holds numbers, not column names", _nameless(len(header))
    return _other_columns(header), HINT_HEADER


def _nameless(columns: int) -> str:
    """The remedy for rows without a header; it keeps the first line, which is a row."""
    names = {
        PIXELS: PIXELS_CODE,
        PIXELS + 1: f"['label'] + {PIXELS_CODE}",
    }.get(columns)
    if names is None:
        return f"put a line of names above it: {HINT_HEADER}"
    first = ", if the label comes first" if columns > PIXELS else ""
    return (
        f"put a line of names above it{first}: pandas.read_csv(FILE, header=None, names={names})"
        ".to_csv(OTHER, index=False)"
    )


def _other_order(header: list[str], names: list[str], code: str) -> tuple[str, str]:
    """The problem of a header with all pixels of one style: other columns, or the order; and the
    remedy."""
    pixels = set(names)
    others = [cell for cell in header if cell not in pixels]
    labels = [cell for cell in others if cell.lower() in LABEL_NAMES]
    if len(labels) > 1:
        return (
            f"columns '{labels[0][:20]}' and '{labels[1][:20]}' may both be the label",
            "leave the wrong one out: pandas.read_csv(FILE).drop(columns=[ITS NAME])"
            ".to_csv(OTHER, index=False)",
        )
    if strange := [cell for cell in others if cell not in labels]:
        return _strange_column(header, strange[0], labelled=bool(labels))
    expected = [*labels, *names]
    label, renamed = (f"{labels} + ", "['label'] + ") if labels else ("", "")
    remedy = f"pandas.read_csv(FILE)[{label}{code}]"
    if code != PIXELS_CODE or label != renamed:
        remedy += f".set_axis({renamed}{PIXELS_CODE}, axis=1)"
    remedy += ".to_csv(OTHER, index=False)"
    apart = next((i for i, cell in enumerate(header) if cell != expected[i]), None)
    if apart is None:
        return f"the pixels are called {names[0]} to {names[-1]}, not pixel0 to pixel783", remedy
    return (
        f"the columns are out of order: column {apart + 1} is {header[apart][:20]}, expected "
        f"{expected[apart]}",
        f"reorder them: {remedy}",
    )


def _strange_column(header: list[str], strange: str, *, labelled: bool) -> tuple[str, str]:
    """The problem of a column that is no pixel, and the remedy. It may be an index or the label, so
    the user decides."""
    place = header.index(strange)
    called = strange[:20] or f"Unnamed: {place}"  # as pandas calls it
    leave_out = f"pandas.read_csv(FILE).drop(columns=[{called!r}]).to_csv(OTHER, index=False)"
    column = f"column {place + 1} ('{strange[:20]}')"
    columns = f"{len(header)} columns, expected {PIXELS + labelled}; unknown: '{strange[:20]}'"
    if labelled:
        return (
            f"{columns}: {column} is neither the label nor a pixel, but an index, perhaps",
            f"leave it out: {leave_out}",
        )
    return (
        f"{columns}: {column} is no pixel: the label under another name, or an index",
        f"if it is the label, call it label; if it numbers the rows, leave it out: {leave_out}",
    )


def _other_columns(header: list[str]) -> str:
    known = ["label", *PIXEL_NAMES]
    expected = known if "label" in header or len(header) > PIXELS else PIXEL_NAMES
    problem = f"{len(header)} columns, expected 785 (label, pixels) or 784 (pixels)"
    if missing := [cell for cell in expected if cell not in header]:
        problem += f"; missing: {_first_few(missing)}"
    if surplus := [cell for cell in header if cell not in known]:
        problem += f"; unknown: {_first_few(surplus)}"
    if repeated := sorted(set(_repeated(header))):
        problem += f"; repeated: {_first_few(repeated)}"
    return problem


def _repeated(header: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for cell in header:
        if cell in seen:
            yield cell
        seen.add(cell)


def is_number(text: str) -> bool:
    """Whether Python reads the text as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _first_few(words: Sequence[str]) -> str:
    shown = ", ".join(repr(word[:20]) for word in words[:3])
    return shown if len(words) <= 3 else f"{shown} and {len(words) - 3} more"
