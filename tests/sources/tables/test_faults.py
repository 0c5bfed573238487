"""The faults of a text table, line by line."""

from __future__ import annotations

import pytest

from tenfold.digits import AUTO
from tenfold.digits.table_frame import Frame, frame_of
from tenfold.sources.tables import faults as table_faults
from tenfold.sources.tables.csv.faults import CsvFault, FaultKind
from tenfold.sources.tables.dialect import Dialect
from tenfold.sources.tables.faults import faults_of_table

NAMES = ["label", *(f"pixel{i}" for i in range(784))]
ROW = ["7", *["0"] * 784]


def line(**cells: str) -> bytes:
    """A good row with some cells changed, such as c3="x" for the fourth."""
    changed = list(ROW)
    for name, cell in cells.items():
        changed[int(name[1:])] = cell
    return ",".join(changed).encode() + b"\n"


def frame(names: list[str] | None = NAMES) -> Frame:
    return frame_of(names, 785, AUTO, "a.csv")


def faults(content: bytes, *, whole: bool = True, at_end: bool = False) -> list[CsvFault]:
    dialect = Dialect(",")
    return faults_of_table((content, 10), "a.csv", dialect, frame(), whole=whole, at_end=at_end)


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (b"\0,1\n", FaultKind.NUL_BYTES, "holds NUL bytes"),
        (b"  \n", FaultKind.BLANK_LINE, "is blank"),
        ((",".join(NAMES) + "\n").encode(), FaultKind.REPEATED_HEADER, "is the header again"),
        (b"7,0\n", FaultKind.COLUMN_COUNT, "2 columns, expected 785"),
        (line(c3=""), FaultKind.EMPTY_CELL, "pixel2 is empty"),
        (line(c3="x"), FaultKind.NO_NUMBER, "pixel2 is 'x', expected a number"),
        (line(c3="256"), FaultKind.OTHER_NUMBER, "pixel2 is 256, expected 0..255"),
        (line(c3="0.5"), FaultKind.OTHER_NUMBER, "pixel2 is 0.5, expected a whole number 0..255"),
        (line(c0="1e999"), FaultKind.OTHER_NUMBER, "label is 1e999, expected a smaller number"),
    ],
)
def test_each_fault_has_its_kind_and_its_words(content: bytes, kind: FaultKind, said: str) -> None:
    (fault,) = faults(line() + content)
    assert (fault.kind, fault.problem, fault.place) == (kind, said, "a.csv:11")
    assert not fault.cut_off


def test_fractions_are_levels_where_the_table_has_them() -> None:
    (fault,) = faults(line(c3="0.5"), whole=False)
    assert fault.kind is FaultKind.NOT_PARSED  # nothing is wrong with a line by itself


def test_a_long_cell_is_cut() -> None:
    (fault,) = faults(line(c3="9" * 50))
    assert len(fault.problem) < 70


def test_several_faults_of_a_line_are_told_one_by_one() -> None:
    assert [fault.problem for fault in faults(line(c3="x", c5=""))] == [
        "pixel2 is 'x', expected a number",
        "pixel4 is empty",
    ]


def test_a_last_line_without_its_end_may_be_cut_off() -> None:
    (fault,) = faults(line() + b"7,0,0", at_end=True)
    assert fault.cut_off
    assert fault.problem.startswith("the last line is cut off: ")


def test_reading_stops_after_many_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_faults, "COUNTED_MAX", 3)
    found = faults(b"\n" * 9)
    assert len(found) == 4
    assert found[-1].kind is FaultKind.MORE
