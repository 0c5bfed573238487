"""Accuracy against time, as one picture: what was measured, and what has been published.

    python -m bench.accuracy.chart runs/bench/full/results/participants docs/accuracy-and-time.png
    python -m bench.accuracy.chart PARTICIPANTS PICTURE.png --without NAME,NAME

Filled marks were measured on one machine and the same rows, with 95 % intervals; a faint line is
what a peer had reached on the way. Results as published (published.toml) are hollow and stand in
the margin with their conditions, for they are of other rows, and a second of another machine is
another second. Participants of which the time alone was measured have a strip at the foot.
--without leaves out a recipe that tenfold no longer has; its figures stay in the folder.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from bench.accuracy.labels import Label, place_labels, spread
from bench.accuracy.trials import NOTEBOOK, Participant, notebook_seconds
from tenfold.evaluation.report.canvas import BAD, GOOD, GROUND, IDLE, MUTED, TEXT, styled, to_png
from tenfold.files import write_whole

PUBLISHED = Path(__file__).with_name("published.toml")
SIZE = (9.6, 5.2)  # inches; 9 points are readable where a README shows it
STRIP = 0.22  # inches for a participant at the foot
ACCURACIES = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.993, 0.995, 0.996, 0.997, 0.998, 0.999, 0.9995)
TIMES = {1.0: "1 s", 3.0: "3 s", 10.0: "10 s", 30.0: "30 s"}
TIMES |= {60.0 * minutes: f"{minutes} min" for minutes in (1, 3, 10, 30)}
TIMES |= {3600.0 * hours: f"{hours} h" for hours in (2, 6, 24, 72)}
SHARES = {1000: "1/1000", 300: "1/300", 100: "1/100", 30: "1/30", 10: "1/10", 3: "1/3", 1: "1"}
TIME_LABEL = (
    "time of the whole training, from start to result\n"
    "one machine, the same rows for all; bars: 95 % intervals, lines: after each epoch"
)


@dataclass(frozen=True)
class Published:
    """A result as its authors published it; `what` and `mnist` are its conditions."""

    who: str
    accuracy: float
    what: str
    rows: str
    source: str


def read_published(path: Path = PUBLISHED) -> list[Published]:
    return [Published(**result) for result in tomllib.loads(path.read_text("utf-8"))["result"]]


def read_participants(folder: Path, without: Sequence[str] = ()) -> list[Participant]:
    """Read the participants of a folder's JSON files, except those named in `without`.

    Raises FileNotFoundError where a name of `without` has no file.
    """
    files = sorted(folder.glob("*.json"))
    if missing := set(without) - {file.stem for file in files}:
        raise FileNotFoundError(f"{folder}: no participant is called {', '.join(sorted(missing))}")
    kept = [file for file in files if file.stem not in without]
    return [Participant.from_json(json.loads(file.read_text("utf-8"))) for file in kept]


def draw(participants: Sequence[Participant], published: Sequence[Published]) -> Axes:
    """Draw the chart, within `styled()`; return its main Axes, whose figure has the rest."""
    measured = [participant for participant in participants if participant.accuracy is not None]
    timed = [participant for participant in participants if participant.accuracy is None]
    foot = STRIP * len(timed)
    figure = Figure(figsize=(SIZE[0], SIZE[1] + foot), layout="constrained")
    grid = figure.add_gridspec(
        2 if timed else 1,
        2,
        width_ratios=(3.2, 1),
        height_ratios=(SIZE[1], foot + STRIP) if timed else (1,),
    )
    axes = figure.add_subplot(grid[0, 0])
    _set_scales(axes, participants, published)
    labels = [_draw_measured(axes, participant) for participant in measured]
    if (unit := notebook_seconds(participants)) is not None:
        _draw_shares(axes, unit)
    _draw_margin(figure.add_subplot(grid[0, 1], sharey=axes), published)
    lowest = axes
    if timed:
        lowest = figure.add_subplot(grid[1, 0], sharex=axes)
        axes.tick_params(labelbottom=False)
        _draw_timed(lowest, timed)
    lowest.set_xlabel(TIME_LABEL)
    place_labels(axes, labels)
    return axes


def _set_scales(
    axes: Axes, participants: Sequence[Participant], published: Sequence[Published]
) -> None:
    """Scale time in decades, and accuracy so that halving the errors is as far anywhere."""
    seconds = [participant.seconds for participant in participants] or [60.0]
    ends = [
        end
        for participant in participants
        if participant.accuracy
        for end in participant.accuracy.interval
    ]
    ends += [result.accuracy for result in published]
    low, high = min([*ends, 0.99]), min(max([*ends, 0.999]), 0.9998)
    axes.set_xscale("log")
    axes.set_yscale("logit")
    axes.set_xlim(min(*seconds, 60) / 4, max(*seconds, 3600) * 1.5)  # words have room on the left
    axes.set_ylim(max(1 - 1.2 * (1 - low), low / 2, 1e-3), 1 - (1 - high) / 1.2)
    _set_ticks(axes.xaxis, axes.get_xlim(), TIMES)
    _set_ticks(axes.yaxis, axes.get_ylim(), {a: f"{100 * a:.4g} %" for a in ACCURACIES})
    axes.set_ylabel("accuracy")


def _set_ticks(axis: Axis, limits: tuple[float, float], ticks: Mapping[float, str]) -> None:
    low, high = limits
    inside = {value: text for value, text in ticks.items() if low <= value <= high}
    axis.set_major_locator(FixedLocator(list(inside)))
    axis.set_major_formatter(FixedFormatter(list(inside.values())))
    axis.set_minor_locator(NullLocator())


def _colour(participant: Participant) -> str:
    return GOOD if participant.kind == "recipe" else BAD if participant.name == NOTEBOOK else TEXT


def _draw_measured(axes: Axes, participant: Participant) -> Label:
    assert participant.accuracy is not None
    colour, ours = _colour(participant), participant.kind == "recipe"
    if len(participant.curve) > 1:
        seconds, accuracies = zip(*participant.curve, strict=True)
        axes.plot(seconds, accuracies, color=colour, linewidth=0.9, alpha=0.25, zorder=2)
    value, (low, high) = participant.accuracy.value, participant.accuracy.interval
    axes.vlines(participant.seconds, low, high, color=colour, linewidth=1.6, alpha=0.5, zorder=3)
    axes.plot(
        [participant.seconds], [value], "o", color=colour, markersize=8 if ours else 6.5, zorder=4
    )
    words = f"{participant.title}  {100 * value:.2f} %"
    return Label(participant.seconds, value, low, high, words, colour, "bold" if ours else "normal")


def _draw_timed(axes: Axes, participants: Sequence[Participant]) -> None:
    """Draw a row for each participant of which the time alone is known."""
    for row, participant in enumerate(participants):
        axes.plot([participant.seconds], [row], "d", color=_colour(participant), markersize=5)
        axes.annotate(
            participant.title,
            (participant.seconds, row),
            (-8, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            color=_colour(participant),
        )
    axes.set_ylim(len(participants) - 0.4, -0.6)
    axes.set_yticks([])
    axes.set_ylabel("time\nalone", rotation=0, ha="right", va="center")
    axes.grid(False, axis="y")


def _draw_margin(axes: Axes, published: Sequence[Published]) -> None:
    axes.set_xlabel("as published, on other rows\nand other machines", loc="left")
    axes.set_xlim(0, 1)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
    ordered = sorted(published, key=lambda result: result.accuracy)
    points = axes.transScale.transform([(0, result.accuracy) for result in ordered])
    heights = axes.transLimits.transform(points)[:, 1].tolist()  # shares of the axes' height
    for result, height, words in zip(ordered, heights, spread(heights, 0.085), strict=True):
        inside = axes.transAxes
        axes.plot([0.04, 0.1], [height, words], color=IDLE, linewidth=0.6, transform=inside)
        axes.plot([0.04], [height], "o", color=IDLE, mfc=GROUND, mew=1.4, ms=6, transform=inside)
        text = f"{result.who}  {100 * result.accuracy:.5g} %\n{result.what}"
        axes.text(0.12, words, text, fontsize=7.5, color=MUTED, va="center", transform=inside)


def _draw_shares(axes: Axes, unit: float) -> None:
    """Draw the scale of time once more above, in shares of the notebook's time."""
    above = axes.twiny()
    above.set_xscale("log")
    first, last = axes.get_xlim()
    above.set_xlim(first / unit, last / unit)
    above.grid(False)
    _set_ticks(above.xaxis, above.get_xlim(), {1 / n: text for n, text in SHARES.items()})
    above.set_xlabel("of the time that the notebook's 30 epochs take in Keras")
    axes.axvline(unit, color=BAD, linewidth=0.9, linestyle=(0, (4, 3)), alpha=0.5, zorder=1)


def write_picture(participants: Sequence[Participant], place: Path) -> None:
    """Draw the chart into a PNG file."""
    with styled():
        axes = draw(participants, read_published())
    write_whole(place, to_png(axes, dots_per_inch=200))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw accuracy against time.")
    parser.add_argument("participants", type=Path, help="a folder with one JSON a participant")
    parser.add_argument("picture", type=Path, help="the PNG file to write")
    parser.add_argument("--without", default="", help="participants not to draw, commas between")
    given = parser.parse_args()
    left_out = [name for name in given.without.split(",") if name]
    write_picture(read_participants(given.participants, left_out), given.picture)
