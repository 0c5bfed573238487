"""The Excel workbook, read back by its own XML."""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from conftest import NEEDS_DOCUMENTS
from tenfold.errors import MissingExtraError
from tenfold.reading.tables import workbook as module
from tenfold.reading.tables.rows import COLUMNS, Row
from tenfold.reading.tables.workbook import refuse_missing_extra, workbook

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def _needs_documents() -> None:
    pytest.importorskip("xlsxwriter", reason=NEEDS_DOCUMENTS)


def written(path: Path, *rows: Row) -> list[list[tuple[str, str | None]]]:
    """The cells, (type, value), of all sheets: "inlineStr" is text, "n" a number."""
    with workbook(path) as add:
        for row in rows:
            add(row)
    cells = []
    with zipfile.ZipFile(path) as book:
        sheets = sorted(name for name in book.namelist() if "/worksheets/sheet" in name)
        for sheet in sheets:
            for row in ElementTree.fromstring(book.read(sheet)).iter(f"{SPACE}row"):
                cells.append(
                    [(c.get("t", "n"), "".join(c.itertext()) or None) for c in row]  # type: ignore
                )
                assert not list(row.iter(f"{SPACE}f"))  # no formula
    return cells


@pytest.mark.usefixtures("_needs_documents")
def test_ids_stay_text_and_shares_are_numbers(tmp_path: Path) -> None:
    row = Row("form.pdf", 2, 1, "007", 0.75, "", "1 2 3 4", "007", "0.07")
    header, first = written(tmp_path / "out.xlsx", row)
    assert [value for _, value in header] == list(COLUMNS)
    assert first == [
        ("inlineStr", "form.pdf"), ("n", "2"), ("n", "1"), ("inlineStr", "007"), ("n", "0.75"),
        ("inlineStr", None), ("inlineStr", "1 2 3 4"), ("inlineStr", "007"),
        ("inlineStr", "0.07"),
    ]  # fmt: skip
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        styles = book.read("xl/styles.xml").decode()
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    style = int(re.search(r'<c r="D2" s="(\d+)"', sheet)[1])  # type: ignore[index]
    formats = re.search(r"<cellXfs.*?</cellXfs>", styles)[0]  # type: ignore[index]
    assert re.findall(r'numFmtId="(\d+)"', formats)[style] == "49"  # "@": typed text stays text
    assert 'numberStoredAsText="1"' in sheet  # no green corner at each id


@pytest.mark.usefixtures("_needs_documents")
@pytest.mark.parametrize("name", ["=1+1.png", "@a", "http://a.b/c", "{=A1}", "\udcff", "x\x01y"])
def test_no_name_becomes_a_formula_or_a_link(name: str, tmp_path: Path) -> None:
    rows = written(tmp_path / "out.xlsx", Row(name, 1, 1, "=2+2", reason="=why"))
    assert {kind for kind, _ in rows[1][:1] + rows[1][3:4]} == {"inlineStr"}
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        assert "hyperlink" not in book.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.usefixtures("_needs_documents")
def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROWS_MAX", 3)
    rows = written(tmp_path / "out.xlsx", *(Row(str(i), 1) for i in range(5)))
    assert [row[0][1] for row in rows] == ["file", "0", "1", "file", "2", "3", "file", "4"]


@pytest.mark.usefixtures("_needs_documents")
def test_it_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), workbook(tmp_path / "out.xlsx") as add:
        add(Row("a", 1 // 0))
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtraError, match="needs the 'documents' extra"):
        refuse_missing_extra()
