"""The report's figures: each `draw_` function puts plain data on Axes.

Colours mean the same everywhere: blue is validation and what is right, orange is what is wrong,
grey is training and what is ideal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from tenfold import metrics
from tenfold.digits import CLASSES, Images
from tenfold.evaluation.evaluation import Evaluation, Mistake
from tenfold.evaluation.report.canvas import BAD, GOOD, GROUND, IDLE, AxesGrid
from tenfold.metrics import Calibration, Floats, Ints

Epochs = Sequence[Mapping[str, float]]

PERFECT = 0.9998  # where 100 % is drawn
ACCURACY_TICKS = (0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999)


def draw_loss(axes: Axes, epochs: Epochs) -> None:
    """Draw training and validation loss on a logarithmic scale."""
    _draw_history(axes, epochs, "loss")
    axes.set_title("Loss")
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def draw_accuracy(axes: Axes, epochs: Epochs) -> None:
    """Draw accuracy on a logit scale, where 98 to 99 % is as far as 99 to 99.5 %.

    Both steps halve the errors. 100 %, which has no place on such a scale, is drawn at the top.
    """
    axes.set_title("Accuracy")
    axes.set_yscale("logit", nonpositive="clip")
    keys = ("train_accuracy", "val_accuracy")
    capped = [{**epoch, **{key: min(epoch[key], PERFECT) for key in keys}} for epoch in epochs]
    set_accuracy_ticks(axes, np.concatenate([_series(capped, key)[1] for key in keys]))
    _draw_history(axes, capped, "accuracy")


def set_accuracy_ticks(axes: Axes, values: Floats) -> None:
    """Set the ticks and the limits of a logit axis for accuracies [n] of at most PERFECT, which
    is labelled as 100 %."""
    inside = values[(values > 0) & (values < PERFECT)]
    low, high = (inside.min(), inside.max()) if len(inside) else (0.9, 0.99)
    final = len(ACCURACY_TICKS) - 1
    first = np.clip(np.searchsorted(ACCURACY_TICKS, low, side="right") - 1, 0, final - 1)
    last = np.clip(np.searchsorted(ACCURACY_TICKS, high), first + 1, final)
    ticks = list(ACCURACY_TICKS[first : last + 1])
    labels = [f"{100 * tick:.4g} %" for tick in ticks]
    if (values >= PERFECT).any():
        kept = [tick for tick in ticks if tick < 0.999]  # those nearer would touch its label
        ticks, labels = [*kept, PERFECT], [*labels[: len(kept)], "100 %"]
    axes.set_yticks(ticks, labels)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylim(min(ticks[0], low), max(ticks[-1], high))


def draw_learning_rate(axes: Axes, epochs: Epochs) -> None:
    """Draw the learning rate at the end of each epoch."""
    numbers, rates = _series(epochs, "lr")
    axes.plot(numbers, rates, color=GOOD, marker=_marker(epochs))
    axes.set_title("Learning rate")
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    _count_epochs(axes, len(epochs))


HISTORY = {"loss": draw_loss, "accuracy": draw_accuracy, "learning_rate": draw_learning_rate}


def _draw_history(axes: Axes, epochs: Epochs, quantity: str) -> None:
    for key, label, colour in (("train", "training", IDLE), ("val", "validation", GOOD)):
        numbers, values = _series(epochs, f"{key}_{quantity}")
        if len(values):
            axes.plot(numbers, values, color=colour, marker=_marker(epochs), label=label)
    if axes.lines:
        axes.legend(loc="upper right" if quantity == "loss" else "lower right")
    _count_epochs(axes, len(epochs))


def _series(epochs: Epochs, key: str) -> tuple[Floats, Floats]:
    """The epochs with a finite value, and these values, float64 [k] each."""
    points = [(row.get("epoch", i + 1), row.get(key, np.nan)) for i, row in enumerate(epochs)]
    pairs = np.array(points, dtype=np.float64).reshape(-1, 2)
    pairs = pairs[np.isfinite(pairs[:, 1])]
    return pairs[:, 0], pairs[:, 1]


def _marker(epochs: Epochs) -> str:
    return "o" if len(epochs) <= 12 else ""  # a long line needs no beads


def _count_epochs(axes: Axes, count: int) -> None:
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(False, axis="x")
    axes.set_xlim(0.5, count + 0.5)


def confusion_cells(confusion: Ints, normalize: bool) -> tuple[list[list[str]], Floats]:
    """Texts [10][10], empty where the count is 0, and colour strengths float64 [10, 10] in 0..1.

    The strength of a mistake is relative to the greatest mistake, as a square root so that rare
    ones show; the diagonal, a hundred times larger, has a scale of its own.
    """
    values = confusion.astype(np.float64)
    if normalize:
        values *= 100 / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    right = np.eye(CLASSES, dtype=bool)
    strength = np.sqrt(values / max(values[~right].max(), 1e-12))
    strength[right] = values[right] / max(values[right].max(), 1e-12)
    texts = [[_cell(value, normalize) for value in row] for row in values.tolist()]
    return texts, strength


def _cell(value: float, normalize: bool) -> str:
    if value == 0:
        return ""
    return f"{value:.1f}" if normalize and value < 99.95 else f"{value:.0f}"


def draw_confusion(axes: Axes, confusion: Ints, normalize: bool) -> None:
    """Draw a confusion matrix int64 [10, 10], row = true label, in counts or per cent."""
    texts, strength = confusion_cells(confusion, normalize)
    right = np.eye(CLASSES, dtype=bool)
    full = np.where(right[..., None], _rgb(GOOD), _rgb(BAD))
    share = np.where(right, 0.22, 0.8) * strength
    axes.imshow(_rgb(GROUND) + share[..., None] * (full - _rgb(GROUND)), interpolation="nearest")
    for label, read in zip(*np.nonzero(confusion), strict=True):
        axes.text(read, label, texts[label][read], ha="center", va="center", fontsize=8)
    axes.set_title("Confusion, per cent of each true label" if normalize else "Confusion, counts")
    axes.set_xticks(range(CLASSES))
    axes.set_yticks(range(CLASSES))
    axes.set_xlabel("read as")
    axes.set_ylabel("true label")
    axes.tick_params(length=0)
    axes.grid(False)
    axes.spines[:].set_visible(False)


def _rgb(colour: str) -> Floats:
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def draw_calibration(axes: Axes, calibration: Calibration) -> None:
    """Draw a point for each bin, sized by its count, with the 95 % Wilson interval."""
    hits = np.rint(calibration.accuracy * calibration.count).astype(int)
    intervals = [
        metrics.wilson_interval(int(right), int(n))
        for right, n in zip(hits, calibration.count, strict=True)
    ]
    low, high = np.array(intervals).reshape(-1, 2).T
    axes.plot([0, 1], [0, 1], color=IDLE, linewidth=1, linestyle=(0, (4, 3)))
    axes.vlines(calibration.confidence, low, high, color=GOOD, linewidth=1.2, alpha=0.45)
    share = calibration.count / max(calibration.count.sum(), 1)
    areas = 14 + 70 * share
    axes.scatter(calibration.confidence, calibration.accuracy, areas, GOOD, zorder=3, clip_on=False)
    axes.set_title(f"Calibration, ECE {100 * calibration.ece:.2f} %")
    axes.set_xlabel("mean confidence")
    axes.set_ylabel("accuracy")
    axes.set_xlim(-0.02, 1.03)
    axes.set_ylim(-0.02, 1.03)
    _in_per_cent(axes)


def draw_risk_coverage(axes: Axes, evaluation: Evaluation) -> None:
    """Draw the error of the answered rows against their share, surest first, and the threshold."""
    curve, target = evaluation.risk_coverage, 1 - evaluation.answered_accuracy
    axes.step(curve.coverage, curve.risk, where="post", color=BAD)
    axes.axhline(target, color=IDLE, linewidth=1, linestyle=(0, (4, 3)))
    answered = evaluation.confidence >= evaluation.reject_threshold
    if answered.any():
        error = float(1 - evaluation.correct[answered].mean())
        axes.plot(
            [answered.mean()], [error], "o", color=GOOD, ms=7, clip_on=False, label="threshold"
        )
        axes.legend(loc="upper left")
    settled = curve.risk[curve.coverage >= 0.1]  # one error among the first few is no rate yet
    axes.set_title("Error among the answered")
    axes.set_xlabel("share of rows answered")
    axes.set_xlim(0, 1.02)
    top = 1.25 * max(settled.max(initial=0.0), target, 1e-3)
    axes.set_ylim(-0.02 * top, top)
    _in_per_cent(axes)


def _in_per_cent(axes: Axes) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.3g} %"))


def draw_top_losses(axes: AxesGrid, mistakes: Sequence[tuple[Mistake, Images]]) -> None:
    """Draw one (mistake, tile uint8 [28, 28]) on each panel; panels left over stay empty."""
    for panel in axes.flat:
        panel.set_axis_off()
    for panel, (mistake, tile) in zip(axes.flat, mistakes, strict=False):
        panel.imshow(tile, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        panel.set_title(
            f"{mistake.label} read as {mistake.prediction}\n"
            f"{mistake.probability:.1%} against {mistake.probability_of_label:.1%}\n"
            f"row {mistake.row}",
            loc="center",
            fontsize=8,
            fontweight="normal",
        )
    if not mistakes:
        axes.flat[0].text(0.5, 0.5, "no mistakes", ha="center", va="center")
