"""Report: its plots, and the run folder that it is read from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reports import DATA, EPOCHS, evaluation, facts_of, full_report, needs_extra, text_of
from tenfold.errors import DataError, UsageError
from tenfold.evaluation.evaluation_files import write_evaluation
from tenfold.evaluation.report import Report
from tenfold.files import write_json, write_whole
from tenfold.recipes import RECIPES
from tenfold.run_folder import RunFolder


def run_folder(path: Path) -> RunFolder:
    run = RunFolder(path)
    write_whole(run.recipe, RECIPES["notebook"].to_toml())
    return run


KEPT = {"paths": [], "seed": 0, **DATA}


@needs_extra
def test_the_headline_has_its_n_and_its_interval_and_what_it_was_measured_on(page: str):
    text = text_of(page)
    assert "75.00 % 45 of 60 digits read right (n = 60, 95 % interval 62.77 to 84.22" in text
    assert "Measured on the 60 of 300 rows that this run kept out." in text


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
def test_learning_curves_without_epochs_are_refused():
    with pytest.raises(UsageError, match="no epochs"):
        Report(evaluation(), title="it").plot_learning_curves()


def test_the_report_ranks_as_the_evaluation_does():
    report = Report(evaluation(), title="it")
    assert report.top_losses(3) == report.evaluation.top_losses(3)
    assert report.most_confused(2) == report.evaluation.most_confused(2)


def test_a_mistake_is_shown_with_its_own_picture():
    one = evaluation()
    report = Report(one, title="it")
    np.testing.assert_array_equal(report.tile(report.top_losses(1)[0]), one.images[59])


def test_a_run_folder_is_read_with_all_that_it_holds(tmp_path: Path):
    run = run_folder(tmp_path / "notebook-1")
    run.write_epochs(EPOCHS)
    run.write_data(facts_of(KEPT))
    write_json(run.environment, {"python": "3.11.7"})
    write_evaluation(evaluation(), run.report)
    report = Report.from_run(run.path)
    assert (report.title, len(report.evaluation)) == ("notebook-1", 60)
    assert report.recipe == RECIPES["notebook"]
    assert report.epochs == EPOCHS
    assert report.data == facts_of(KEPT)
    assert report.environment == {"python": "3.11.7"}


def test_a_run_folder_may_lack_history_data_and_environment(tmp_path: Path):
    run = run_folder(tmp_path / "run")
    write_evaluation(evaluation(), run.report)
    report = Report.from_run(run.path)
    assert (report.epochs, report.data, report.environment) == ([], None, {})


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
