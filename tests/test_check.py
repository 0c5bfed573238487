"""The doctor: silent about good digits, and exact about what is wrong with the others."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import csv_text, edited_csv, write_kaggle_zip
from tenfold.check import CheckReport, Finding, check_data, inspect, likeness
from tenfold.digits import DataFile, Digits, Images, Labels


def written_digits(rows_per_class: int = 10, seed: int = 0) -> Digits:
    """Tiles framed as MNIST's are, 20 high and 12 wide: a pattern for each class, varied a little
    in each row. Row i is labelled i % 10 and stands in line i + 2."""
    random = np.random.default_rng(seed)
    labels = np.arange(10 * rows_per_class) % 10
    images = np.zeros((len(labels), 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        pattern = np.random.default_rng(label).random((20, 12)) < 0.6
        pattern[[0, -1]] = pattern[:, [0, -1]] = True  # so that the box is always of that size
        image[4:24, 8:20] = pattern * random.integers(150, 256, pattern.shape)
    return of_file(images, labels)


def of_file(images: Images, labels: Labels | None, name: str = "train.csv") -> Digits:
    return Digits(images, labels, (DataFile(name, "0" * 64, 1, len(images), first_line=2),))


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, [finding.name for finding in findings]
    return findings[0]


@pytest.fixture
def train() -> Digits:
    return written_digits()


@pytest.fixture
def test() -> Digits:
    return of_file(written_digits(seed=1).images, None, "test.csv")


def names(findings: list[Finding]) -> list[str]:
    return [finding.name for finding in findings]


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


class TestAppearance:
    def test_a_blank_image_is_told_with_its_line(self, train: Digits) -> None:
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

    def test_inverted_images_are_judged_by_their_ink(self, train: Digits) -> None:
        sideways = 255 - np.ascontiguousarray(train.images.transpose(0, 2, 1))
        found = names(inspect(of_file(sideways, train.labels), None))
        assert found == ["inverted-ink", "transposed"]


class TestCopies:
    def test_a_copy_is_told_with_its_original(self, train: Digits) -> None:
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

    def test_ten_places_are_told_and_thirty_shown(self, train: Digits, test: Digits) -> None:
        test.images[:40] = train.images[:40]
        finding = only(inspect(train, test))
        assert (finding.count, len(finding.places), len(finding.pictures)) == (40, 10, 30)

    def test_the_first_of_identical_images_is_named(self) -> None:
        one, other = np.zeros((2, 28, 28), dtype=np.uint8)
        other[5, 5] = 1
        first = likeness.first_alike(np.stack([one, other, one]), np.stack([other, one]))
        assert first.tolist() == [0, 1, 0, 1, 0]


class TestSuspiciousLabels:
    def test_a_wrong_label_is_found(self, train: Digits) -> None:
        train.labelled()[34] = 7
        finding = only(inspect(train, None))
        assert (finding.severity, finding.name, finding.count) == (
            "warning",
            "suspicious-labels",
            1,
        )
        assert finding.places[0].startswith("train.csv:36 (7) like :")
        assert finding.places[0].endswith("(4)")

    def test_odd_handwriting_rightly_labelled_is_not(self, train: Digits) -> None:
        train.images[34, 10:20] = 0
        assert inspect(train, None) == []

    def test_too_few_rows_have_no_five_neighbours(self, train: Digits) -> None:
        found = likeness.suspicious_labels(train.images[:5], train.labelled()[:5], np.arange(5))
        assert len(found.rows) == 0
        assert found.complete

    def test_a_search_that_was_cut_short_says_so(
        self, train: Digits, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        train.labelled()[34] = 7
        monkeypatch.setattr(likeness, "SUSPECTS_MAX", 0)
        finding = only(inspect(train, None))
        assert (finding.severity, finding.name) == ("info", "labels-unexamined")

    def test_more_rows_than_the_limit_are_sampled(
        self, train: Digits, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        train.labelled()[30:40] = np.roll(np.arange(10), 1)  # ten wrong labels
        monkeypatch.setattr(likeness, "ROWS_MAX", 60)
        finding = only(inspect(train, None))
        assert 1 <= finding.count <= 9
        assert finding.message.startswith(f"at least {finding.count} of 100 training images")

    @pytest.mark.parametrize("seed", range(5))
    def test_excluding_pairs_loses_none(self, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """The plain comparison of all pairs is the oracle of the fast one."""
        monkeypatch.setattr(likeness, "QUERIES", 4)  # so that there are several tiles
        monkeypatch.setattr(likeness, "COLUMNS", 37)
        random = np.random.default_rng(seed)
        # in 24 pixels a sketch of 33 numbers is exact, and no slack hides a wrong bound
        shapes = random.integers(0, 200, (6, 24))
        gain, noise = random.uniform(0.6, 1.2, (150, 1)), random.uniform(0, 40, (150, 1))
        ink = shapes[random.integers(0, 6, 150)] * gain + random.normal(0, noise, (150, 24))
        pixels = np.zeros((150, 784), dtype=np.uint8)
        pixels[:, 380:404] = np.clip(ink, 1, 255)
        labels = random.integers(0, 10, 150)

        apart = np.linalg.norm(pixels[:, None].astype(float) - pixels[None], axis=2)
        norms = np.linalg.norm(pixels.astype(float), axis=1)
        limit = likeness.NEAR * np.minimum(norms[:, None], norms)
        near = (apart <= limit) & (labels[:, None] != labels)
        assert near[apart > 0.95 * limit].any()
        assert near[norms[:, None] > 1.3 * norms].any()

        squares = likeness._squares(pixels)
        sketch = likeness._sketch(pixels, squares)
        found = np.zeros_like(near)
        for one, other in likeness._candidates(sketch, squares, labels):
            found[one, other] = found[other, one] = True
        assert not (near & ~found).any()
        assert 0 < near.sum() < found.sum() < 150 * 149

        apart[~near] = np.inf
        distance, nearest, complete = likeness.nearest_opposites(pixels, labels)
        assert complete
        np.testing.assert_allclose(distance, apart.min(axis=1))
        finite = np.flatnonzero(np.isfinite(distance))  # two may be equally near
        np.testing.assert_allclose(apart[finite, nearest[finite]], distance[finite])

    def test_the_work_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(likeness, "COMPARED_MAX", 100)
        alike = np.full((150, 784), 200, dtype=np.uint8)
        _, _, complete = likeness.nearest_opposites(alike, np.arange(150) % 10)
        assert not complete


def test_errors_come_first(train: Digits, test: Digits) -> None:
    train.images[3] = 0
    thresholded = np.where(test.images > 0, 0, 255).astype(np.uint8)
    severities = [f.severity for f in inspect(train, of_file(thresholded, None))]
    assert severities == ["error", "warning", "info"]


class TestCheck:
    def test_a_good_zip_has_no_findings(self, tmp_path: Path, train: Digits, test: Digits) -> None:
        labelled_test = Digits(test.images, train.labels)
        path = write_kaggle_zip(tmp_path / "digits.zip", train, labelled_test)
        report = check_data([str(path)])
        assert report.findings == ()
        assert report.train is not None
        assert report.test is not None
        assert report.test.labels is None

    def test_faults_of_a_file_become_an_error_with_their_lines(self, tmp_path: Path) -> None:
        def spoil(table: list[list[str]]) -> None:
            table[3][5] = "256"
            table[7][9] = ""

        path = edited_csv(tmp_path / "train.csv", spoil)
        finding = only(list(check_data([str(path)]).errors))
        assert (finding.name, finding.count) == ("unreadable", 2)
        assert [place.split()[0] for place in finding.places] == [f"{path}:4:", f"{path}:8:"]
        assert "pixel4 is 256" in finding.places[0]
        assert finding.remedy

    def test_a_bad_file_does_not_hide_the_next(self, tmp_path: Path, train: Digits) -> None:
        good = tmp_path / "good.csv"
        good.write_text(csv_text(train))
        report = check_data([str(tmp_path / "missing.csv"), str(good)])
        assert [finding.name for finding in report.errors] == ["unreadable"]
        assert report.train is not None
        assert len(report.train) == 100

    @pytest.mark.parametrize("broken", ["train", "test"])
    def test_a_bad_part_does_not_hide_the_other(
        self, tmp_path: Path, train: Digits, broken: str
    ) -> None:
        for part in ("train", "test"):
            text = csv_text(train, labelled=part == "train")
            (tmp_path / f"{part}.csv").write_text(
                text.replace("\r\n", ",\r\n", 1) if part == broken else text
            )
        report = check_data([str(tmp_path)])
        assert len(report.errors) == 1
        assert f"{broken}.csv" in report.errors[0].message
        assert list(report.parts) == [part for part in ("train", "test") if part != broken]

    def test_oddities_met_while_reading_are_told(self, tmp_path: Path, train: Digits) -> None:
        path = tmp_path / "train.csv"
        path.write_bytes(b"\xef\xbb\xbf" + csv_text(train).encode())
        finding = only(list(check_data([str(path)]).findings))
        assert (finding.severity, finding.name) == ("info", "note")
        assert "byte order mark" in finding.message

    def test_several_files_are_looked_at_together(self, tmp_path: Path, train: Digits) -> None:
        paths = [str(tmp_path / name) for name in ("one.csv", "two.csv")]
        Path(paths[0]).write_text(csv_text(train))
        Path(paths[1]).write_text(csv_text(train.take(np.array([7]))))
        finding = only(list(check_data(paths).findings))
        assert finding.name == "duplicates"
        assert finding.places == (f"{paths[1]}:2 (7) like {paths[0]}:9 (7)",)


@pytest.fixture
def report(train: Digits, test: Digits) -> CheckReport:
    train.images[3] = 0
    train.images[[14, 15]] = train.images[[4, 5]]
    return CheckReport(train, test, tuple(inspect(train, test)))


class TestReport:
    def test_json_holds_everything(self, report: CheckReport) -> None:
        told = json.loads(json.dumps(report.to_json()))
        assert told["parts"]["train"]["rows"] == 100
        assert told["parts"]["train"]["classes"] == [10] * 10
        assert told["parts"]["train"]["files"][0]["sha256"] == "0" * 64
        assert told["parts"]["test"]["classes"] is None
        assert (told["errors"], told["warnings"]) == (0, 2)
        assert set(told["findings"][0]) == {
            "severity", "name", "message", "places", "count", "remedy",
        }  # fmt: skip

    def test_text_tells_rows_classes_places_and_remedies(self, report: CheckReport) -> None:
        text = report.to_text()
        assert "train: 100 rows" in text
        assert "test: 100 rows, without labels" in text
        assert "  7         10   10.0%  " + 40 * "#" in text
        assert "at train.csv:5" in text
        assert "    train.csv:16 (4) like :6 (4)" in text
        assert "hint: keep one of each" in text
        assert text.endswith("no errors, 2 warnings")

    def test_lines_of_one_file_are_told_together(self, train: Digits) -> None:
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
        report = check_data([str(tmp_path / "missing.csv")])
        assert report.write_sheet(tmp_path / "sheets") == []
        assert not (tmp_path / "sheets").exists()


def _shown(sheet: Images, tile: Images) -> bool:
    """Whether a picture holds another one somewhere."""
    side = len(tile)
    windows = np.lib.stride_tricks.sliding_window_view(sheet, (1, side))[:, :, 0]
    for y, x in np.argwhere((windows == tile[side // 2]).all(axis=2)) - (side // 2, 0):
        if y >= 0 and np.array_equal(sheet[y : y + side, x : x + side], tile):
            return True
    return False


def test_the_real_files_have_one_warning(real_zip: Path) -> None:
    report = check_data([str(real_zip)])
    finding = only(list(report.findings))
    assert (finding.severity, finding.name, finding.count) == ("warning", "suspicious-labels", 16)
    assert finding.places[0].endswith("train.csv:16303 (4) like :18155 (7)")
