"""The report of a check, in text, JSON and contact sheets."""

from __future__ import annotations

import html
import json
from pathlib import Path

import numpy as np
from PIL import Image

from tenfold.checks import CheckReport, check, inspect
from tenfold.checks.findings import Finding
from tenfold.digits import Digits, Images


def _shown(sheet: Images, tile: Images) -> bool:
    """Whether a picture holds another one somewhere."""
    side = len(tile)
    windows = np.lib.stride_tricks.sliding_window_view(sheet, (1, side))[:, :, 0]
    for y, x in np.argwhere((windows == tile[side // 2]).all(axis=2)) - (side // 2, 0):
        if y >= 0 and np.array_equal(sheet[y : y + side, x : x + side], tile):
            return True
    return False


class TestReport:
    def test_json_holds_everything(self, report: CheckReport) -> None:
        printed = json.loads(json.dumps(report.to_json()))
        assert printed["parts"]["train"]["rows"] == 100
        assert printed["parts"]["train"]["classes"] == [10] * 10
        assert printed["parts"]["train"]["files"][0]["sha256"] == "0" * 64
        assert printed["parts"]["test"]["classes"] is None
        assert (printed["errors"], printed["warnings"]) == (0, 2)
        assert set(printed["findings"][0]) == {
            "severity", "name", "message", "places", "count", "remedy",
        }  # fmt: skip

    def test_text_shows_rows_classes_places_and_remedies(self, report: CheckReport) -> None:
        text = report.to_text()
        assert "train: 100 rows" in text
        assert "test: 100 rows, without labels" in text
        assert "  7         10   10.0%  " + 40 * "#" in text
        assert "at train.csv:5" in text
        assert "    train.csv:16 (4) like :6 (4)" in text
        assert "hint: keep one of each" in text
        assert text.endswith("no errors, 2 warnings")

    def test_code_of_a_remedy_keeps_its_lines(self) -> None:
        code = f"  import pandas; table = pandas.read_csv('a.csv', {'sep=1, ' * 20})"
        remedy = f"write it anew:\n{code}\nor leave it"
        report = CheckReport(None, None, (Finding("error", "unreadable", "a", remedy=remedy),))
        assert f"  hint: write it anew:\n  {code}\n  or leave it\n" in report.to_text()
        assert f"<code>{html.escape(code)}</code>" in report._repr_html_()

    def test_lines_of_one_file_are_shown_together(self, train: Digits) -> None:
        train.images[[3, 8, 20]] = 0
        text = CheckReport(train, None, tuple(inspect(train, None))).to_text()
        assert "at train.csv:5, 10, 22\n" in text

    def test_the_sheet_shows_each_class_on_its_line(
        self, report: CheckReport, tmp_path: Path
    ) -> None:
        written = report.write_sheet(tmp_path / "sheets")
        assert [path.name for path in written] == ["digits.png", "odd.png"]
        assert report.train is not None
        sheet = np.asarray(Image.open(written[0]))
        for row in (0, 9):
            tile = report.train.images[row].repeat(2, axis=0).repeat(2, axis=1)
            assert _shown(sheet, tile)

    def test_the_sheet_shows_what_is_odd(self, report: CheckReport, tmp_path: Path) -> None:
        report.write_sheet(tmp_path)
        assert report.train is not None
        sheet = np.asarray(Image.open(tmp_path / "odd.png"))
        copy = report.train.images[14].repeat(3, axis=0).repeat(3, axis=1)
        fine = report.train.images[16].repeat(3, axis=0).repeat(3, axis=1)
        assert _shown(sheet, copy)
        assert not _shown(sheet, fine)

    def test_what_was_odd_before_is_not_shown_again(
        self, report: CheckReport, tmp_path: Path
    ) -> None:
        report.write_sheet(tmp_path)
        CheckReport(report.train, report.test, ()).write_sheet(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["digits.png"]

    def test_there_is_no_sheet_of_nothing(self, tmp_path: Path) -> None:
        report = check([str(tmp_path / "missing.csv")])
        assert report.write_sheet(tmp_path / "sheets") == []
        assert not (tmp_path / "sheets").exists()
