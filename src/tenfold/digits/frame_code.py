"""The Python that reads and writes a table, for remedies that can be run as they are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TableCode:
    """`read` gives the table as a pandas frame, `write` saves it; without it the table is X, in the
    caller's memory."""

    read: str
    write: str = ""

    def mend(self, change: str) -> str:
        """Two lines that read the table, change it by a statement on `table`, and save it."""
        if not self.write:
            return f" {change.replace('table', self.read)}"
        return f"\n  import pandas; table = {self.read}\n  {change}; table{self.write}"


IN_MEMORY = TableCode("X")
PARQUET = TableCode("pandas.read_parquet('FILE')", ".to_parquet('OTHER.parquet')")


def csv_code(*arguments: str, header: bool = True) -> TableCode:
    """The code for a table of text that pandas reads with these arguments."""
    bare = () if header else ("header=None",)
    read = ", ".join(("'FILE'", *arguments, *bare))
    write = "'OTHER.csv', index=False" + ("" if header else ", header=False")
    return TableCode(f"pandas.read_csv({read})", f".to_csv({write})")


CSV = csv_code()
