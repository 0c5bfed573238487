"""How well numbers in boxes, combs, tables and sudokus are read, cell by cell.

    python -m bench.reading.forms ../shared/photos [--seed 1] [--each 15] [--only table comb ...]
        [--out DIR]

Composed pictures (`fixtures/filled_forms.py`). Of a kind: exact pictures (all digits in order, and
each in its cell), how many cells are right, lost, invented or otherwise wrong, how many of these
surely; and processor time. --out writes the pictures that are not exact, with what was read.
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from bench.fixtures.filled_forms import KINDS, FormPicture, Maker
from bench.fixtures.made_pictures import digits_of
from tenfold.environment import describe
from tenfold.reading.answers.number import Digit, Reading
from tenfold.reading.reader import load

SHEET = 720  # pixels: the width of a picture that is shown


def scored(picture: FormPicture, reading: Reading) -> Counter[str]:
    """Counts of cells, and of pictures that are exact, by what was read."""
    digits = [digit for digit in reading if digit.reason != "not_a_digit"]
    counts: Counter[str] = Counter(pictures=1, outside=0)
    places = [_place(picture, digit) for digit in digits]
    counts["outside"] += sum(place is None for place in places)
    for at, (_, text) in enumerate(picture.cells):
        inside = [digit for digit, place in zip(digits, places, strict=True) if place == at]
        read = "".join(str(d.likeliest) for d in sorted(inside, key=lambda digit: digit.box[0]))
        what = _outcome(text, read)
        counts[what] += 1
        counts[f"{what}, sure"] += bool(inside) and all(d.reason is None for d in inside)
    read = "".join(str(digit.likeliest) for digit in digits)
    wrong = counts["lost"] + counts["invented"] + counts["wrong"] + counts["outside"]
    counts["exact"] += not wrong and read == picture.label
    counts["names a digit"] += bool(digits)
    counts["answered"] += bool(digits) and all(digit.reason is None for digit in digits)
    return counts


def _outcome(text: str, read: str) -> str:
    if text == read:
        return "right" if text else "empty"
    if not text:
        return "invented"
    return "wrong" if read else "lost"


def _place(picture: FormPicture, digit: Digit) -> int | None:
    """In which cell a digit stands."""
    left, top, right, bottom = digit.box
    middle = (left + right) / 2, (top + bottom) / 2
    for at, (corners, _) in enumerate(picture.cells):
        if cv2.pointPolygonTest(corners.astype(np.float32), middle, False) >= 0:
            return at
    return None


def shown(picture: FormPicture, reading: Reading) -> Image.Image:
    """The picture with what was read: green sure, red unsure; cells that were found violet."""
    image = Image.open(io.BytesIO(picture.content)).convert("RGB")
    scale = SHEET / image.width
    image = image.resize((SHEET, max(1, round(image.height * scale))))
    draw = ImageDraw.Draw(image)
    for cell in reading.cells:
        colour = (200, 200, 0) if cell.is_empty else (200, 0, 200)
        draw.rectangle([value * scale for value in cell.box], outline=colour)
    for digit in reading:
        box = [value * scale for value in digit.box]
        colour = (0, 130, 0) if digit.reason is None else (220, 0, 0)
        if digit.reason == "not_a_digit":
            colour = (120, 120, 120)
        draw.rectangle(box, outline=colour)
        draw.text((box[0] + 1, box[1] - 11), str(digit.likeliest), colour)
    draw.text((2, 0), f"{picture.label[:60]} {reading.reason or ''}", (0, 0, 255))
    return image


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("root", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=15)
    parser.add_argument("--only", nargs="*", default=list(KINDS))
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    reader, make = load(), Maker(*digits_of(arguments.root / "swiss_numbers.npz"))
    kinds = {}
    for kind in arguments.only:
        total, begin = Counter[str](), time.process_time()
        for number in range(arguments.each):
            picture = make(kind, arguments.seed, number)
            reading = reader(picture.content)
            counts = scored(picture, reading)
            total += counts
            if arguments.out and not counts["exact"]:
                arguments.out.mkdir(parents=True, exist_ok=True)
                shown(picture, reading).save(arguments.out / f"{kind}-{number}.png")
        seconds = (time.process_time() - begin) / arguments.each
        kinds[kind] = {**total, "processor_ms": round(1000 * seconds)}
        print(f"{kind:17}", dict(sorted(kinds[kind].items())), flush=True)
    facts = {"bench": "forms", "seed": arguments.seed, "each": arguments.each, "kinds": kinds}
    print(json.dumps({**facts, "environment": describe()}))


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()
