"""The HTML page of a report."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from reports import (
    DATA,
    FIGURES,
    FILE,
    KEPT_OUT,
    evaluation,
    facts_of,
    full_report,
    needs_extra,
    page_of,
    text_of,
)
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.evaluation.report import Report
from tenfold.recipes import RECIPES


class Balance(HTMLParser):
    """Collects the ids, and the tags that were opened and not closed in order."""

    EMPTY = frozenset({"meta", "img", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@needs_extra
def test_the_page_needs_nothing_from_outside(page: str):
    sources = re.findall(r'(?:src|href|action)="([^"]*)"', page)
    assert sources
    assert all(source.startswith(("data:image/png;base64,", "#")) for source in sources)
    assert "<script" not in page
    assert "<link" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


@needs_extra
def test_the_page_is_well_formed_and_its_ids_are_unique(page: str):
    parser = Balance()
    parser.feed(page)
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    targets = re.findall(r'href="#([^"]+)"', page) + re.findall(r"url\(#([^)]+)\)", page)
    assert set(targets) <= set(parser.ids)


@needs_extra
@pytest.mark.parametrize(
    ("data", "told"),
    [
        (None, "Measured on 60 labelled rows."),
        (
            {"files": [{"sha256": "", "name": "mine.csv"}]},
            "Measured on 60 labelled rows of mine.csv.",
        ),
        ({"train_rows": 60, "validation_rows": 0}, "Measured on 60 labelled rows."),
        ({"files": [FILE | {"name": f"{i}.png"} for i in range(9)]}, "2.png, 6 more files."),
    ],
)
def test_a_page_without_a_description_of_the_rows_guesses_nothing(
    data: dict[str, Any] | None, told: str
):
    assert told in text_of(page_of(Report(evaluation(), title="it", data=facts_of(data))))


@needs_extra
@pytest.mark.parametrize(
    "measured_on",
    [
        KEPT_OUT,
        MeasuredOn("kept_out", 60, 300, steered=True),
        MeasuredOn("out_of_fold", 60, 60, folds=10, models=10, final="refit"),
        MeasuredOn("out_of_fold", 60, 60, folds=3, models=3, final="ensemble"),
        MeasuredOn("out_of_fold", 60, 300, folds=10, models=2),
        MeasuredOn("out_of_fold", 60, 70, folds=4, models=4, start="pictures", trained_on=10),
        MeasuredOn("before_fine_tuning", 60, 60, start="pictures"),
        MeasuredOn("unseen", 60, 300, trained_on=200, chosen_by=40),
        MeasuredOn("chosen_by", 60, 300, trained_on=240),
        MeasuredOn("same_files", 60, 60),
        MeasuredOn("other_files", 60, 60),
    ],
    ids=str,
)
def test_the_page_says_what_the_evaluation_says_of_its_rows(measured_on: MeasuredOn):
    """Whatever data.json has counted: those may be the rows of another training."""
    data = DATA | {"train_rows": 60, "validation_rows": 0}
    text = text_of(
        page_of(Report(evaluation(measured_on=measured_on), title="it", data=facts_of(data)))
    )
    assert f"Measured on {measured_on}." in text
    assert all(note in text for note in measured_on.notes)
    assert "so it says nothing about new digits" not in text


@needs_extra
def test_only_a_figure_that_steered_the_training_confesses_it():
    confession = "steers its learning rate by its validation accuracy"
    steered = Report(
        evaluation(measured_on=MeasuredOn("kept_out", 60, 300, steered=True)), title=""
    )
    assert confession in page_of(steered)
    assert confession not in page_of(full_report(recipe=RECIPES["notebook"]))


@needs_extra
def test_rows_that_the_final_model_was_trained_on_are_not_called_kept_out():
    refitted = DATA | {"train_rows": 300, "validation_rows": 0}
    text = text_of(page_of(full_report(data=facts_of(refitted))))
    assert "300 rows; the run’s own model was trained on all of them." in text


@needs_extra
def test_the_page_has_the_twelve_most_important_mistakes_with_place_labels_and_row(page: str):
    text = text_of(page)
    assert "The 12 most important of 15 mistakes" in text
    assert "9 read as 0 99.0 % against 0.1 % train.csv:61 row 59" in text
    assert "row 48" in text
    assert "row 47" not in text


@needs_extra
def test_the_page_has_data_recipe_and_environment(page: str):
    text = text_of(page)
    assert "300 rows: 240 to train on, 60 kept out" in text
    assert "train.csv 300 4.0 kB abababababab" in text
    assert "train.csv:4711 is blank" in text
    assert "batch_size 256 images per step" in text
    assert "packages numpy 2.4.6" in text


@needs_extra
def test_an_evaluation_alone_makes_a_report_without_the_missing_parts(bare: Path):
    page = (bare / "report.html").read_text(encoding="utf-8")
    assert 'id="confusion"' in page
    for part in ("learning", "data", "recipe", "environment"):
        assert f'"{part}"' not in page
        assert f"#{part}" not in page
    assert {path.name for path in (bare / "figures").iterdir()} == FIGURES - {"learning_curves.png"}


@needs_extra
def test_data_with_missing_keys_is_shown_as_far_as_it_goes():
    text = text_of(
        page_of(full_report(data=facts_of({"files": [{"sha256": "", "rows": 5}], "rows": 5})))
    )
    assert "5 rows." in text


@needs_extra
def test_a_report_of_no_mistakes_says_so():
    text = text_of(page_of(Report(evaluation(mistakes=0), title="it")))
    assert "100.00 % 60 of 60" in text
    assert "No mistakes" in text


@needs_extra
def test_names_are_shown_as_text_and_never_as_html():
    nasty = '<img src=x onerror="alert(1)">$\\foo$'
    report = Report(
        evaluation(place=nasty + "{}"),
        title=nasty,
        data=facts_of({"files": [{"sha256": "", "name": nasty}], "warnings": [nasty]}),
        environment={nasty: nasty},
    )
    page = page_of(report)
    assert "<img src=x" not in page
    assert 'onerror="' not in page
    assert "&lt;img src=x" in page
