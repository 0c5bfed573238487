"""Files that cannot be written, or that nobody could open, are refused before the work."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from readings import digit, number, reading
from tenfold.errors import MissingExtraError, OutputError, UsageError
from tenfold.reading.tables.files import TableFiles


def files(**paths: str) -> TableFiles:
    return TableFiles(**{"csv": None, "xlsx": None, "doubtful": None, **paths})


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ({"xlsx": "out.xls"}, "--xlsx out.xls: Excel would not open"),
        ({"doubtful": "scans"}, "--doubtful scans: a browser would not open"),
        ({"csv": "out.html", "doubtful": "./out.html"}, "--csv and --doubtful name one file"),
    ],
)
def test_names_that_no_program_opens_are_refused(paths: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        files(**paths).refuse(force=False)


def test_a_file_that_exists_is_replaced_by_force_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        files(csv=str(path)).refuse(force=False)
    files(csv=str(path)).refuse(force=True)


def test_a_missing_extra_is_named_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtraError, match="documents"):
        files(xlsx="out.xlsx").refuse(force=False)


def test_the_summary_counts_what_was_written(tmp_path: Path) -> None:
    wanted = files(csv=str(tmp_path / "out.csv"), doubtful=str(tmp_path / "out.html"))
    assert wanted.wanted
    sure, unsure = number(digit(4, 0.99)), number(digit(7, 0.9))
    with wanted.opened() as add:
        add(reading((sure, unsure)))
        add(reading(reason="blank"))
    assert [line.partition(": ")[2] for line in wanted.summary()] == [
        "2 numbers, 1 not sure; 1 page without any",
        "1 not sure",
    ]
    assert (tmp_path / "out.csv").read_text().count("\n") == 4


def test_without_files_nothing_is_written() -> None:
    none = files()
    assert not none.wanted
    with none.opened() as add:
        add(reading(reason="blank"))
    assert list(none.summary()) == []
