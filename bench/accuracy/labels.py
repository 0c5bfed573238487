"""Words beside the marks of a picture, put where they cover neither marks nor one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

GAP, FAR_GAP = 8, 14  # points between a mark and its words
MARK = 4  # points around the middle of a mark that stay free
# (right, up) from the mark; the first that is free is taken, else the one that covers least
PLACES = ((-1, 0), (1, 0), (-1, 1), (1, 1), (-1, -1), (1, -1), (0, 1), (0, -1))
LOST = 4  # covered marks, and words beyond the edge, weigh so many times as much as words on words


@dataclass(frozen=True)
class Label:
    """Words for the mark at (x, y), whose interval spans low to high."""

    x: float
    y: float
    low: float
    high: float
    text: str
    colour: str
    weight: str = "normal"


def place_labels(axes: Axes, labels: Sequence[Label]) -> None:
    """Draw the labels; the axes' scales and contents must be final."""
    figure = axes.figure
    assert isinstance(figure, Figure)
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    figure.draw_without_rendering()  # lays out, so that places on the page are known
    inside = axes.get_window_extent()
    marks = [_mark(axes, label, MARK * figure.dpi / 72) for label in labels]
    taken: list[Bbox] = []
    # from above, so that words beside crowded marks stand in the order of their marks
    for label in sorted(labels, key=lambda label: label.y, reverse=True):
        attempts = []
        for gap in (GAP, FAR_GAP):
            for place in PLACES:
                words = _annotate(axes, label, place, gap)
                box = words.get_window_extent(renderer)
                lost = sum(_common(box, mark) for mark in marks)
                lost += box.width * box.height - _common(box, inside)
                attempts.append(
                    (sum(_common(box, other) for other in taken) + LOST * lost, words, box)
                )
        best = min(attempts, key=lambda attempt: attempt[0])
        for attempt in attempts:
            if attempt is not best:
                attempt[1].remove()
        taken.append(best[2])


def _annotate(axes: Axes, label: Label, place: tuple[int, int], gap: float) -> Annotation:
    right, up = place
    words = axes.annotate(
        label.text,
        (label.x, label.y),
        (right * gap, up * gap),
        textcoords="offset points",
        ha={1: "left", 0: "center", -1: "right"}[right],
        va={1: "bottom", 0: "center", -1: "top"}[up],
        color=label.colour,
        fontweight=label.weight,
        zorder=5,
    )
    words.set_in_layout(False)
    return words


def _mark(axes: Axes, label: Label, around: float) -> Bbox:
    """Return the box of the mark and its interval, in pixels."""
    (x, low), (_, high) = axes.transData.transform([(label.x, label.low), (label.x, label.high)])
    return Bbox.from_extents(x - around, low - around, x + around, high + around)


def _common(one: Bbox, other: Bbox) -> float:
    """Return the area that two boxes share, in pixels."""
    both = Bbox.intersection(one, other)
    return 0.0 if both is None else float(both.width * both.height)


def spread(wanted: Sequence[float], apart: float) -> list[float]:
    """Return places near the wanted ones, which ascend, at least `apart` from one another."""
    groups: list[tuple[float, int]] = []  # (middle, how many), each group packed tight
    for place in wanted:
        middle, count = place, 1
        while groups and middle - groups[-1][0] < apart * (count + groups[-1][1]) / 2:
            other, many = groups.pop()
            middle = (middle * count + other * many) / (count + many)
            count += many
        groups.append((middle, count))
    return [
        middle + apart * (i - (count - 1) / 2) for middle, count in groups for i in range(count)
    ]
