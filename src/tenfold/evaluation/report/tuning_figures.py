"""Figures of a search for a better recipe: its trials in turn, their epochs, and each field.

Colours as in the other figures: blue is the best, grey what was tried, orange what was given up.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from tenfold.evaluation.report.canvas import BAD, GOOD, IDLE, TEXT
from tenfold.evaluation.report.figures import PERFECT, set_accuracy_ticks
from tenfold.evaluation.tuning import TrialRecord, Tuning
from tenfold.recipes.search_space import Span

MARGIN = 0.08  # of the range of accuracies, above and below
SPREADS = 4  # distances of the median from the best that are shown; what is lower is at the edge


def draw_trials(axes: Axes, tuning: Tuning) -> None:
    """Draw the accuracy of each trial on the choosing rows, and the best so far."""
    finished = _finished(tuning)
    numbers = [trial.number for trial in finished]
    values = [_value(trial) for trial in finished]
    best = [max(values[: count + 1]) for count in range(len(values))]
    axes.step(
        [*numbers, len(tuning.trials) - 1],
        [*best, best[-1]],
        where="post",
        color=GOOD,
        linewidth=1.2,
        label="best so far",
    )
    low, high = _limits(values)
    shown_values = [max(low, value) for value in values]
    axes.plot(numbers, shown_values, "o", color=IDLE, label="finished", clip_on=False)
    given_up = [t for t in tuning.trials if t.state == "pruned" and t.accuracies]
    if given_up:
        shown = [max(low, min(high, trial.accuracies[-1])) for trial in given_up]
        axes.plot(
            [trial.number for trial in given_up],
            shown,
            "x",
            color=BAD,
            label="given up early",
            clip_on=False,
        )
    axes.set_title("Trials in turn")
    axes.set_xlabel("trial; 0 is the recipe as it was")
    axes.set_ylim(low, high)
    axes.set_xlim(-0.5, len(tuning.trials) - 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(False, axis="x")
    axes.legend(loc="best")
    _in_per_cent(axes)


def draw_epochs(axes: Axes, tuning: Tuning) -> None:
    """Draw the validation accuracy of every trial by epoch, on a logit scale."""
    axes.set_yscale("logit", nonpositive="clip")
    named = {0: (TEXT, "as it was"), tuning.best.number: (GOOD, "best")}
    for trial in sorted(tuning.trials, key=lambda trial: trial.number in named):
        colour, label = named.get(trial.number, (BAD if trial.state == "pruned" else IDLE, None))
        shown = [min(max(value, 1e-3), PERFECT) for value in trial.accuracies]
        strong = trial.number in named
        axes.plot(
            range(1, len(shown) + 1),
            shown,
            color=colour,
            linewidth=1.6 if strong else 0.8,
            alpha=1.0 if strong else 0.6,
            marker="" if len(shown) > 1 else "o",
            label=label,
        )
    values = [min(value, PERFECT) for trial in tuning.trials for value in trial.accuracies]
    set_accuracy_ticks(axes, np.array(values))
    axes.set_title("Epochs of every trial")
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(False, axis="x")
    axes.legend(loc="lower right")


def draw_field(axes: Axes, tuning: Tuning, name: str) -> None:
    """Draw the accuracy of the finished trials against the value of one field."""
    finished, span = _finished(tuning), tuning.space[name]
    values = [trial.values[name] for trial in finished]
    low, high = _limits([_value(trial) for trial in finished])
    accuracies = [max(low, _value(trial)) for trial in finished]
    if not isinstance(span, Span):
        values = [str(value) for value in values]
    axes.plot(values, accuracies, "o", color=IDLE, alpha=0.8, clip_on=False)
    for number, colour in ((0, TEXT), (tuning.best.number, GOOD)):
        place = next(i for i, trial in enumerate(finished) if trial.number == number)
        axes.plot([values[place]], [accuracies[place]], "o", color=colour, ms=6, clip_on=False)
    if isinstance(span, Span):
        if span.log:
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axes.xaxis.set_minor_formatter(FuncFormatter(lambda value, _: ""))
        axes.set_xlim(span.low, span.high)
    axes.set_title(name)
    axes.set_ylim(low, high)
    _in_per_cent(axes)


def _finished(tuning: Tuning) -> Sequence[TrialRecord]:
    return [trial for trial in tuning.trials if trial.accuracy is not None]


def _value(trial: TrialRecord) -> float:
    assert trial.accuracy is not None
    return trial.accuracy.value


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """The range of the better accuracies with a margin; at least 0.2 points."""
    high = max(values)
    low = max(min(values), high - SPREADS * (high - statistics.median(values)))
    margin = max(MARGIN * (high - low), 0.001)
    return low - margin, high + margin


def _in_per_cent(axes: Axes) -> None:
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.4g} %"))
