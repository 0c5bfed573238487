"""How images look: blank, inverted, dim, on their side, not framed."""

from __future__ import annotations

import numpy as np
import pytest

from digit_files import names, of_file, only
from tenfold.checks import inspect
from tenfold.digits import Digits


class TestAppearance:
    def test_a_blank_image_is_named_with_its_line(self, train: Digits) -> None:
        train.images[3] = 0
        finding = only(inspect(train, None))
        assert (finding.severity, finding.name) == ("warning", "blank")
        assert finding.places == ("train.csv:5",)
        assert finding.pictures == ((("train", 3),),)

    def test_a_white_image_is_blank_not_inverted(self, train: Digits) -> None:
        train.images[3] = 255
        assert names(inspect(train, None)) == ["blank"]

    def test_blank_images_alone_are_an_error(self, train: Digits) -> None:
        finding = only(inspect(of_file(np.zeros_like(train.images), train.labels), None))
        assert (finding.severity, finding.name) == ("error", "blank")

    def test_a_bright_ground_in_most_images_is_an_error(self, train: Digits, test: Digits) -> None:
        finding = only(inspect(train, of_file(255 - test.images, None, "test.csv")))
        assert (finding.severity, finding.name) == ("error", "inverted-ink")
        assert finding.message.startswith("100 of 100 test images")
        assert finding.remedy == "subtract each pixel from 255"

    def test_a_bright_ground_in_some_images_is_a_warning(self, train: Digits) -> None:
        train.images[:12] = 255 - train.images[:12]
        finding = only(inspect(train, None))  # and their labels are not compared by their ground
        assert (finding.severity, finding.name) == ("warning", "some-inverted")
        assert finding.places == tuple(f"train.csv:{line}" for line in range(2, 12))
        assert finding.count == 12

    def test_dark_ink_on_grey_paper_is_inverted(self, train: Digits) -> None:
        grey = (120 - train.images // 3).astype(np.uint8)
        assert names(inspect(of_file(grey, train.labels), None)) == ["inverted-ink"]

    @pytest.mark.parametrize(("brightest", "factor"), [(1, "255"), (16, "15.94")])
    def test_another_range_is_an_error_with_the_factor(
        self, train: Digits, brightest: int, factor: str
    ) -> None:
        images = np.round(train.images / 255 * brightest).astype(np.uint8)
        images[0, 10, 10] = brightest
        findings = inspect(None, of_file(images, None))
        finding = only(findings)
        assert (finding.severity, finding.name) == ("error", "low-range")
        assert finding.remedy == f"multiply each pixel by {factor}"

    def test_thresholded_pixels_are_worth_a_word(self, test: Digits) -> None:
        images = np.where(test.images > 0, 255, 0).astype(np.uint8)
        finding = only(inspect(None, of_file(images, None)))
        assert (finding.severity, finding.name) == ("info", "thresholded")
        assert "only 2 values" in finding.message

    def test_images_on_their_side_are_noticed(self, train: Digits) -> None:
        sideways = np.ascontiguousarray(train.images.transpose(0, 2, 1))
        finding = only(inspect(of_file(sideways, train.labels), None))
        assert (finding.severity, finding.name, finding.count) == ("warning", "transposed", 100)

    def test_a_few_wide_digits_say_nothing(self, train: Digits) -> None:
        sideways = np.ascontiguousarray(train.images.transpose(0, 2, 1))
        assert inspect(None, of_file(sideways[:49], None)) == []

    def test_digits_off_the_centre_are_not_framed(self, train: Digits) -> None:
        moved = np.roll(train.images, 3, axis=2)
        finding = only(inspect(of_file(moved, train.labels), None))
        assert (finding.severity, finding.name, finding.count) == ("warning", "unframed", 100)

    def test_digits_that_fill_the_image_are_not_framed(self, train: Digits) -> None:
        large = train.images[:, 4:24, 8:20].repeat(2, axis=2)[:, :, :24]
        images = np.pad(large, ((0, 0), (4, 4), (2, 2)))
        images[:, 0, 14] = images[:, -1, 14] = 255  # ink from edge to edge
        assert "unframed" in names(inspect(of_file(images, train.labels), None))

    def test_a_tenth_of_odd_rows_is_no_matter(self, train: Digits) -> None:
        train.images[:10] = np.roll(train.images[:10], 3, axis=2)
        assert inspect(train, None) == []

    def test_inverted_images_are_measured_by_their_ink(self, train: Digits) -> None:
        sideways = 255 - np.ascontiguousarray(train.images.transpose(0, 2, 1))
        found = names(inspect(of_file(sideways, train.labels), None))
        assert found == ["inverted-ink", "transposed"]
