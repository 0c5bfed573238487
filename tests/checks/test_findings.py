"""Findings, their places and their pictures."""

from __future__ import annotations

import numpy as np

from digit_files import of_file, written_digits
from tenfold.checks.findings import Finding, Subject, by_severity, finding_of_pairs

DIGITS = written_digits()
TRAIN = Subject("train", DIGITS)


def test_errors_come_first_and_the_order_is_kept() -> None:
    found = [Finding("info", "a", ""), Finding("error", "b", ""), Finding("error", "c", "")]
    assert [finding.name for finding in by_severity(found)] == ["b", "c", "a"]


def test_one_is_and_several_are() -> None:
    assert TRAIN.so_many_are(1) == "1 of 100 training images is"
    assert TRAIN.so_many_are(12) == "12 of 100 training images are"


def test_ten_places_and_thirty_pictures_of_many_rows() -> None:
    finding = TRAIN.finding("warning", "blank", "", np.arange(50), "look")
    assert finding.count == 50
    assert len(finding.places) == 10
    assert finding.places[3] == "train.csv:5"
    assert len(finding.pictures) == 30
    assert finding.pictures[3] == (("train", 3),)
    assert "pictures" not in finding.to_json()


def test_a_pair_names_its_file_once() -> None:
    finding = finding_of_pairs("copies", "", (TRAIN, TRAIN), [(4, 13)], "")
    assert finding.places == ("train.csv:6 (4) like :15 (3)",)
    assert finding.pictures == ((("train", 4), ("train", 13)),)


def test_a_pair_of_two_files_names_both() -> None:
    test = Subject("test", of_file(DIGITS.images, None, "test.csv"))
    finding = finding_of_pairs("copies", "", (TRAIN, test), [(4, 13)], "")
    assert finding.places == ("train.csv:6 (4) like test.csv:15",)
