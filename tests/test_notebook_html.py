"""What a notebook shows of each result: bounded, escaped, and well-formed."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import csv_text, drawn_digits
from readings import drawing_in
from tenfold import notebook_html
from tenfold.checks.check import check
from tenfold.classifier import Classifier
from tenfold.digits import Digits
from tenfold.evaluation.audit import audit_stored
from tenfold.evaluation.compare import compare_stored
from tenfold.evaluation.evaluation import Evaluation
from tenfold.evaluation.report import Report
from tenfold.evaluation.stored_evaluation import StoredEvaluation
from tenfold.main_job.result import RunResult
from tenfold.predictions import predict
from tenfold.reading import reading_html
from tenfold.reading.answers.number import Digit, Number, Reading
from tenfold.reading.reader import Reader
from tenfold.sources import open_digits

BYTES_MAX = 150_000
REPR_MAX = 600
VOID = {"img", "br"}


class Nesting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(shown: object) -> str:
    text = shown._repr_html_()  # type: ignore[attr-defined]
    nesting = Nesting()
    nesting.feed(text)
    assert not nesting.open
    assert len(text) < BYTES_MAX
    assert "<script" not in text
    assert "background" not in text  # the notebook's own ground, dark or bright
    return str(text)


def evaluation(wrong: int = 40, n: int = 200) -> Evaluation:
    digits = drawn_digits(n)
    labels = digits.labelled()
    read = labels.copy()
    read[:wrong] = (read[:wrong] + 1) % 10
    probabilities = np.full((n, 10), 0.01, np.float32)
    probabilities[np.arange(n), read] = 0.91
    return Evaluation(digits.images, labels, probabilities, np.arange(n), ("<b>x</b>",) * n)


def test_an_evaluation_shows_its_figures_and_few_tiles_and_no_zeros() -> None:
    text = checked(evaluation())
    assert "accuracy 80.00%" in text
    assert text.count("<img") == notebook_html.TILES_MAX
    assert ">0</td>" not in text


def test_a_report_shows_its_curves(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the report extra is not installed")
    epochs = [
        {"epoch": e, "seconds": 1.0, "lr": 0.1, "train_loss": 1 / e, "train_accuracy": 0.9}
        | {"val_loss": 1 / e, "val_accuracy": 0.9}
        for e in (1, 2, 3)
    ]
    report = Report(evaluation(), title="<mine>", epochs=epochs)
    text = checked(report)
    assert "learning curves" in text
    assert "&lt;mine&gt;" in text
    for plotted in (report.plot_confusion_matrix(), report.plot_top_losses(3)):
        picture = plotted._repr_png_()
        assert picture.startswith(b"\x89PNG")
        assert len(picture) < BYTES_MAX


def test_a_comparison_shows_both_sides() -> None:
    sides = [
        StoredEvaluation(name, evaluation(wrong), None, None)
        for name, wrong in (("first", 0), ("second", 60))
    ]
    text = checked(compare_stored(*sides))
    assert "A is better" in text
    assert text.count("<img") == notebook_html.TILES_MAX


def test_a_check_shows_its_findings(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(csv_text(drawn_digits(30)))
    text = checked(check([tmp_path / "train.csv", tmp_path / "none.csv"]))
    assert "1 error" in text
    assert "no such file" in text


def test_a_run_shows_what_it_wrote() -> None:
    result = RunResult(Path("runs/mine"), Path("runs/mine/model"), evaluation(), None, None, 2.5)
    text = checked(result)
    assert "runs/mine/model" in text
    assert "accuracy 80.00%" in text


def digit(box: tuple[int, int, int, int], answer: int | None) -> Digit:
    reason = "low_confidence" if answer is None else None
    tile = drawn_digits(10).images[3]
    return Digit(answer, 0.9, np.full(10, 0.1, np.float32), 1.0, box, tile, reason, 3)


def reading(file: str, many: int = 2) -> Reading:
    digits = tuple(digit((4 + i, 5, 30 + i, 60), None if i % 2 else 3) for i in range(many))
    number = Number("3?", 0.8, (), digits)
    return Reading(file, ((number,),), None, ("<i>",), None, 100, 80)


def test_a_reading_shows_boxes_on_the_picture_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "card.png"
    Image.new("RGB", (100, 80), "white").save(path)
    text = checked(reading(str(path)))
    drawn = drawing_in(text)
    assert drawn.count("<rect") == 2
    assert drawn.count("data:image/jpeg") == 1
    assert "&lt;i&gt;" in text
    assert ">?</text>" in drawn


def test_a_cell_opens_no_picture_in_its_own_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be one that was read in another, as it costs too much."""
    path = tmp_path / "card.png"
    Image.new("RGB", (100, 80), "white").save(path)
    monkeypatch.setattr(Image, "open", None)
    assert drawing_in(checked(reading(str(path)))).count("data:image/jpeg") == 1


def test_a_cell_shows_the_page_that_was_read(tmp_path: Path) -> None:
    path = tmp_path / "card.tif"
    pages = [Image.new("L", (100, 80), level) for level in (255, 0)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    shown = [reading_html._picture_of(replace(reading(str(path)), page=page)) for page in (1, 2)]
    levels = []
    for uri in shown:
        assert uri is not None
        content = base64.b64decode(uri.partition(",")[2])
        levels.append(Image.open(io.BytesIO(content)).convert("L").getpixel((50, 40)))
    assert levels == [255, 0]


def test_a_reading_without_its_file_shows_the_tiles() -> None:
    drawn = drawing_in(checked(reading("bytes")))
    assert drawn.count("data:image/png") == 2


def test_thousands_of_digits_stay_small_and_an_error_is_a_line() -> None:
    assert "and 1,800 more digits" in reading("bytes", 2000)._repr_html_()
    failed = replace(reading("a.png"), error="broken <x>")
    assert "a.png: broken &lt;x&gt;" in checked(failed)


def test_tiles_are_shown_with_the_ink_that_they_have() -> None:
    shown = notebook_html.tiles([(drawn_digits(1).images[0], "7 read 1")])
    before = shown[: shown.index("<img")]
    assert "opacity" not in before
    assert f'<span style="{notebook_html.FAINT}">7 read 1</span>' in shown


def test_digits_show_their_classes_and_first_tiles() -> None:
    text = checked(drawn_digits(30))
    assert text.count("<img") == notebook_html.TILES_MAX
    assert "30 labelled rows" in text
    assert "unlabelled" in checked(Digits(drawn_digits(3).images, None))


def test_predictions_show_the_first_rows(tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text(csv_text(drawn_digits(30), labelled=False))
    text = checked(predict(tmp_path / "test.csv"))
    assert "30 rows" in text
    assert "and 18 more rows" in text


def test_no_result_prints_screens_of_numbers(tmp_path: Path) -> None:
    """As the last line of a cell in a console, which knows no HTML."""
    (tmp_path / "train.csv").write_text(csv_text(drawn_digits(30)))
    path = tmp_path / "train.csv"
    stored = [
        StoredEvaluation(name, evaluation(wrong), None, None)
        for name, wrong in (("first", 0), ("second", 60))
    ]
    classifier = Classifier.load("mnist")
    results = [
        open_digits(path), drawn_digits(30), predict(path), check(path), classifier,
        classifier.model, evaluation(), compare_stored(*stored), audit_stored(stored[1]),
        Reader(classifier), reading("a.png", 9), reading("a.png")[0],
        RunResult(Path("runs/mine"), Path("model"), evaluation(), None, None, 2.5),
    ]  # fmt: skip
    lengths = {type(result).__name__: len(repr(result)) for result in results}
    assert {name: length for name, length in lengths.items() if length > REPR_MAX} == {}
