"""The dialect of a text table, inferred from the text: separator, quotes, decimal commas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tenfold.digits import PIXELS
from tenfold.digits.table_frame import OTHERS_MAX
from tenfold.sources.tables.csv.numbers import parse_levels

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars", ",": "commas", " ": "blanks"}
LINES_LOOKED_AT = 20
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
TRUTH = re.compile(rb"\b(?:true|false)\b", re.IGNORECASE)
QUOTED = re.compile(rb"\"([^\"\n]*)\"|'([^'\n]*)'")

Table = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Dialect:
    """How a text table is written. `trailing`: each row ends in a separator."""

    separator: str
    quoted: bool = False
    decimal_comma: bool = False
    trailing: bool = False

    def plain(self, block: bytes) -> bytes:
        """Rewrite lines as numbers with commas between and points in them, without blanks."""
        if b"F" in block or b"f" in block:  # truth, as pandas, R and Excel write it
            block = TRUTH.sub(lambda found: b"1" if found[0][:1] in b"tT" else b"0", block)
        if self.quoted:
            block = QUOTED.sub(self._unquoted, block)
        if self.decimal_comma and self.separator != ",":
            block = block.replace(b",", b".")
        if self.separator == " ":
            block = re.sub(rb"[ \t]+", b",", re.sub(rb"(?m)^[ \t]+|[ \t\r]+$", b"", block))
        else:
            block = block.replace(self.separator.encode(), b",")
            if b" " in block or b"\t" in block:
                block = re.sub(rb"[ \t]*([,\r\n])[ \t]*", rb"\1", block).strip(b" \t")
        return re.sub(rb",(?=\r?(\n|\Z))", b"", block) if self.trailing else block

    def cells(self, line: bytes) -> list[str]:
        """The cells of one line."""
        return self.plain(line.removesuffix(b"\r")).decode(errors="replace").split(",")

    def names(self, line: bytes) -> list[str]:
        """The cells of a line of names, which may hold commas that are not decimal."""
        text = line.removesuffix(b"\r").decode(errors="replace").removeprefix("#").strip(" ")
        names = text.split() if self.separator == " " else text.split(self.separator)
        return [name.strip().strip("\"'").strip() for name in names]

    def parse(self, block: bytes, columns: int) -> npt.NDArray[np.uint8] | Table | None:
        """The numbers of a block of lines, [rows, columns]; None if anything is no number."""
        text = self.plain(block)
        levels = parse_levels(text, columns, labelled=False) if text else None
        if levels is not None:
            return levels
        lines = text.splitlines()
        if not all(lines):
            return None
        try:
            table = np.loadtxt(
                [line.decode("ascii") for line in lines], delimiter=",", comments=None, ndmin=2
            )
        except ValueError:
            return None
        good = table.shape == (len(lines), columns) and np.isfinite(table).all()
        return table if good else None

    def arguments(self) -> list[str]:
        """What pandas.read_csv has to be told of it."""
        separator = r"r'\s+'" if self.separator == " " else repr(self.separator)
        said = [] if self.separator == "," else [f"sep={separator}"]
        return said + (["decimal=','"] if self.decimal_comma else [])

    def words(self) -> list[str]:
        """What is unusual about it, for the note."""
        said = [] if self.separator == "," else [f"{SEPARATORS[self.separator]} between columns"]
        said += ["decimal commas"] if self.decimal_comma else []
        return said

    def _unquoted(self, found: re.Match[bytes]) -> bytes:
        inside = found[1] if found[1] is not None else found[2]
        return inside.replace(b",", b".") if self.separator == "," else inside


def dialect_of(lines: Sequence[bytes]) -> Dialect | None:
    """The dialect of a table from some of its rows; None where no separator gives 784 columns or
    a few more."""
    rows = [line.rstrip(b"\r") for line in lines[:LINES_LOOKED_AT] if line.strip()]
    bare = [QUOTED.sub(b"0", row) for row in rows]
    for separator in SEPARATORS:
        counts = [_count(row, separator) for row in bare]
        if counts and all(PIXELS <= count <= PIXELS + OTHERS_MAX + 1 for count in counts):
            quoted = any(QUOTED.search(row) for row in rows)
            inside = b"".join(found[0] for row in rows for found in QUOTED.finditer(row))
            commas = b"," in (inside if separator == "," else b"".join(rows))
            trailing = separator != " " and all(
                row.rstrip(b" ").endswith(separator.encode()) for row in rows
            )
            return Dialect(separator, quoted, commas, trailing)
    return None


def _count(row: bytes, separator: str) -> int:
    return len(row.split()) if separator == " " else row.count(separator.encode()) + 1
