"""The figures of a search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("matplotlib", reason="drawing needs the 'report' extra")
pytest.importorskip("jinja2", reason="drawing needs the 'report' extra")

from tenfold.evaluation.report import canvas
from tenfold.evaluation.report.tuning_figures import draw_epochs, draw_field, draw_trials
from tenfold.recipes.search_space import Choice
from tunings import TRIALS, trial, tuning_of


@pytest.fixture
def axes() -> Any:
    with canvas.styled():
        return canvas.new_axes()[0, 0]


def lines(axes: Any) -> dict[str, tuple[list[float], list[float]]]:
    """x and y of each line that the legend names."""
    return {
        line.get_label(): (list(line.get_xdata()), list(line.get_ydata()))
        for line in axes.get_lines()
        if not line.get_label().startswith("_")
    }


def test_the_best_so_far_never_falls_and_reaches_the_last_trial(axes: Any) -> None:
    draw_trials(axes, tuning_of())
    drawn = lines(axes)
    assert drawn["best so far"] == ([0, 1, 3, 3], [0.9, 0.95, 0.95, 0.95])
    assert drawn["finished"] == ([0, 1, 3], [0.9, 0.95, 0.92])
    assert drawn["given up early"][0] == [2]


def test_a_trial_far_below_stands_at_the_edge(axes: Any) -> None:
    trials = (trial(0, 5), trial(1, 95), trial(2, 94), trial(3, 94))
    draw_trials(axes, tuning_of(trials=trials))
    low, high = axes.get_ylim()
    assert lines(axes)["finished"][1] == [low, 0.95, 0.94, 0.94]
    assert 0.85 < low < 0.94 < 0.95 < high


def test_a_search_of_one_trial_is_drawn(axes: Any) -> None:
    draw_trials(axes, tuning_of(trials=TRIALS[:1], best=0))
    assert "given up early" not in lines(axes)
    assert canvas.to_png(axes).startswith(b"\x89PNG")


def test_every_trial_has_a_line_of_its_epochs(axes: Any) -> None:
    draw_epochs(axes, tuning_of())
    assert len(axes.get_lines()) == 4
    assert lines(axes)["best"] == ([1, 2, 3], pytest.approx([0.75, 0.85, 0.95]))
    assert lines(axes)["as it was"][1] == pytest.approx([0.7, 0.8, 0.9])


def test_a_perfect_trial_is_inside_a_logit_scale(axes: Any) -> None:
    draw_epochs(axes, tuning_of(trials=(trial(0, 90), trial(1, 100))))
    assert max(lines(axes)["best"][1]) < 1
    assert axes.get_ylim()[1] >= max(lines(axes)["best"][1])
    assert axes.get_yticklabels()[-1].get_text() == "100 %"


def test_an_accuracy_below_one_is_not_called_perfect(axes: Any) -> None:
    draw_epochs(axes, tuning_of(trials=(trial(0, 90), trial(1, 95))))
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[-1] == "95 %"


@pytest.mark.parametrize(("name", "scale"), [("rotation", "linear"), ("learning_rate", "log")])
def test_a_field_has_the_scale_and_the_ends_of_its_span(axes: Any, name: str, scale: str) -> None:
    tuning = tuning_of()
    draw_field(axes, tuning, name)
    span: Any = tuning.space[name]
    assert axes.get_xscale() == scale
    assert axes.get_xlim() == (span.low, span.high)
    assert axes.get_title() == name
    best = axes.get_lines()[-1]
    assert (list(best.get_xdata()), list(best.get_ydata())) == ([tuning.best.values[name]], [0.95])


def test_a_choice_is_drawn_by_its_names(axes: Any) -> None:
    trials = tuple(
        replace(made, values={"norm": kind})
        for made, kind in zip(TRIALS, ("batch", None, "batch", "batch"), strict=True)
    )
    tuning = replace(tuning_of(trials=trials), space={"norm": Choice(("batch", None))})
    draw_field(axes, tuning, "norm")
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["batch", "None"]
