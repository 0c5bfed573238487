"""The doctor: silent about good digits, and exact about what is wrong with the others."""

from __future__ import annotations

import numpy as np
import pytest

from digit_files import names, of_file, only
from tenfold.checks import inspect, likeness
from tenfold.digits import Digits


class TestGoodDigits:
    def test_have_no_findings(self, train: Digits, test: Digits) -> None:
        assert inspect(train, test) == []

    def test_have_none_without_a_test_set(self, train: Digits) -> None:
        assert inspect(train, None) == []

    def test_have_none_without_a_training_set(self, test: Digits) -> None:
        assert inspect(None, test) == []


class TestClasses:
    def test_a_missing_class_is_an_error(self, train: Digits) -> None:
        labels = train.labelled()
        rows = np.flatnonzero((labels != 3) & (labels != 7))
        finding = only(inspect(train.take(rows), None))
        assert (finding.severity, finding.name, finding.count) == ("error", "missing-class", 2)
        assert "3, 7" in finding.message

    def test_a_single_class_is_one_error_not_two(self, train: Digits) -> None:
        finding = only(inspect(train.take(np.flatnonzero(train.labelled() == 4)), None))
        assert (finding.severity, finding.name) == ("error", "one-class")
        assert "all 10 training rows are labelled 4" in finding.message

    def test_five_times_fewer_rows_are_still_balanced(self, train: Digits) -> None:
        fewer = np.flatnonzero((train.labelled() != 2) | (np.arange(100) < 20))
        assert np.count_nonzero(train.labelled()[fewer] == 2) == 2
        assert inspect(train.take(fewer), None) == []

    def test_ten_times_fewer_rows_are_a_warning(self, train: Digits) -> None:
        fewer = np.flatnonzero((train.labelled() != 2) | (np.arange(100) < 10))
        finding = only(inspect(train.take(fewer), None))
        assert (finding.severity, finding.name) == ("warning", "imbalance")
        assert "digit 2 only 1" in finding.message

    def test_no_rows_at_all_is_an_error(self, train: Digits) -> None:
        nothing = train.take(np.arange(0))
        findings = inspect(nothing, nothing)
        assert [(finding.severity, finding.name) for finding in findings] == [
            ("error", "no-rows"),
            ("error", "no-rows"),
        ]


class TestCopies:
    def test_a_copy_is_shown_with_its_original(self, train: Digits) -> None:
        train.images[25] = train.images[5]
        finding = only(inspect(train, None))
        assert (finding.severity, finding.name, finding.count) == ("warning", "duplicates", 1)
        assert finding.places == ("train.csv:27 (5) like :7 (5)",)
        assert finding.pictures == ((("train", 25), ("train", 5)),)

    def test_one_image_with_two_labels_is_a_conflict(self, train: Digits) -> None:
        train.images[26] = train.images[5]
        finding = only(inspect(train, None))
        assert (finding.severity, finding.name) == ("warning", "conflicting-labels")
        assert finding.places == ("train.csv:28 (6) like :7 (5)",)

    def test_a_training_image_in_the_test_set_is_a_leak(self, train: Digits, test: Digits) -> None:
        test.images[8] = train.images[5]
        finding = only(inspect(train, test))
        assert (finding.severity, finding.name) == ("warning", "test-in-train")
        assert finding.places == ("test.csv:10 like train.csv:7 (5)",)
        assert finding.pictures == ((("test", 8), ("train", 5)),)

    def test_copies_within_the_test_set_are_no_matter(self, train: Digits, test: Digits) -> None:
        test.images[8] = test.images[5]
        assert inspect(train, test) == []

    @pytest.mark.parametrize("grey", [0, 255])
    def test_blank_images_are_not_copies_of_each_other(
        self, train: Digits, test: Digits, grey: int
    ) -> None:
        train.images[[3, 4, 13]] = grey
        test.images[[6, 7]] = grey
        assert names(inspect(train, test)) == ["blank", "blank"]

    def test_ten_places_are_named_and_thirty_images_shown(
        self, train: Digits, test: Digits
    ) -> None:
        test.images[:40] = train.images[:40]
        finding = only(inspect(train, test))
        assert (finding.count, len(finding.places), len(finding.pictures)) == (40, 10, 30)

    def test_the_first_of_identical_images_is_named(self) -> None:
        one, other = np.zeros((2, 28, 28), dtype=np.uint8)
        other[5, 5] = 1
        first = likeness.first_alike(np.stack([one, other, one]), np.stack([other, one]))
        assert first.tolist() == [0, 1, 0, 1, 0]


def test_errors_come_first(train: Digits, test: Digits) -> None:
    train.images[3] = 0
    thresholded = np.where(test.images > 0, 0, 255).astype(np.uint8)
    severities = [f.severity for f in inspect(train, of_file(thresholded, None))]
    assert severities == ["error", "warning", "info"]
