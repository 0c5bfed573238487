"""Names of columns: those of labels, of row numbers, and of pixels in their order."""

from __future__ import annotations

from collections.abc import Sequence

from tenfold.digits.frame_code import IN_MEMORY, TableCode
from tenfold.digits.tile import PIXELS, SIDE
from tenfold.errors import DataError

PIXEL_NAMES = [f"pixel{index}" for index in range(PIXELS)]
# the other header in wide use for MNIST: row x column, from 1
GRID_NAMES = [f"{row}x{column}" for row in range(1, SIDE + 1) for column in range(1, SIDE + 1)]
LABEL_NAMES = frozenset(
    ("label", "labels", "digit", "digits", "y", "class", "classes", "target", "targets")
)  # whatever their case
# whatever their case; empty is how pandas saves its index, and "Unnamed: 0" how it reads it again
INDEX_NAMES = frozenset(
    (
        "",
        "unnamed: 0",
        "__index_level_0__",
        "index",
        "id",
        "ids",
        "imageid",
        "image_id",
        "row",
        "rowid",
        "no",
        "nr",
        "#",
    )
)

PIXELS_CODE = "[f'pixel{i}' for i in range(784)]"
# names of pixels in the order of the values, and the Python that gives them
STYLES = (
    (PIXEL_NAMES, PIXELS_CODE),
    (GRID_NAMES, "[f'{row}x{column}' for row in range(1, 29) for column in range(1, 29)]"),
    ([f"pixel{i}" for i in range(1, PIXELS + 1)], "[f'pixel{i}' for i in range(1, 785)]"),
    ([str(i) for i in range(PIXELS)], "[str(i) for i in range(784)]"),
    ([str(i) for i in range(1, PIXELS + 1)], "[str(i) for i in range(1, 785)]"),
)


def is_label_name(name: str) -> bool:
    return name.lower() in LABEL_NAMES


def is_index_name(name: str) -> bool:
    return name.lower() in INDEX_NAMES


def shown(name: str) -> str:
    """A name as messages quote it."""
    return name if len(name) <= 20 else name[:17] + "..."


def pixel_columns(
    names: Sequence[str], place: str, code: TableCode = IN_MEMORY
) -> tuple[int, ...] | None:
    """The columns that names of a known style call pixels; None for names of no such style.

    `code` reads and writes the table in the remedy. Raises DataError where the pixels are out of
    order.
    """
    if len(set(names)) < len(names):
        return None
    numbered = sum(name.isdigit() for name in names)
    at = {name: column for column, name in enumerate(names)}
    for style, ordered in STYLES:
        if numbered not in (0, PIXELS) and style[0].isdigit():
            continue  # the columns are numbered, not the pixels
        if all(name in at for name in style):
            columns = tuple(at[name] for name in style)
            if list(columns) != sorted(columns):
                raise _out_of_order(names, style, ordered, place, code)
            return columns
    return None


def _out_of_order(
    names: Sequence[str], style: Sequence[str], in_order: str, place: str, code: TableCode
) -> DataError:
    pixels = set(style)
    labels = [name for name in names if name not in pixels and is_label_name(name)][:1]
    others = [name for name in names if name not in pixels and name not in labels]
    ordered = iter(style)
    expected = [next(ordered) if name in pixels else name for name in names]
    apart = next(i for i, name in enumerate(names) if name != expected[i])
    drop = f".drop(columns={others})" if others else ""
    label = f"{labels} + " if labels else ""
    return DataError(
        f"{place}: the columns are out of order: column {apart + 1} is {shown(names[apart])}, "
        f"expected {expected[apart]}",
        hint=f"reorder them:{code.mend(f'table = table{drop}[{label}{in_order}]')}",
    )
