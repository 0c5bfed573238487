"""ARFF, the format of Weka and OpenML: names of columns, then rows of a CSV."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tenfold.digits import AUTO, DataOptions
from tenfold.digits.column_names import is_label_name
from tenfold.digits.frame_code import TableCode, csv_code
from tenfold.digits.table_frame import frame_of
from tenfold.errors import DataError
from tenfold.sources.class_names import class_of
from tenfold.sources.contents import DigitsAndNotes
from tenfold.sources.tables.dialect import LINES_LOOKED_AT, Dialect, dialect_of
from tenfold.sources.tables.lines import Block, Lines
from tenfold.sources.tables.text_table import TextTable, read_rows

HEADER_BYTES_MAX = 1 << 20  # OpenML's mnist_784 has 25 kB
DATA = re.compile(rb"^[ \t]*@data[ \t]*\r?\n", re.IGNORECASE | re.MULTILINE)
ATTRIBUTE = re.compile(
    rb"^[ \t]*@attribute[ \t]+('[^'\n]*'|\"[^\"\n]*\"|[^ \t\n]+)", re.IGNORECASE | re.MULTILINE
)
NOMINAL = re.compile(rb"^[ \t]*@attribute[^\n{]*\{([^}\n]*)\}", re.IGNORECASE | re.MULTILINE)
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
    names, classes, (content, number) = _header(lines, blocks)
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
    code = _code(names, dialect, number)
    frame = frame_of(names, len(names), options, f"{lines.name}: @attribute", code)
    table = TextTable(lines.name, dialect, frame, number, ("ARFF", *classes.words))
    rest = itertools.chain([(content, number)], blocks)
    return read_rows(lines, table, ((classes.as_digits(block), at) for block, at in rest))


def _code(names: Sequence[str], dialect: Dialect, first_row: int) -> TableCode:
    """The Python that reads the rows with the names of their columns."""
    last, first = is_label_name(names[-1]), is_label_name(names[0])
    count = len(names) - 1
    named = f"[*range({count}), {names[-1]!r}]" if last else f"[{names[0]!r}, *range({count})]"
    arguments = [f"names={named}"] if first or last else []
    arguments += ['quotechar="\'"'] if dialect.quoted else []
    skip = f"skiprows={first_row - 1}"
    return csv_code(*dialect.arguments(), skip, *arguments, header=first or last)


@dataclass(frozen=True)
class _Classes:
    """Classes of a nominal attribute that are no numbers and mean digits: `seven`, `digit7`."""

    digits: Mapping[bytes, int]

    @property
    def words(self) -> tuple[str, ...]:
        said = ", ".join(f"{name.decode()} is {digit}" for name, digit in self.digits.items())
        return (f"classes {said}",) if said else ()

    def as_digits(self, block: bytes) -> bytes:
        """The rows with the digits in place of the classes."""
        if not self.digits:
            return block
        names = b"|".join(re.escape(name) for name in self.digits)
        cell = re.compile(rb"(?<![\w.-])(?:%s)(?![\w.-])" % names)
        return cell.sub(lambda found: b"%d" % self.digits[found[0]], block)


def _classes(header: bytes) -> _Classes:
    found: dict[bytes, int] = {}
    for listed in NOMINAL.findall(header):
        names = [name.strip(b" \t'\"") for name in listed.split(b",")]
        digits = [class_of(name.decode(errors="replace")) for name in names]
        if None not in digits and not all(name.isdigit() for name in names):
            found |= {name: d for name, d in zip(names, digits, strict=True) if d is not None}
    return _Classes(found)


def _header(lines: Lines, blocks: Iterator[Block]) -> tuple[list[str], _Classes, Block]:
    """The names of the attributes, the classes, and what follows @data in its block. Raises
    DataError."""
    header = lines.first + b"\n"
    for block, _ in blocks:
        header += block
        if found := DATA.search(header):
            names = [name.decode(errors="replace") for name in ATTRIBUTE.findall(header)]
            number = 1 + header.count(b"\n", 0, found.end())
            names = [name.strip("'\" \r") for name in names]
            return names, _classes(header[: found.end()]), (header[found.end() :], number)
        if len(header) > HEADER_BYTES_MAX:
            break
    raise DataError(
        f"{lines.name}: begins like ARFF and has no line @data",
        hint="download the file again; if it is a CSV, its first line may not begin with @ or %",
    )
