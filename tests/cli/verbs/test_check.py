"""tenfold check, from the command line."""

from __future__ import annotations

from pathlib import Path

from command_line import call
from conftest import csv_text, drawn_digits


def test_check_draws_sheets_and_exits_zero_on_good_data(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(csv_text(drawn_digits(200)))
    out = tmp_path / "sheets"
    assert call("check", str(tmp_path / "train.csv"), "--out", str(out), "--quiet") == 0
    assert (out / "digits.png").exists()
