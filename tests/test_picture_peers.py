"""How pictures are scored, and who reads them beside tenfold."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from PIL import Image

from conftest import NEEDS_PHOTO, paint

pytest.importorskip("cv2", reason=NEEDS_PHOTO)

from bench.picture_peers import everybody, in_groups, read_by, shares, some_of, table
from bench.reading.case import Case
from bench.reading.cases import SEEN, UNSEEN
from bench.reading.readers import Programs, Reader, digits_in, for_ocr, readers
from bench.reading.results import Result, right_over_sources, write_misses
from bench.reading.usual_framing import resized, thresholded
from tenfold.framing import picture_of_image
from tenfold.reading.reader import load

NOBODY = Programs(Path("no-keras"), None, Path("no-ocr"), "no-tesseract")


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def case(
    label: str, source: str = "ann", kind: str = "photo", folder: str = "photographed"
) -> Case:
    return Case(folder, source, kind, f"{label}.png", label, png(paint(label[:1] or "3")))


def result(right: bool, source: str) -> Result:
    return Result(case("3", source), "3" if right else "8", True, 0.0, 0.0, None)


def test_a_source_with_many_pictures_weighs_as_much_as_one_with_few():
    results = [result(True, "ann") for _ in range(9)] + [result(False, "bob")]
    assert right_over_sources(results) == 0.5


def test_writers_that_the_model_learned_from_are_left_out():
    cases = [case("1", "person y", folder=SEEN), case("1", "person x", folder=UNSEEN)]
    assert [case.source for case in some_of(cases, None)] == ["person x"]


def test_as_many_of_each_source_are_chosen_and_always_the_same():
    cases = [case(label, source) for source in ("ann", "bob") for label in "0123"]
    chosen = some_of(cases, 2)
    assert [case.source for case in chosen] == ["ann", "ann", "bob", "bob"]
    assert chosen == some_of(cases, 2)


def test_what_looks_like_a_digit_counts_as_one():
    assert digits_in(" O l 7,\n") == "017"
    assert digits_in("hat") == ""


def test_a_peer_that_is_not_installed_says_what_to_do(capsys: pytest.CaptureFixture[str]):
    missing = {reader.title: reader.missing for reader in readers(NOBODY)}
    assert missing["Tesseract"] == "install tesseract-ocr"
    assert missing["rows, Otsu"] is None
    results = everybody([case("3")], NOBODY)
    assert "Tesseract" not in results
    assert "RapidOCR: skipped: no no-ocr" in capsys.readouterr().err


def test_a_peer_that_reads_tiles_gets_single_digits_and_has_no_figure_for_numbers():
    single = Reader("tiles", lambda cases: ["3"] * len(cases), singles_only=True)
    cases = [case("3"), case("31", folder="numbers")]
    ours = [Result(case, case.label, True, 1.0, 0.1, None) for case in cases]
    results = {"tenfold": ours, "tiles": read_by(single, cases)}
    assert shares(results)["photographed", "photo"] == {"tenfold": 1.0, "tiles": 1.0}
    assert "| numbers | 1 | 1 | 100.0% |  |" in table(results)
    assert list(in_groups(ours))[:2] == [("numbers",), ("numbers", "photo")]


@pytest.mark.parametrize("frame", [resized, thresholded])
def test_both_usual_ways_give_bright_ink_on_a_dark_ground(frame):
    dark, bright = paint("3"), paint("3", ink=255, paper=0)
    for image in (dark, bright):
        tile = frame(picture_of_image(image))
        assert tile.shape == (28, 28)
        assert tile[0, 0] < 30
        assert tile.max() > 100


def test_small_pictures_are_enlarged_for_ocr_with_their_paper_around():
    sheet = for_ocr(picture_of_image(paint("3", size=28)))
    assert sheet.size == (168, 168)
    assert sheet.getpixel((0, 0)) == 255


def test_every_miss_has_a_sheet_and_a_line(tmp_path: Path):
    reader = load("pictures")
    wrong, broken = case("3"), Case("drawn", "bob", "drawn", "x.png", "4", b"no picture")
    results = [Result(case, "8", True, 0.9, 0.0, None) for case in (wrong, broken)]
    results.append(Result(wrong, "3", True, 0.9, 0.0, None))
    write_misses(reader, results, tmp_path)
    (sheet,) = tmp_path.glob("*.png")
    with (tmp_path / "misses.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["sheet"] for row in rows] == [sheet.name, ""]
    assert rows[1]["notes"] == "could not be read"
