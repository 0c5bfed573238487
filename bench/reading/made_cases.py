"""Made pictures as cases: `count` of each kind of paper, pen and camera, and pictures of nothing.

    python -m bench.reading.made_cases ../shared/photos/swiss_numbers.npz sheet.png [KIND ...]

draws a contact sheet of them.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from bench.fixtures.blank import NOTHING, things_in, without_digits
from bench.fixtures.made_pictures import FEW, KINDS, TRAIN_ROWS, digits_of, made, split
from bench.reading.case import Case


def made_cases(
    swiss: Path, count: int, *, things: Path | None = None, seed: int = 0, only: Sequence[str] = ()
) -> Iterator[Case]:
    """Make `count` pictures of each kind with one digit, as many with a number, and twice as many
    of each kind of nothing."""
    images, labels = digits_of(swiss)
    for place, (name, kind) in enumerate(KINDS.items()):
        if only and name not in only:
            continue
        a_kind = -(-count // 10) if name in FEW else count
        for i in range(2 * a_kind):
            random = np.random.default_rng([seed, place, i])
            length = 1 if i < a_kind else int(random.integers(2, 7)) + 3 * (kind.lines[1] > 1)
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
        sys.exit("usage: python -m bench.reading.made_cases swiss_numbers.npz sheet.png [KIND ...]")
    cv2.setNumThreads(1)
    main(*sys.argv[1:])
