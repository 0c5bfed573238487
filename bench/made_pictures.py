"""Pictures made here, of what few real ones show: digits of people's pens on papers of many kinds,
as a phone or a scanner would take them, and pictures with no digit on them.

    python bench/made_pictures.py ../shared/photos/swiss_numbers.npz sheet.png [KIND ...]

draws a contact sheet; `made_cases` is what bench/pictures.py scores. All follows from a seed. The
digits are those of the writers that `weights/ink` has not seen, and rows of train.csv where that
lies beside: thick strokes, which it may have seen; what is judged here is the way from picture to
tile.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from made_camera import blurred, falling_light, resized, shadow, taken, tilted, turned
from made_ink import EVERYDAY, Digit, row_of, write
from made_nothing import NOTHING, things_in, without_digits
from made_paper import (
    BLACK,
    BLUE,
    COLOURED,
    GREY,
    RED,
    Levels,
    Random,
    board,
    fold,
    holes,
    margin_line,
    on_table,
    paper,
    rule,
)
from train_ink import WRITERS

TRAIN_ROWS = 4000  # of train.csv, its last


@dataclass(frozen=True)
class Kind:
    """How a picture is made. Lengths are shares of a digit's size, or of the longer side."""

    pens: Sequence[str] = EVERYDAY
    ruling: str = ""  # "ruled", "squared", "strong squares", "ledger", "margin"
    rough: float = 1.5
    coloured: bool = False
    board: bool = False
    folded: bool = False
    holes: bool = False
    table: bool = False
    size: tuple[int, int] = (48, 110)
    gap: tuple[float, float] = (0.08, 0.45)
    around: tuple[float, float] = (0.4, 1.5)
    lines: tuple[int, int] = (1, 1)  # rows of digits, for numbers
    skips: bool = False
    shadow: float | None = None  # how soft its edge is
    falling: bool = False
    turned: float = 0.0  # degrees
    tilted: float = 0.0
    blur: float = 0.0  # of a digit's size
    noise: float = 2.0
    quality: int = 85
    side: tuple[int, int] | None = None  # pixels of the longer side, in the end


KINDS = {
    "plain": Kind(),
    "ruled": Kind(ruling="ruled", turned=3),
    "squared": Kind(ruling="squared", turned=3),
    "strong squares": Kind(ruling="strong squares", turned=2),
    "ledger": Kind(ruling="ledger", turned=3),
    "margin": Kind(ruling="margin", turned=2),
    "spiral": Kind(ruling="squared", holes=True, turned=2),
    "ruled close": Kind(ruling="ruled", pens=("black", "felt"), around=(0.2, 0.5)),
    "textured": Kind(rough=9),
    "folded": Kind(folded=True),
    "coloured": Kind(coloured=True, pens=("red", "green", "blue", "black")),
    "pencil": Kind(pens=("pencil", "faint pencil")),
    "ruled pencil": Kind(pens=("pencil", "faint pencil"), ruling="ruled", turned=2),
    "squared pencil": Kind(pens=("pencil", "faint pencil"), ruling="squared", turned=2),
    "marker": Kind(pens=("marker",)),
    "chalk": Kind(board=True, pens=("chalk",)),
    "shadowed": Kind(shadow=0.02),
    "hard shadow": Kind(shadow=0.002),
    "falling light": Kind(falling=True),
    "table": Kind(table=True, tilted=0.03, around=(1.0, 2.5)),
    "table squared": Kind(table=True, ruling="squared", around=(1.0, 2.5)),
    "turned": Kind(turned=8),
    "tilted": Kind(tilted=0.1, ruling="ruled"),
    "blurred": Kind(blur=0.08, quality=70),
    "noisy phone": Kind(ruling="squared", shadow=0.02, turned=3, noise=6, quality=45),
    "low": Kind(side=(60, 100), quality=70, around=(0.2, 0.7)),
    "far": Kind(size=(60, 90), around=(4, 9), shadow=0.03),
    "close": Kind(size=(250, 400), around=(0.2, 0.8), blur=0.01),
    "huge": Kind(size=(120, 220), around=(3, 6), ruling="squared", side=(4000, 4000), shadow=0.02),
    "broken": Kind(skips=True),
    "touching": Kind(gap=(-0.06, 0.03)),
    "rows": Kind(lines=(2, 4)),
    "rows squared": Kind(lines=(2, 4), ruling="squared"),
}
FEW = ("huge",)  # a tenth of the count: they take long


def sheet_for(random: Random, kind: Kind, size: int, lines: Sequence[Sequence[Digit]]) -> Levels:
    """The paper, and the digits on it, row by row."""
    around = partial(random.uniform, *kind.around)
    left, top = int(size * around()), int(size * around())
    left += size if kind.holes or kind.ruling == "margin" else 0
    pitch = int(size * random.uniform(1.25, 1.7))
    rows = [
        row_of(random, line, size, left, top + i * pitch, kind.gap) for i, line in enumerate(lines)
    ]
    width = max(x for row in rows for x, _ in row) + size + int(size * around())
    height = top + pitch * (len(lines) - 1) + size + int(size * around())
    width = max(width, int(0.6 * height))
    if kind.board:
        sheet = board(random, height, width)
    else:
        tint = COLOURED[random.integers(len(COLOURED))] if kind.coloured else None
        sheet = paper(random, height, width, rough=kind.rough, tint=tint)
    _rule(random, sheet, kind, size, left)
    if kind.holes:
        holes(random, sheet, size)
    if kind.folded:
        fold(random, sheet)
    pen = str(random.choice(list(kind.pens)))
    for line, places in zip(lines, rows, strict=True):
        write(random, sheet, line, size, pen, places, skips=kind.skips)
    return sheet


def _rule(random: Random, sheet: Levels, kind: Kind, size: int, left: int) -> None:
    side = size * random.uniform(0.35, 1.1)
    strength = random.uniform(0.45, 0.95)
    if kind.ruling == "ruled":
        rule(random, sheet, rows=1.6 * side, columns=None, strength=strength)
    elif kind.ruling == "squared":
        rule(random, sheet, rows=side, columns=side, strength=strength)
    elif kind.ruling == "strong squares":
        colour = ((110, 140, 200), GREY, BLACK)[random.integers(3)]
        strong = 0.75 if colour == BLACK else 1.0
        rule(random, sheet, rows=side, columns=side, strength=strong, colour=colour)
    elif kind.ruling == "ledger":
        rule(random, sheet, rows=size * 1.4, columns=None, strength=0.9, colour=BLUE)
        columns = size * float(random.uniform(0.9, 3))
        rule(random, sheet, rows=None, columns=columns, strength=0.9, colour=RED)
    elif kind.ruling == "margin":
        margin_line(random, sheet, int(0.75 * left))


def made(random: Random, kind: Kind, lines: Sequence[Sequence[Digit]]) -> bytes:
    """One picture of rows of digits."""
    size = int(random.integers(*kind.size))
    sheet = sheet_for(random, kind, size, lines)
    if kind.table:
        sheet = on_table(random, sheet)
    if kind.shadow is not None:
        shadow(random, sheet, soft=kind.shadow * random.uniform(0.5, 2))
    if kind.falling:
        falling_light(random, sheet)
    if kind.turned:
        sheet = turned(random, sheet, kind.turned)
    if kind.tilted:
        sheet = tilted(random, sheet, kind.tilted)
    if kind.side is not None:
        sheet = resized(sheet, int(random.integers(kind.side[0], kind.side[1] + 1)))
    if kind.blur:
        sheet = blurred(random, sheet, max(1.0, kind.blur * size))
    return taken(random, sheet, noise=kind.noise, quality=kind.quality)


def digits_of(swiss: Path) -> tuple[list[Digit], npt.NDArray[np.int64]]:
    """Digits of the writers that the model has not seen, and rows of train.csv if it is there."""
    with np.load(swiss) as stored:
        unseen = ~np.isin(stored["person"], WRITERS)
        images, labels = list(stored["images"][unseen]), stored["labels"][unseen].astype(np.int64)
    data = swiss.parents[1] / "data" / "digit-recognizer.zip"
    if data.exists():
        from tenfold.sources import open_digits

        rows = open_digits(str(data)).train
        assert rows is not None  # Kaggle's zip has labelled rows
        images += list(255 - rows.images[-TRAIN_ROWS:])
        labels = np.concatenate([labels, rows.labelled()[-TRAIN_ROWS:]])
    return images, labels


def split(random: Random, rows: npt.NDArray[np.int64], lines: tuple[int, int]) -> list[Any]:
    """Row numbers of digits, in lines."""
    count = int(random.integers(lines[0], lines[1] + 1))
    return np.array_split(rows, min(count, len(rows)))


def made_cases(
    swiss: Path, count: int, *, things: Path | None = None, seed: int = 0, only: Sequence[str] = ()
) -> Iterator[Any]:
    """`count` pictures of each kind with one digit, as many with a number, and twice as many of
    each kind of nothing."""
    from pictures import Case

    images, labels = digits_of(swiss)
    for place, (name, kind) in enumerate(KINDS.items()):
        if only and name not in only:
            continue
        each = -(-count // 10) if name in FEW else count
        for i in range(2 * each):
            random = np.random.default_rng([seed, place, i])
            length = 1 if i < each else int(random.integers(2, 7)) + 3 * (kind.lines[1] > 1)
            rows = random.integers(0, len(images), length)
            if random.random() < 0.5:  # half of the pictures in pen, half in thick strokes
                rows %= int((labels.size - TRAIN_ROWS) if labels.size > TRAIN_ROWS else labels.size)
            lines = [[images[row] for row in line] for line in split(random, rows, kind.lines)]
            label = "".join(str(labels[row]) for row in rows)
            folder = "made digits" if length == 1 else "made numbers"
            yield Case(folder, name, name, f"{name}-{i}", label, made(random, kind, lines))
    photographs = things_in(things)
    for place, name in enumerate(NOTHING):
        if only and name not in only:
            continue
        for i in range(2 * count):
            random = np.random.default_rng([seed, 100 + place, i])
            content = without_digits(random, name, photographs)
            yield Case("nothing", name, name, f"{name}-{i}", "", content)


def main(swiss: str, out: str, *kinds: str) -> None:
    side, columns = 150, 12
    cases = list(made_cases(Path(swiss), 3, only=kinds))
    sheet = Image.new("RGB", (columns * side, -(-len(cases) // columns) * (side + 16)), "grey")
    for i, case in enumerate(cases):
        picture = Image.open(io.BytesIO(case.content))
        picture.thumbnail((side - 4, side - 4))
        place = (i % columns * side, i // columns * (side + 16))
        sheet.paste(picture, place)
        ImageDraw.Draw(sheet).text((place[0], place[1] + side), f"{case.name} {case.label}")
    sheet.save(out)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python bench/made_pictures.py swiss_numbers.npz sheet.png [KIND ...]")
    cv2.setNumThreads(1)
    main(*sys.argv[1:])
