"""Checking data files: what cannot be read is a finding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from conftest import csv_text, edited_csv, write_kaggle_zip
from data_forms import label_first
from digit_files import only
from picture_folders import save
from tenfold.checks import check
from tenfold.digits import Digits


class TestCheck:
    def test_a_good_zip_has_no_findings(self, tmp_path: Path, train: Digits, test: Digits) -> None:
        labelled_test = Digits(test.images, train.labels)
        path = write_kaggle_zip(tmp_path / "digits.zip", train, labelled_test)
        report = check([str(path)])
        assert report.findings == ()
        assert report.train is not None
        assert report.test is not None
        assert report.test.labels is None

    def test_faults_of_a_file_become_an_error_with_their_lines(self, tmp_path: Path) -> None:
        def spoil(table: list[list[str]]) -> None:
            table[3][5] = "256"
            table[7][9] = ""

        path = edited_csv(tmp_path / "train.csv", spoil)
        finding = only(list(check([str(path)]).errors))
        assert (finding.name, finding.count) == ("unreadable", 2)
        assert [place.split()[0] for place in finding.places] == [f"{path}:4:", f"{path}:8:"]
        assert "pixel4 is 256" in finding.places[0]
        assert finding.remedy

    def test_a_bad_file_does_not_hide_the_next(self, tmp_path: Path, train: Digits) -> None:
        good = tmp_path / "good.csv"
        good.write_text(csv_text(train))
        report = check([str(tmp_path / "missing.csv"), str(good)])
        assert [finding.name for finding in report.errors] == ["unreadable"]
        assert report.train is not None
        assert len(report.train) == 100

    @pytest.mark.parametrize("broken", ["train", "test"])
    def test_a_bad_part_does_not_hide_the_other(
        self, tmp_path: Path, train: Digits, broken: str
    ) -> None:
        for part in ("train", "test"):
            text = csv_text(train, labelled=part == "train")
            (tmp_path / f"{part}.csv").write_text(text + "1,2\r\n" if part == broken else text)
        report = check([str(tmp_path)])
        assert len(report.errors) == 1
        assert f"{broken}.csv" in report.errors[0].message
        assert list(report.splits) == [split for split in ("train", "test") if split != broken]

    def test_pictures_whose_labels_are_open_are_not_listed_as_unlabelled(
        self, tmp_path: Path, train: Digits
    ) -> None:
        for row in range(10):
            save(train, row, tmp_path / f"{row}_{9 - row}.png")
        report = check(str(tmp_path))
        assert "may be the label" in only(list(report.errors)).message
        assert not report.splits

    def test_a_table_in_an_array_is_checked(self, tmp_path: Path, train: Digits) -> None:
        np.savez(tmp_path / "a.npz", data=label_first(train))
        assert check(str(tmp_path / "a.npz")).errors == ()

    def test_oddities_met_while_reading_are_findings(self, tmp_path: Path, train: Digits) -> None:
        path = tmp_path / "train.csv"
        path.write_bytes(b"\xef\xbb\xbf" + csv_text(train).encode())
        finding = only(list(check([str(path)]).findings))
        assert (finding.severity, finding.name) == ("info", "note")
        assert "byte order mark" in finding.message

    def test_several_files_are_looked_at_together(self, tmp_path: Path, train: Digits) -> None:
        paths = [str(tmp_path / name) for name in ("one.csv", "two.csv")]
        Path(paths[0]).write_text(csv_text(train))
        Path(paths[1]).write_text(csv_text(train.take(np.array([7]))))
        finding = only(list(check(paths).findings))
        assert finding.name == "duplicates"
        assert finding.places == (f"{paths[1]}:2 (7) like {paths[0]}:9 (7)",)
