"""A table of numbers as an Excel workbook (.xlsx), by XlsxWriter."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tenfold.errors import MissingExtraError
from tenfold.files import encoded, os_errors_as_output_error, staged_file
from tenfold.reading.tables.rows import COLUMNS, Row

ROWS_MAX = 1 << 20  # of a sheet, with its header; what is more goes on in the next sheet
TEXT, WHOLE = 49, 1  # Excel's built-in formats "@" and "0" (ECMA-376, 18.8.30)
TEXT_MAX = 32_767  # characters of a cell
WIDTHS = (32, 6, 6, 24, 12, 60, 22, 24, 24)  # of the columns, in characters
UNSURE = "#FFEB9C"  # the ground of rows that are not sure, as Excel's own "neutral"


def refuse_missing_extra() -> None:
    """Raise MissingExtraError where XlsxWriter is absent: before the work, not after it."""
    try:
        import xlsxwriter  # noqa: F401
    except ImportError as problem:
        raise MissingExtraError("writing Excel workbooks", "documents") from problem


@contextlib.contextmanager
def workbook(path: Path) -> Iterator[Callable[[Row], None]]:
    """Yield a function that adds a row to a workbook. Raises OutputError, MissingExtraError."""
    refuse_missing_extra()
    import xlsxwriter

    with staged_file(path) as file:
        # rows go to a temporary file, so that memory is bounded; no text becomes a formula or link
        book = xlsxwriter.Workbook(file, {"constant_memory": True})
        sheets = _Sheets(book)
        try:
            with os_errors_as_output_error(path):
                sheets.begin()

            def add(row: Row) -> None:
                with os_errors_as_output_error(path):
                    sheets.add(row)

            yield add
        except BaseException:
            with contextlib.suppress(Exception):
                book.close()  # which removes its temporary files; what it writes is dropped
            raise
        with os_errors_as_output_error(path):
            book.close()


class _Sheets:
    """The sheets of a workbook; a new one begins where the last is full."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._header = book.add_format({"bold": True, "bottom": 1})
        self._formats = {False: self._kinds({}), True: self._kinds({"bg_color": UNSURE})}

    def _kinds(self, look: dict[str, Any]) -> dict[type, Any]:
        """The formats of text, which stays text when it is edited, of whole numbers and shares."""
        layouts: dict[type, str | int] = {str: TEXT, int: WHOLE, float: "0.0%"}
        return {
            kind: self._book.add_format({"num_format": layout, **look})
            for kind, layout in layouts.items()
        }

    def begin(self) -> None:
        """Begin a sheet."""
        count = len(self._book.worksheets()) + 1
        self._sheet = self._book.add_worksheet("numbers" if count == 1 else f"numbers {count}")
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, ROWS_MAX - 1, len(COLUMNS) - 1)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:H{ROWS_MAX}"})
        for column, (name, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, name, self._header)
        self._row = 1

    def add(self, row: Row) -> None:
        if self._row == ROWS_MAX:
            self.begin()
        formats = self._formats[bool(row.reason)]
        for column, value in enumerate(row.values):
            if isinstance(value, str):
                text = encoded(value).decode()[:TEXT_MAX]  # of names that are no valid UTF-8
                self._sheet.write_string(self._row, column, text, formats[str])
            elif value is not None:
                self._sheet.write_number(self._row, column, value, formats[type(value)])
            else:
                self._sheet.write_blank(self._row, column, None, formats[str])
        self._row += 1
