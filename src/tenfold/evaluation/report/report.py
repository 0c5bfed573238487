"""The report of an evaluation: its figures on matplotlib Axes, and the facts of the training.

Plotting needs the `report` extra (matplotlib, jinja2); importing this module does not.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from tenfold import notebook_html as html
from tenfold.digits import Images
from tenfold.errors import MissingExtraError, UsageError
from tenfold.evaluation.evaluation import Evaluation, Mistake
from tenfold.evaluation.stored_evaluation import read_run_evaluation
from tenfold.files.saved_files import damage_as_data_error
from tenfold.recipes import Recipe, find_recipe
from tenfold.run_folder import existing_run
from tenfold.run_folder.facts import RunFacts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tenfold.evaluation.report.canvas import AxesGrid

TOP_LOSSES = 12
TOP_LOSSES_IN_A_ROW = 6


class Report:
    """An evaluation, with the recipe, epochs, data and environment that it came from.

    All but the evaluation may be missing. epochs: one mapping for each epoch, keys as in
    run_folder.EPOCH_FIELDS; data: as in data.json; environment: as in environment.json.
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
        """The most important mistakes, worst first, ranked as by Evaluation.top_losses."""
        return self.evaluation.top_losses(count)

    def most_confused(self, count: int = 10) -> list[tuple[int, int, int]]:
        """Pairs (true label, predicted label, count), the most frequent first."""
        return self.evaluation.most_confused(count)

    def tile(self, mistake: Mistake) -> Images:
        """The image of a misclassified row, uint8 [28, 28]."""
        index = int((self.evaluation.rows == mistake.row).argmax())
        return self.evaluation.images[index]

    def plot_confusion_matrix(self, normalize: bool = False, ax: Axes | None = None) -> Axes:
        """Draw the confusion matrix in counts, or in per cent of each true label."""
        require_report_extra()
        from tenfold.evaluation.report import canvas, figures

        with canvas.styled():
            axes: Axes = ax or canvas.new_axes(size=(5.6, 5.6))[0, 0]
            figures.draw_confusion(axes, self.evaluation.confusion, normalize)
        return axes

    def plot_learning_curves(self) -> AxesGrid:
        """Draw loss, accuracy and learning rate on Axes [3]. Raises UsageError without epochs."""
        require_report_extra()
        from tenfold.evaluation.report import canvas, figures

        if not self.epochs:
            raise UsageError(
                "this report has no epochs", hint="make it with Report.from_run(run folder)"
            )
        with canvas.styled():
            axes: AxesGrid = canvas.new_axes(columns=len(figures.HISTORY))[0]
            for panel, draw in zip(axes, figures.HISTORY.values(), strict=True):
                draw(panel, self.epochs)
        return axes

    def plot_calibration(self, ax: Axes | None = None) -> Axes:
        """Draw the accuracy of each confidence bin against its mean confidence."""
        require_report_extra()
        from tenfold.evaluation.report import canvas, figures

        with canvas.styled():
            axes: Axes = ax or canvas.new_axes()[0, 0]
            figures.draw_calibration(axes, self.evaluation.calibration)
        return axes

    def plot_risk_coverage(self, ax: Axes | None = None) -> Axes:
        """Draw the error of the answered rows against their share, and the reject threshold."""
        require_report_extra()
        from tenfold.evaluation.report import canvas, figures

        with canvas.styled():
            axes: Axes = ax or canvas.new_axes()[0, 0]
            figures.draw_risk_coverage(axes, self.evaluation)
        return axes

    def plot_top_losses(self, count: int = TOP_LOSSES) -> AxesGrid:
        """Draw the worst mistakes, one on each of Axes [rows, 6]; the last ones may stay empty."""
        require_report_extra()
        from tenfold.evaluation.report import canvas, figures

        mistakes = self.top_losses(count)
        rows = max(1, -(-len(mistakes) // TOP_LOSSES_IN_A_ROW))
        with canvas.styled():
            axes = canvas.new_axes(TOP_LOSSES_IN_A_ROW, rows, size=(1.5, 2.0))
            figures.draw_top_losses(axes, [(mistake, self.tile(mistake)) for mistake in mistakes])
        return axes

    def _repr_html_(self) -> str:
        """The last line of a notebook's cell: curves, where there are epochs, and the figures."""
        curves = ""
        if self.epochs and all(find_spec(name) for name in ("matplotlib", "jinja2")):
            from tenfold.evaluation.report import canvas

            drawn = canvas.to_png(self.plot_learning_curves()[0], canvas.NOTEBOOK_DPI)
            curves = html.picture(drawn, "learning curves")
        return html.cell(html.title(self.title), curves, self.evaluation._repr_html_())


def require_report_extra() -> None:
    """Raise MissingExtraError where matplotlib or jinja2 is not installed."""
    try:
        import jinja2  # noqa: F401
        import matplotlib  # noqa: F401
    except ModuleNotFoundError:
        raise MissingExtraError("the report", "report") from None
