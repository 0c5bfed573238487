"""The Python of remedies for tables."""

from __future__ import annotations

from tenfold.digits.frame_code import CSV, IN_MEMORY, PARQUET, csv_code


def test_a_file_is_read_changed_and_saved_in_two_lines() -> None:
    assert CSV.mend("table = table.dropna()") == (
        "\n  import pandas; table = pandas.read_csv('FILE')"
        "\n  table = table.dropna(); table.to_csv('OTHER.csv', index=False)"
    )
    assert "read_parquet('FILE')" in PARQUET.mend("table = table")


def test_what_is_in_memory_is_x() -> None:
    assert IN_MEMORY.mend("table['label'] %= 10") == " X['label'] %= 10"


def test_how_a_table_is_written_is_told_to_pandas() -> None:
    code = csv_code("sep=';'", header=False)
    assert code.read == "pandas.read_csv('FILE', sep=';', header=None)"
    assert code.write == ".to_csv('OTHER.csv', index=False, header=False)"
