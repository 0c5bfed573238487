"""The report of a search for a better recipe: report.html, which needs no other file, and PNGs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tenfold.evaluation.report.report import require_report_extra
from tenfold.evaluation.tuning import Tuning
from tenfold.files import write_whole


def write_tuning_report(tuning: Tuning, folder: Path, *, environment: Mapping[str, Any]) -> None:
    """Write report.html and figures/*.png, each whole or not at all.

    Raises OutputError, and MissingExtraError before anything is written.
    """
    require_report_extra()
    from tenfold.evaluation.report import canvas, html, tuning_figures

    draws = {"trials": tuning_figures.draw_trials, "epochs": tuning_figures.draw_epochs}
    charts = {}
    for name, draw in draws.items():
        with canvas.styled():
            axes = canvas.new_axes()[0, 0]
            draw(axes, tuning)
        charts[name] = axes
    for name in tuning.space:
        with canvas.styled():
            axes = canvas.new_axes(size=(2.8, 2.1))[0, 0]
            tuning_figures.draw_field(axes, tuning, name)
        charts[name] = axes
    page = html.template("tuning.html.jinja").render(
        tuning=tuning,
        charts={name: canvas.to_inline_svg(axes, name) for name, axes in charts.items()},
        environment=html.flat(environment),
    )
    for name, axes in charts.items():
        write_whole(folder / "figures" / f"{name}.png", canvas.to_png(axes))
    write_whole(folder / "report.html", page.encode("utf-8", "replace"))
