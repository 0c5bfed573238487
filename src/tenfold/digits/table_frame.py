"""The frame of a table: what names, counts and options say of its columns, before their content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tenfold.console import printable_line
from tenfold.digits.column_names import is_label_name, pixel_columns, shown
from tenfold.digits.frame_code import IN_MEMORY, TableCode
from tenfold.digits.tile import CLASSES, PIXELS
from tenfold.errors import DataError, UsageError

OTHERS_MAX = CLASSES + 1  # a label of ten columns, and an index

Transposed = Literal["auto", "yes", "no"]

HINT_COLUMNS = (
    "a row is 784 pixels, with or without a label (0..9, or ten columns one-hot) before or after "
    "them, and a number of the row"
)


@dataclass(frozen=True)
class DataOptions:
    """How to read data that could be read in two ways.

    label: "first", "last", "none" or the name of a column; header: whether the first line holds
    names. None: as the table itself says. transposed: whether rows and columns of the images are
    exchanged, as EMNIST's are; "auto": as the images themselves say.
    """

    label: str | None = None
    header: bool | None = None
    transposed: Transposed = "auto"

    @property
    def chosen_transposed(self) -> Transposed | None:
        """`transposed`, where it was chosen: None for "auto"."""
        return None if self.transposed == "auto" else self.transposed

    @property
    def of_columns(self) -> bool:
        """Whether something is decided about columns or names."""
        return self.label is not None or self.header is not None


AUTO = DataOptions()


@dataclass(frozen=True)
class Frame:
    """The columns of a table as far as they are known without their content.

    pixels: those that may be pixels, 784 or more, in their order; others: those that cannot be;
    label: the label among them, () where the content has to decide. `chosen`: an option decided
    about the label, so the others are left out, whatever they hold. `code` is for remedies.
    """

    count: int
    names: tuple[str, ...] | None
    pixels: tuple[int, ...]
    others: tuple[int, ...] = ()
    label: tuple[int, ...] = ()
    chosen: bool = False
    code: TableCode = IN_MEMORY

    @property
    def spare(self) -> int:
        """How many of `pixels` are more than 784."""
        return len(self.pixels) - PIXELS

    @property
    def free(self) -> tuple[int, ...]:
        """The columns whose content says what they are."""
        edges = (*self.pixels[: self.spare], *self.pixels[PIXELS:])
        return tuple(sorted({*self.others, *edges}))

    def called(self, column: int) -> str:
        """A column as messages call it: `column 785`, or `column 1 ('id')`."""
        name = "" if self.names is None else f" ('{shown(self.names[column])}')"
        return f"column {column + 1}{name}"

    def short(self, column: int) -> str:
        """A column in a list of faults: its name, or `column 785`."""
        return f"column {column + 1}" if self.names is None else shown(self.names[column])


def frame_of(
    names: Sequence[str] | None,
    count: int,
    options: DataOptions,
    place: str,
    code: TableCode = IN_MEMORY,
) -> Frame:
    """The frame of a table of `count` columns. `names` are None for one without a header. `code`
    reads and writes it in remedies.

    Raises DataError for a number of columns that no table of digits has, for pixels out of order
    and for two labels; UsageError for a label that is not there.
    """
    known = None if names is None else pixel_columns(names, place, code)
    if not PIXELS <= count <= PIXELS + OTHERS_MAX:
        raise DataError(
            f"{place}: {count} columns, expected 785 (label, pixels) or 784 (pixels)",
            hint=HINT_COLUMNS,
        )
    label = _label_column(names, count, options.label, place, known)
    if known is None:
        others = label
        pixels = tuple(c for c in range(count) if c not in others)
    else:
        pixels = tuple(c for c in known if c not in label)
        others = tuple(c for c in range(count) if c not in pixels)
    if len(pixels) < PIXELS:
        raise DataError(
            f"{place}: {count} columns, of which one is the label: {len(pixels)} pixels, expected "
            f"{PIXELS}",
            hint=HINT_COLUMNS,
        )
    named = None if names is None else tuple(names)
    return Frame(count, named, pixels, others, label, options.label is not None, code)


def _label_column(
    names: Sequence[str] | None,
    count: int,
    option: str | None,
    place: str,
    pixels: Sequence[int] | None,
) -> tuple[int, ...]:
    """The column that an option or a name calls the label; () where neither does."""
    if option is not None:
        return _chosen_column(names, count, option, place)
    if names is None:
        return ()
    known = frozenset(pixels or ())
    labels = [c for c, name in enumerate(names) if c not in known and is_label_name(name)]
    if len(labels) > 1:
        first, second = (printable_line(names[column]) for column in labels[:2])
        raise DataError(
            f"{place}: columns '{first}' and '{second}' may both be the label",
            hint=f"say which is: --label {first} or --label {second} (in Python, label='{first}'); "
            "the other is left out",
        )
    return tuple(labels)


def _chosen_column(
    names: Sequence[str] | None, count: int, option: str, place: str
) -> tuple[int, ...]:
    """The column that the option `label` names. Raises UsageError."""
    named = {} if names is None else {name: column for column, name in enumerate(names)}
    if option in named:
        return (named[option],)
    if option == "none" or count == PIXELS:  # 784 columns have room for none
        return ()
    if option in ("first", "last"):
        width = CLASSES if count >= PIXELS + CLASSES else 1  # one-hot
        start = 0 if option == "first" else count - width
        return tuple(range(start, start + width))
    have = "it has no header" if names is None else f"its columns begin with {', '.join(names[:3])}"
    raise UsageError(
        f"{place}: has no column '{option}': {have}",
        hint="--label takes first, last, none or the name of a column",
    )
