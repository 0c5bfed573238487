"""The report of an evaluation: one HTML file that needs nothing else, and its figures as PNG.

Drawing needs the `report` extra (matplotlib, jinja2); importing this module does not.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.digits import Images
from tenfold.errors import MissingExtraError, UsageError
from tenfold.evaluation.evaluate import Evaluation, Mistake
from tenfold.evaluation.stored import read_run_evaluation
from tenfold.files import write_whole
from tenfold.recipes import Recipe, find_recipe
from tenfold.run_facts import RunFacts
from tenfold.run_folder import damage_as_data_error, existing_run

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tenfold.evaluation.canvas import AxesGrid

TOP_LOSSES = 12
TOP_LOSSES_IN_A_ROW = 6


REPORT_ENTRIES = ("report.html", "figures")  # what `write` leaves in its folder


class Report:
    """An evaluation with what is known of how it came about; all of that may be missing.

    epochs: one mapping an epoch, keys as run_folder.EPOCH_FIELDS; data: as data.json; environment:
    as environment.json.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        *,
        title: str,
        recipe: Recipe | None = None,
        epochs: Sequence[Mapping[str, float]] = (),
        data: RunFacts | None = None,
        environment: Mapping[str, Any] | None = None,
    ) -> None:
        self.evaluation = evaluation
        self.title = title
        self.recipe = recipe
        self.epochs = list(epochs)
        self.data = data
        self.environment = dict(environment or {})

    @classmethod
    def from_run(cls, path: str | os.PathLike[str]) -> Report:
        """The report of a run folder. Raises DataError if there is no evaluated run."""
        run = existing_run(path)
        evaluation = read_run_evaluation(run)
        with damage_as_data_error(run.recipe):
            recipe = find_recipe(str(run.recipe))
        return cls(
            evaluation,
            title=run.path.resolve().name,
            recipe=recipe,
            epochs=run.read_epochs(),
            data=run.read_data() if run.data.exists() else None,
            environment=run.read_environment() if run.environment.exists() else None,
        )

    def top_losses(self, count: int | None = TOP_LOSSES) -> list[Mistake]:
        """The most important mistakes, worst first, as Evaluation.top_losses ranks them."""
        return self.evaluation.top_losses(count)

    def most_confused(self, count: int = 10) -> list[tuple[int, int, int]]:
        """(true label, label read, how often), most often first."""
        return self.evaluation.most_confused(count)

    def tile(self, mistake: Mistake) -> Images:
        """The picture of a mistake, uint8 [28, 28]."""
        index = int((self.evaluation.rows == mistake.row).argmax())
        return self.evaluation.images[index]

    def plot_confusion_matrix(self, normalize: bool = False, ax: Axes | None = None) -> Axes:
        """Counts, or per cent of each true label."""
        _need_extra()
        from tenfold.evaluation import canvas, figures

        with canvas.styled():
            axes: Axes = ax or canvas.new_axes(size=(5.6, 5.6))[0, 0]
            figures.draw_confusion(axes, self.evaluation.confusion, normalize)
        return axes

    def plot_learning_curves(self) -> AxesGrid:
        """Axes [3]: loss, accuracy, learning rate. Raises UsageError without epochs."""
        _need_extra()
        from tenfold.evaluation import canvas, figures

        if not self.epochs:
            raise UsageError(
                "this report knows of no epochs", hint="make it with Report.from_run(run folder)"
            )
        with canvas.styled():
            axes: AxesGrid = canvas.new_axes(columns=len(figures.HISTORY))[0]
            for one, draw in zip(axes, figures.HISTORY.values(), strict=True):
                draw(one, self.epochs)
        return axes

    def plot_calibration(self, ax: Axes | None = None) -> Axes:
        """Accuracy against confidence, bin by bin."""
        _need_extra()
        from tenfold.evaluation import canvas, figures

        with canvas.styled():
            axes: Axes = ax or canvas.new_axes()[0, 0]
            figures.draw_calibration(axes, self.evaluation.calibration)
        return axes

    def plot_risk_coverage(self, ax: Axes | None = None) -> Axes:
        """Error among the answered against the share answered, with the reject threshold."""
        _need_extra()
        from tenfold.evaluation import canvas, figures

        with canvas.styled():
            axes: Axes = ax or canvas.new_axes()[0, 0]
            figures.draw_risk_coverage(axes, self.evaluation)
        return axes

    def plot_top_losses(self, count: int = TOP_LOSSES) -> AxesGrid:
        """Axes [rows, 6], one a mistake; the last ones may be empty."""
        _need_extra()
        from tenfold.evaluation import canvas, figures

        mistakes = self.top_losses(count)
        rows = max(1, -(-len(mistakes) // TOP_LOSSES_IN_A_ROW))
        with canvas.styled():
            axes = canvas.new_axes(TOP_LOSSES_IN_A_ROW, rows, size=(1.5, 2.0))
            figures.draw_top_losses(axes, [(one, self.tile(one)) for one in mistakes])
        return axes

    def write(self, folder: Path) -> None:
        """report.html and figures/*.png, each whole or not at all. Raises OutputError, and
        MissingExtraError before anything is written."""
        _need_extra()
        from tenfold.evaluation import canvas, page

        confidence = {
            "calibration": self.plot_calibration(),
            "risk_coverage": self.plot_risk_coverage(),
        }
        plots = {
            **confidence,
            "confusion": self.plot_confusion_matrix(),
            "confusion_normalized": self.plot_confusion_matrix(normalize=True),
            "top_losses": self.plot_top_losses()[0, 0],
        }
        charts = {name: canvas.to_inline_svg(axes, name) for name, axes in confidence.items()}
        if self.epochs:
            plots["learning_curves"] = self.plot_learning_curves()[0]
            charts |= self._history_charts()
        html = page.render(self, charts)
        for name, axes in plots.items():
            write_whole(folder / "figures" / f"{name}.png", canvas.to_png(axes))
        # A file name that is no valid Unicode must not cost the user the whole report.
        write_whole(folder / "report.html", html.encode("utf-8", "replace"))

    def _history_charts(self) -> dict[str, str]:
        """Each panel by itself, so that a phone can put them below one another."""
        from tenfold.evaluation import canvas, figures

        charts = {}
        for name, draw in figures.HISTORY.items():
            with canvas.styled():
                axes = canvas.new_axes()[0, 0]
                draw(axes, self.epochs)
            charts[name] = canvas.to_inline_svg(axes, name)
        return charts


def _need_extra() -> None:
    try:
        import jinja2  # noqa: F401
        import matplotlib  # noqa: F401
    except ModuleNotFoundError:
        raise MissingExtraError("the report", "report") from None
