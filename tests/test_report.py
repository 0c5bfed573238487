from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tenfold.errors import DataError, MissingExtraError, UsageError
from tenfold.evaluation.evaluation import Evaluation
from tenfold.evaluation.evaluation_files import write_evaluation
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.evaluation.report import Report, write_report
from tenfold.files import write_json, write_whole
from tenfold.recipes import RECIPES
from tenfold.run_folder import RunFolder

needs_extra = pytest.mark.skipif(
    find_spec("matplotlib") is None or find_spec("jinja2") is None,
    reason="drawing needs the 'report' extra",
)

FIGURES = {
    "calibration.png",
    "confusion.png",
    "confusion_normalized.png",
    "learning_curves.png",
    "risk_coverage.png",
    "top_losses.png",
}
EPOCHS = [
    {
        "epoch": epoch,
        "seconds": 1.5,
        "lr": 0.1 / epoch,
        "train_loss": 1 / epoch,
        "train_accuracy": 1 - 0.3 / epoch,
        "val_loss": 0.8 / epoch,
        "val_accuracy": 1 - 0.2 / epoch,
    }
    for epoch in (1, 2, 3)
]
KEPT_OUT = MeasuredOn("kept_out", 60, 300)
DATA = {
    "files": [{"name": "train.csv", "sha256": "ab" * 32, "size_bytes": 4000, "rows": 300}],
    "rows": 300,
    "train_rows": 240,
    "validation_rows": 60,
    "class_counts": [30] * 10,
    "warnings": ["train.csv:4711 is blank"],
}


def evaluation(
    mistakes: int = 15,
    n: int = 60,
    place: str = "train.csv:{}",
    measured_on: MeasuredOn | None = None,
) -> Evaluation:
    """Of `n` rows the last `mistakes` are read as the next digit, each a little surer."""
    labels = np.arange(n) % 10
    read = np.where(np.arange(n) >= n - mistakes, (labels + 1) % 10, labels)
    sure = np.linspace(0.6, 0.99, n, dtype=np.float32)
    probabilities = np.repeat((1 - sure[:, None]) / 9, 10, axis=1)
    probabilities[np.arange(n), read] = sure
    images = np.random.default_rng(0).integers(0, 256, (n, 28, 28), dtype=np.uint8)
    places = tuple(place.format(row + 2) for row in range(n))
    return Evaluation(images, labels, probabilities, np.arange(n), places, 0.9, measured_on)


def full_report(**changes: Any) -> Report:
    known = {"title": "fast-1", "recipe": RECIPES["fast"], "epochs": EPOCHS, "data": DATA}
    known["environment"] = {"python": "3.11.7", "threads": 2, "packages": {"numpy": "2.4.6"}}
    return Report(evaluation(measured_on=KEPT_OUT), **(known | changes))


def page_of(report: Report) -> str:
    """The page with its charts left out, which take most of the time."""
    from tenfold.evaluation.report import figures, html

    return html.render(
        report, dict.fromkeys([*figures.HISTORY, "calibration", "risk_coverage"], "")
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a full report, which takes a while to draw."""
    folder = tmp_path_factory.mktemp("report")
    write_report(full_report(), folder)
    return folder


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a report that knows nothing but the evaluation."""
    folder = tmp_path_factory.mktemp("bare")
    report = Report(evaluation(place="scan\udcff.png"), title="on other data")
    write_report(report, folder)
    return folder


@pytest.fixture(scope="module")
def page(written: Path) -> str:
    return (written / "report.html").read_text(encoding="utf-8")


def text_of(page: str) -> str:
    """What a reader sees, in one line."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", body).replace("&#8239;", " ").split())


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
def test_a_report_is_one_page_and_its_figures(written: Path):
    assert {path.name for path in written.iterdir()} == {"report.html", "figures"}
    assert {path.name for path in (written / "figures").iterdir()} == FIGURES
    for path in (written / "figures").iterdir():
        assert path.read_bytes().startswith(b"\x89PNG")


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
def test_the_headline_has_its_n_and_its_interval_and_what_it_was_measured_on(page: str):
    text = text_of(page)
    assert "75.00 % 45 of 60 digits read right (n = 60, 95 % interval 62.77 to 84.22" in text
    assert "Measured on the 60 of 300 rows that this run kept out." in text


@needs_extra
@pytest.mark.parametrize(
    ("data", "told"),
    [
        (None, "Measured on 60 labelled rows."),
        ({"files": [{"name": "mine.csv"}]}, "Measured on 60 labelled rows of mine.csv."),
        ({"train_rows": 60, "validation_rows": 0}, "Measured on 60 labelled rows."),
        ({"files": [{"name": f"{i}.png"} for i in range(9)]}, "2.png, 6 more files."),
    ],
)
def test_a_page_that_was_not_told_what_rows_these_are_guesses_nothing(
    data: dict[str, Any] | None, told: str
):
    assert told in text_of(page_of(Report(evaluation(), title="it", data=data)))


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
        MeasuredOn("before_adapting", 60, 60, start="pictures"),
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
    text = text_of(page_of(Report(evaluation(measured_on=measured_on), title="it", data=data)))
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
def test_rows_that_the_last_model_was_trained_on_are_not_told_as_kept_out():
    refitted = DATA | {"train_rows": 300, "validation_rows": 0}
    text = text_of(page_of(full_report(data=refitted)))
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
def test_a_file_name_that_is_no_unicode_does_not_cost_the_report(bare: Path):
    assert "scan?.png" in (bare / "report.html").read_text(encoding="utf-8")


@needs_extra
def test_data_with_missing_keys_is_told_as_far_as_it_goes():
    text = text_of(page_of(full_report(data={"files": [{"rows": 5}], "rows": 5})))
    assert "5 rows." in text


@needs_extra
def test_a_report_of_no_mistakes_says_so():
    text = text_of(page_of(Report(evaluation(mistakes=0), title="it")))
    assert "100.00 % 60 of 60" in text
    assert "No mistakes" in text


@needs_extra
@pytest.mark.parametrize("mistakes", [0, 1])
def test_a_report_of_one_row_is_drawn(mistakes: int):
    from tenfold.evaluation.report import canvas

    report = Report(evaluation(mistakes, n=1), title="it")
    for axes in (report.plot_calibration(), report.plot_risk_coverage()):
        assert "<text" in canvas.to_inline_svg(axes, "it")
    for axes in (report.plot_confusion_matrix(normalize=True), report.plot_top_losses()[0, 0]):
        assert canvas.to_png(axes).startswith(b"\x89PNG")
    assert f"{1 - mistakes} of 1 digits" in text_of(page_of(report))


@needs_extra
def test_names_are_shown_as_text_and_never_as_html():
    nasty = '<img src=x onerror="alert(1)">$\\foo$'
    report = Report(
        evaluation(place=nasty + "{}"),
        title=nasty,
        data={"files": [{"name": nasty}], "warnings": [nasty]},
        environment={nasty: nasty},
    )
    page = page_of(report)
    assert "<img src=x" not in page
    assert 'onerror="' not in page
    assert "&lt;img src=x" in page


@needs_extra
def test_the_same_report_is_written_the_same_twice(page: str, tmp_path: Path):
    write_report(full_report(), tmp_path)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page


@needs_extra
def test_charts_take_their_colours_from_the_page_so_that_they_can_go_dark(page: str):
    charts = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(charts) == 5
    for chart in charts:
        assert "var(--text)" in chart
        assert not re.findall(r"#[0-9a-f]{6}\b", chart)


@needs_extra
def test_charts_show_numbers_to_their_last_digit():
    from tenfold.evaluation.report import canvas

    axes = full_report().plot_learning_curves()[2]
    axes.set_yticks([0.00025])
    assert ">0.00025</text>" in canvas.to_inline_svg(axes, "it")


@needs_extra
def test_drawing_leaves_the_settings_of_matplotlib_alone():
    import matplotlib

    from tenfold.evaluation.report import canvas

    before = dict(matplotlib.rcParams)
    axes = full_report().plot_calibration()
    canvas.to_png(axes)
    canvas.to_inline_svg(axes, "it")
    assert dict(matplotlib.rcParams) == before


@needs_extra
def test_drawing_in_several_threads_draws_the_same():
    from tenfold.evaluation.report import canvas

    def draw(name: str) -> str:
        return canvas.to_inline_svg(full_report().plot_risk_coverage(), name)

    names = ["a", "b"] * 4
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(draw, names)) == [draw("a"), draw("b")] * 4


@needs_extra
def test_a_plot_goes_onto_the_axes_that_are_given():
    from matplotlib.figure import Figure

    given = Figure().subplots()
    assert full_report().plot_confusion_matrix(normalize=True, ax=given) is given
    assert "per cent" in given.get_title(loc="left")


@needs_extra
def test_every_plot_gives_axes_of_a_figure_that_can_be_saved(tmp_path: Path):
    from matplotlib.axes import Axes

    report = full_report()
    plots = [
        report.plot_confusion_matrix(),
        report.plot_calibration(),
        report.plot_risk_coverage(),
        *report.plot_learning_curves(),
        *report.plot_top_losses(7).flat,
    ]
    assert all(isinstance(axes, Axes) for axes in plots)
    assert len(plots) == 3 + 3 + 12
    plots[0].figure.savefig(tmp_path / "it.png")


@needs_extra
@pytest.mark.parametrize("accuracy", [0.05, 0.5, 0.99, 0.99995, 1.0])
def test_learning_curves_hold_any_accuracy(accuracy: float):
    epochs = [epoch | {"val_accuracy": accuracy, "train_accuracy": accuracy} for epoch in EPOCHS]
    axes = full_report(epochs=epochs).plot_learning_curves()[1]
    low, high = axes.get_ylim()
    assert low < high
    for line in axes.get_lines():  # what is all but perfect is drawn at the top, which says 100 %
        assert low <= min(line.get_ydata()) <= max(line.get_ydata()) <= high
    assert (axes.get_yticklabels()[-1].get_text() == "100 %") == (accuracy > 0.9998)


@needs_extra
def test_learning_curves_without_validation_rows_show_the_training_alone():
    epochs = [epoch | {"val_loss": np.nan, "val_accuracy": np.nan} for epoch in EPOCHS]
    for axes in full_report(epochs=epochs).plot_learning_curves()[:2]:
        assert [line.get_label() for line in axes.get_lines()] == ["training"]


@needs_extra
def test_learning_curves_without_epochs_are_refused():
    with pytest.raises(UsageError, match="no epochs"):
        Report(evaluation(), title="it").plot_learning_curves()


@needs_extra
def test_the_risk_coverage_curve_marks_the_threshold():
    line = Report(evaluation(), title="it").plot_risk_coverage().get_lines()[0]
    assert line.get_xdata()[-1] == 1
    assert line.get_ydata()[-1] == pytest.approx(0.25)


def test_the_report_ranks_as_the_evaluation_does():
    report = Report(evaluation(), title="it")
    assert report.top_losses(3) == report.evaluation.top_losses(3)
    assert report.most_confused(2) == report.evaluation.most_confused(2)


def test_a_mistake_is_shown_with_its_own_picture():
    one = evaluation()
    report = Report(one, title="it")
    np.testing.assert_array_equal(report.tile(report.top_losses(1)[0]), one.images[59])


@pytest.mark.parametrize("absent", ["matplotlib", "jinja2"])
def test_a_missing_extra_says_what_to_type_and_writes_nothing(
    absent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, absent, None)
    with pytest.raises(MissingExtraError, match="report") as refused:
        write_report(full_report(), tmp_path / "report")
    assert refused.value.hint.startswith("pip install 'tenfold[report]'")
    assert not (tmp_path / "report").exists()


def run_folder(path: Path) -> RunFolder:
    run = RunFolder(path)
    write_whole(run.recipe, RECIPES["notebook"].to_toml())
    return run


KEPT = {"paths": [], "seed": 0, **DATA}


def test_a_run_folder_is_read_with_all_that_it_holds(tmp_path: Path):
    run = run_folder(tmp_path / "notebook-1")
    run.write_epochs(EPOCHS)
    run.write_data(KEPT)
    write_json(run.environment, {"python": "3.11.7"})
    write_evaluation(evaluation(), run.report)
    report = Report.from_run(run.path)
    assert (report.title, len(report.evaluation)) == ("notebook-1", 60)
    assert report.recipe == RECIPES["notebook"]
    assert report.epochs == EPOCHS
    assert report.data == KEPT
    assert report.environment == {"python": "3.11.7"}


def test_a_run_folder_may_lack_history_data_and_environment(tmp_path: Path):
    run = run_folder(tmp_path / "run")
    write_evaluation(evaluation(), run.report)
    report = Report.from_run(run.path)
    assert (report.epochs, report.data, report.environment) == ([], {}, {})


def test_a_run_that_was_not_evaluated_is_refused_with_a_remedy(tmp_path: Path):
    run = run_folder(tmp_path / "run")
    with pytest.raises(DataError, match="no evaluation") as refused:
        Report.from_run(run.path)
    assert f"--resume {run.path}" in refused.value.hint


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match="not a run folder"):
        Report.from_run(tmp_path)


def test_a_run_with_a_damaged_evaluation_is_refused(tmp_path: Path):
    run = run_folder(tmp_path / "run")
    write_evaluation(evaluation(), run.report)
    path = run.report / "val_probabilities.npz"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match=r"val_probabilities\.npz: not what a run leaves there"):
        Report.from_run(run.path)
