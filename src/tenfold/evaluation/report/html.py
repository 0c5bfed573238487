"""The HTML page of a report: templates/report.html.jinja and the values that fill it."""

from __future__ import annotations

import base64
import dataclasses
import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jinja2
from PIL import Image

from tenfold.digits import Images
from tenfold.evaluation.evaluation import Mistake
from tenfold.evaluation.report import figures
from tenfold.metrics import Proportion
from tenfold.recipes import Recipe

if TYPE_CHECKING:
    from tenfold.evaluation.report.report import Report

EXAMPLES = 5  # pictures beside each confused pair
SPACE = "\u202f"  # narrow and unbreakable, between a number and its unit


def render(report: Report, charts: Mapping[str, str]) -> str:
    """Render the HTML of a report; charts: <svg> elements by name, those of the epochs if any."""
    return template("report.html.jinja").render(**_context(report), charts=charts)


def template(name: str) -> jinja2.Template:
    """A template of templates/, with the filters `percent` and `interval`."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("tenfold.evaluation.report", "templates"),
        autoescape=True,  # file names, titles and warnings are the user's
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": _percent, "interval": _interval}
    return environment.get_template(name)


def _context(report: Report) -> dict[str, Any]:
    evaluation, mistakes = report.evaluation, report.top_losses(None)
    return {
        "report": report,
        "evaluation": evaluation,
        "measured_on": _measured_on(report),
        "notes": evaluation.measured_on.notes if evaluation.measured_on else (),
        "seconds": sum(epoch.get("seconds", 0.0) for epoch in report.epochs),
        "confusions": [
            (title, *figures.confusion_cells(evaluation.confusion, normalize))
            for title, normalize in (("Counts", False), ("Per cent of each true label", True))
        ],
        "recalls": [
            Proportion(int(row[digit]), int(row.sum()))
            for digit, row in enumerate(evaluation.confusion)
        ],
        "confused": [
            (label, read, count, _examples(report, mistakes, label, read))
            for label, read, count in report.most_confused()
        ],
        "mistakes": [(mistake, _picture(report.tile(mistake))) for mistake in report.top_losses()],
        "recipe_fields": _described(report.recipe) if report.recipe else [],
        "environment": flat(report.environment),
    }


def _examples(
    report: Report, mistakes: Sequence[Mistake], label: int, read: int
) -> list[tuple[str, str]]:
    """Place and picture of the most important mistakes of one pair."""
    pair = [mistake for mistake in mistakes if (mistake.label, mistake.prediction) == (label, read)]
    return [(mistake.place, _picture(report.tile(mistake))) for mistake in pair[:EXAMPLES]]


def _measured_on(report: Report) -> str:
    """The rows that the figures come from, in words; or the files, as far as they are known."""
    evaluation = report.evaluation
    if evaluation.measured_on is not None:
        return str(evaluation.measured_on)
    names = (
        ["?" if file.name is None else str(file.name) for file in report.data.files]
        if report.data
        else []
    )
    if len(names) > 3:
        names = [*names[:3], f"{len(names) - 3:,} more files"]
    return f"{len(evaluation):,} labelled rows" + (f" of {', '.join(names)}" if names else "")


def _percent(share: float, digits: int = 2) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.{digits}f}{SPACE}%"


def _interval(proportion: Proportion) -> str:
    low, high = proportion.interval
    return f"{100 * low:.2f} to {100 * high:.2f}"


def _picture(tile: Images) -> str:
    """Encode a tile uint8 [28, 28] as a PNG data URI."""
    file = io.BytesIO()
    Image.fromarray(tile).save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _short(value: Any) -> Any:
    """A third is 0.3333."""
    return round(value, 6) if isinstance(value, float) else value


def _described(recipe: Recipe) -> list[tuple[str, Any, str]]:
    """The fields of a recipe as (name, value, meaning)."""
    return [
        (field.name, _short(getattr(recipe, field.name)), field.metadata["help"])
        for field in dataclasses.fields(recipe)
    ]


def flat(environment: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Flatten the environment to lines (name, value), one for each list or mapping."""
    lines = []
    for key, value in environment.items():
        if isinstance(value, Mapping):
            value = ", ".join(f"{name} {entry}" for name, entry in value.items())
        elif isinstance(value, list | tuple):
            value = ", ".join(str(entry) for entry in value)
        lines.append((key.replace("_", " "), str(value)))
    return lines
