"""The files of a report: report.html, which needs no other file, and figures/*.png."""

from __future__ import annotations

from pathlib import Path

from tenfold.evaluation.report.report import Report, require_report_extra
from tenfold.files import write_whole

REPORT_ENTRIES = ("report.html", "figures")  # what `write_report` leaves in its folder


def write_report(report: Report, folder: Path) -> None:
    """Write report.html and figures/*.png, each whole or not at all.

    Raises OutputError, and MissingExtraError before anything is written.
    """
    require_report_extra()
    from tenfold.evaluation.report import canvas, html

    confidence = {
        "calibration": report.plot_calibration(),
        "risk_coverage": report.plot_risk_coverage(),
    }
    plots = {
        **confidence,
        "confusion": report.plot_confusion_matrix(),
        "confusion_normalized": report.plot_confusion_matrix(normalize=True),
        "top_losses": report.plot_top_losses()[0, 0],
    }
    charts = {name: canvas.to_inline_svg(axes, name) for name, axes in confidence.items()}
    if report.epochs:
        plots["learning_curves"] = report.plot_learning_curves()[0]
        charts |= _learning_charts(report)
    page = html.render(report, charts)
    for name, axes in plots.items():
        write_whole(folder / "figures" / f"{name}.png", canvas.to_png(axes))
    # A file name that is no valid Unicode must not cost the user the whole report.
    write_whole(folder / "report.html", page.encode("utf-8", "replace"))


def _learning_charts(report: Report) -> dict[str, str]:
    """Each panel of the learning curves as an <svg>, so that a phone can stack them."""
    from tenfold.evaluation.report import canvas, figures

    charts = {}
    for name, draw in figures.HISTORY.items():
        with canvas.styled():
            axes = canvas.new_axes()[0, 0]
            draw(axes, report.epochs)
        charts[name] = canvas.to_inline_svg(axes, name)
    return charts
