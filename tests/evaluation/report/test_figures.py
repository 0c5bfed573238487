"""The figures of a report."""

from __future__ import annotations

import numpy as np
import pytest

from reports import EPOCHS, evaluation, full_report, needs_extra, page_of, text_of
from tenfold.evaluation.report import Report


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
def test_the_risk_coverage_curve_marks_the_threshold():
    line = Report(evaluation(), title="it").plot_risk_coverage().get_lines()[0]
    assert line.get_xdata()[-1] == 1
    assert line.get_ydata()[-1] == pytest.approx(0.25)
