"""Marks that belong to numbers, and signs of sums, as figures for the pen."""

from __future__ import annotations

from collections.abc import Sequence

from tenfold.training.pages.sheet import Levels, Random
from tenfold.training.strips.glyphs import Handwriting, figure_ink
from tenfold.training.strips.shapes import Figure

# A figure, its height and the place of its middle below the row's, in heights of a digit; its width
# for each height.
MARKS: dict[str, tuple[Figure, float, float, float]] = {
    ".": ([(0, 0), (1, 1)], 0.06, 0.47, 1.0),
    ",": ([(0.7, 0), (0, 1)], 0.25, 0.52, 0.5),
    "-": ([(0, 0.5), (1, 0.5)], 0.05, 0.02, 9.0),
    "/": ([(1, 0), (0, 1)], 1.2, 0.0, 0.45),
    ":": ([(0, 0), (0.05, 0.08), None, (0, 0.92), (0.05, 1)], 0.55, 0.08, 0.2),
    "=": ([(0, 0), (1, 0.05), None, (0, 0.95), (1, 1)], 0.3, 0.05, 1.8),
    "+": ([(0, 0.5), (1, 0.5), None, (0.5, 0), (0.5, 1)], 0.6, 0.02, 1.0),
    "x": ([(0, 0), (1, 1), None, (1, 0), (0, 1)], 0.5, 0.1, 1.0),
}
ENDINGS: Sequence[str] = (".-", "/-", "-", "=", ".", "=.", ",-")


def mark_ink(mark: str, hand: Handwriting, rng: Random, height: float) -> tuple[Levels, float]:
    """The ink of a mark beside digits of a height, and how far its middle lies below theirs."""
    figure, share, drop, aspect = MARKS[mark]
    size = share * height * rng.uniform(0.75, 1.3)
    return figure_ink(figure, hand, rng, size, aspect), drop * height


def number_text(rng: Random) -> str:
    """A number as people write one: digits, at times with marks."""
    kind = rng.random()
    if kind < 0.22:
        return _digits(rng, 1)
    if kind < 0.7:
        return _digits(rng, int(rng.integers(2, 9)))
    if kind < 0.75:
        return _digits(rng, int(rng.integers(8, 20)))
    if kind < 0.82:
        return f"{_digits(rng, int(rng.integers(1, 5)))}{rng.choice(['.', ','])}{_digits(rng, 2)}"
    if kind < 0.88:
        separator = str(rng.choice(["/", "-", "."]))
        return separator.join(_digits(rng, int(rng.integers(1, 3))) for _ in range(3))
    if kind < 0.93:
        signs = [str(rng.choice(["+", "x", "-", ":", "=", "/"])) for _ in range(rng.integers(1, 4))]
        return _digits(rng, 1) + "".join(
            sign + _digits(rng, int(rng.integers(1, 3))) for sign in signs
        )
    if kind < 0.96:
        return "-" + _digits(rng, int(rng.integers(1, 4)))
    return _digits(rng, int(rng.integers(2, 6))) + str(rng.choice(ENDINGS))


def _digits(rng: Random, count: int) -> str:
    if rng.random() < 0.15:  # runs of zeros
        return str(rng.integers(1, 10)) + "0" * (count - 1)
    return "".join(map(str, rng.integers(0, 10, count)))
