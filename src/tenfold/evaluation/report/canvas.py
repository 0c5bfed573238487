"""The canvas of the report's figures: style, sizes, and output as PNG or SVG.

Only matplotlib's object-oriented API is used: nothing opens a window, and pyplot's figures and
the user's settings stay as they were.
"""

from __future__ import annotations

import contextlib
import io
import re
import threading
from collections.abc import Iterator
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

AxesGrid = npt.NDArray[Any]  # of Axes

# Light values; in the page each becomes the CSS variable of its name, so that it can go dark.
GROUND, TEXT, MUTED, LINE = "#ffffff", "#1d2025", "#666d77", "#dcdfe3"
GOOD, BAD, IDLE = "#2a5fb4", "#c05a22", "#8f97a3"
CSS_VARIABLES = {"text": TEXT, "muted": MUTED, "line": LINE, "good": GOOD, "bad": BAD, "idle": IDLE}

STYLE: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "text.usetex": False,
    "text.color": TEXT,
    "figure.facecolor": GROUND,
    "figure.constrained_layout.h_pad": 0.08,
    "figure.constrained_layout.w_pad": 0.08,
    "axes.facecolor": GROUND,
    "axes.edgecolor": LINE,
    "axes.labelcolor": MUTED,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlepad": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 3.5,
    "svg.fonttype": "none",  # text stays text: sharp, small, and in the page's own font
}
PANEL = (3.7, 2.75)  # inches; at 9 points the text is readable when a phone shows it full width

NOTEBOOK_DPI = 80  # a figure in a notebook's cell takes some 30 kB

_STYLE_LOCK = threading.RLock()  # matplotlib's settings are one per process; blocks may nest


@contextlib.contextmanager
def styled(salt: str | None = None) -> Iterator[None]:
    """Set matplotlib to the report's style within the block, for one thread at a time.

    `salt` makes the ids of an SVG reproducible.
    """
    with _STYLE_LOCK, matplotlib.rc_context({**STYLE, "svg.hashsalt": salt}):
        yield


class ShownAxes(Axes):
    """Axes that a notebook shows as the picture of their figure."""

    def _repr_png_(self) -> bytes:
        return to_png(self, NOTEBOOK_DPI)


class ShownGrid(np.ndarray[Any, Any]):
    """An array of Axes of one figure, which a notebook shows as its picture."""

    def _repr_png_(self) -> bytes | None:
        return to_png(self.flat[0], NOTEBOOK_DPI) if self.size else None


def new_axes(columns: int = 1, rows: int = 1, size: tuple[float, float] = PANEL) -> AxesGrid:
    """Create Axes [rows, columns] of one new figure; `size` is that of each panel, in inches."""
    figure = Figure(figsize=(columns * size[0], rows * size[1]), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, subplot_kw={"axes_class": ShownAxes})
    return np.asarray(axes).view(ShownGrid)


def to_png(axes: Axes, dots_per_inch: int = 160) -> bytes:
    """Render the figure that the Axes belong to as a PNG file."""
    assert isinstance(axes.figure, Figure)
    file = io.BytesIO()
    with styled():
        axes.figure.savefig(file, format="png", dpi=dots_per_inch)
    return file.getvalue()


def to_inline_svg(axes: Axes, name: str) -> str:
    """Render the figure as an <svg> element for a page that defines the colours and --font.

    `name` makes the ids differ from those of the page's other figures; the result depends on
    nothing but the drawing, so a report written twice is the same report.
    """
    assert isinstance(axes.figure, Figure)
    file = io.StringIO()
    with styled(salt=name):
        axes.figure.savefig(file, format="svg", transparent=True)
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r"font-family: [^;\"]*", "font-family: var(--font)", svg)
    svg = re.sub(r"(font: [^;\"]*?px) '[^;\"]*", r"\1 var(--font)", svg)
    svg = re.sub(r"<[^>]*>", _rounded, svg)
    for variable, colour in CSS_VARIABLES.items():
        svg = svg.replace(colour, f"var(--{variable})")
    return svg


def _rounded(tag: re.Match[str]) -> str:
    """Round coordinates to a hundredth of a point, finer than any screen, for half the bytes."""
    return re.sub(r"(\d\.\d{2})\d+", r"\1", tag.group())
