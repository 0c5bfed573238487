"""ARFF, the format of Weka and OpenML: names of columns, then rows of a CSV."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from tenfold.digits import AUTO, DataOptions
from tenfold.digits.table_frame import frame_of
from tenfold.errors import DataError
from tenfold.sources.contents import DigitsAndNotes
from tenfold.sources.tables.dialect import LINES_LOOKED_AT, dialect_of
from tenfold.sources.tables.lines import Block, Lines
from tenfold.sources.tables.text_table import TextTable, read_rows

HEADER_BYTES_MAX = 1 << 20  # OpenML's mnist_784 has 25 kB
DATA = re.compile(rb"^[ \t]*@data[ \t]*\r?\n", re.IGNORECASE | re.MULTILINE)
ATTRIBUTE = re.compile(
    rb"^[ \t]*@attribute[ \t]+('[^'\n]*'|\"[^\"\n]*\"|[^ \t\n]+)", re.IGNORECASE | re.MULTILINE
)
HINT_SPARSE = (
    "write it densely (pip install liac-arff pandas):\n"
    "  import arff, pandas; rows = arff.load(open('FILE'), return_type=arff.LOD)['data']\n"
    "  pandas.DataFrame(rows, columns=range({count})).fillna(0).to_csv('OTHER.csv', index=False)"
)


def is_arff(lines: Lines) -> bool:
    """Whether a text begins like ARFF: with its name, or with a comment."""
    return lines.first.lstrip().lower().startswith((b"@relation", b"%"))


def read_arff(lines: Lines, options: DataOptions = AUTO) -> DigitsAndNotes:
    """Read the digits of a dense ARFF file, and notes. Raises DataError."""
    blocks = lines.blocks()
    names, (content, number) = _header(lines, blocks)
    while content.startswith((b"\n", b"\r\n", b"%")):
        _, _, content = content.partition(b"\n")
        number += 1
    rows = [line for line in content.split(b"\n")[:LINES_LOOKED_AT] if line.strip()]
    if rows and rows[0].lstrip().startswith(b"{"):
        raise DataError(
            f"{lines.name}:{number}: is a sparse ARFF file, which is not read",
            hint=HINT_SPARSE.format(count=len(names)),
        )
    dialect = dialect_of(rows)
    if dialect is None:
        raise DataError(
            f"{lines.name}:{number}: a row is not 784 pixels and a class",
            hint="give a table of 28 x 28 pixels, such as OpenML's mnist_784",
        )
    frame = frame_of(names, len(names), options, f"{lines.name}: @attribute")
    table = TextTable(lines.name, dialect, frame, number, ("ARFF",))
    return read_rows(lines, table, itertools.chain([(content, number)], blocks))


def _header(lines: Lines, blocks: Iterator[Block]) -> tuple[list[str], Block]:
    """The names of the attributes, and what follows @data in its block. Raises DataError."""
    header = lines.first + b"\n"
    for block, _ in blocks:
        header += block
        if found := DATA.search(header):
            names = [name.decode(errors="replace") for name in ATTRIBUTE.findall(header)]
            number = 1 + header.count(b"\n", 0, found.end())
            return [name.strip("'\" \r") for name in names], (header[found.end() :], number)
        if len(header) > HEADER_BYTES_MAX:
            break
    raise DataError(
        f"{lines.name}: begins like ARFF and has no line @data",
        hint="download the file again; if it is a CSV, its first line may not begin with @ or %",
    )
