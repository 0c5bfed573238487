"""Whether strips cover the rows of numbers that are on a picture, and nothing else.

    python -m bench.reading.location ../shared/photos locator.onnx [--half first|second|all]
        [--folders numbers wild ...] [--out DIR]

Labels say how many digits stand in each row, not where: a picture counts as located when it has as
many rows of strips as its label, each as long as so many digits can be. A sheet shows all of them.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from tenfold.framing import open_picture
from tenfold.framing.strip import STRIP_DIGIT_HEIGHT
from tenfold.reading.locate.cutting import AROUND
from tenfold.reading.locate.found_strips import FoundStrips
from tenfold.reading.locate.locate import Locate, find_strips

FOLDERS = ("numbers", "wild", "amounts", "photographed", "drawn")
NARROW, WIDE = 0.16, 2.6  # heights: what one digit, with the gap beside it, takes in a row
LENGTH_MIN = 0.3  # heights
SHEET_WIDTH = 480  # pixels
SHEETS_MAX = 120  # on one page


@dataclass(frozen=True, eq=False)
class Located:
    """A picture, the digits in each of its rows, and the strips that were found."""

    folder: str
    source: str
    kind: str
    file: str
    rows: tuple[int, ...]
    grey: npt.NDArray[np.uint8]
    found: FoundStrips

    @property
    def lengths(self) -> list[float]:
        """The length of the writing in each row that was found, in heights of its digits."""
        lengths: dict[int, float] = {}
        for strip in self.found.strips:
            inner = strip.pixels.shape[1] / STRIP_DIGIT_HEIGHT - 2 * AROUND
            inner = max(LENGTH_MIN, inner)  # the picture's edge may leave no room at the sides
            lengths[strip.row] = lengths.get(strip.row, 0.0) + inner
        return [lengths[row] for row in sorted(lengths)]

    @property
    def right(self) -> bool:
        lengths = self.lengths
        return len(lengths) == len(self.rows) and all(
            NARROW * count <= length <= WIDE * count + 1
            for count, length in zip(self.rows, lengths, strict=True)
        )


def pictures(root: Path, folder: str, half: str) -> Iterator[dict[str, str]]:
    """The labelled pictures of a folder; `half` "first" or "second" is every other source."""
    with (root / folder / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    sources = sorted({row.get("source", "cheques") for row in rows})
    chosen = {"first": sources[::2], "second": sources[1::2], "all": sources}[half]
    if len(sources) == 1:  # every other picture
        yield from {"first": rows[::2], "second": rows[1::2], "all": rows}[half]
        return
    yield from (row for row in rows if row.get("source", "cheques") in chosen)


def located(root: Path, folder: str, locate: Locate, half: str) -> Iterator[Located]:
    for row in pictures(root, folder, half):
        picture = open_picture((root / folder / row["file"]).read_bytes(), row["file"])
        lines = row.get("lines") or row["label"]
        digits = tuple(sum(map(str.isdigit, line)) for line in lines.split("/") if line)
        source, kind = row.get("source", "cheques"), row.get("kind", "amount")
        found = find_strips(picture.grey, locate, turn=0)
        yield Located(folder, source, kind, row["file"], digits, picture.grey, found)


def share_by_source(results: Sequence[Located]) -> dict[str, float]:
    sources = sorted({result.source for result in results})
    return {
        source: float(np.mean([r.right for r in results if r.source == source]))
        for source in sources
    }


def sheet_of(result: Located) -> Image.Image:
    """The picture with the outlines of its strips, and the strips below it."""
    scale = min(1.0, SHEET_WIDTH / result.grey.shape[1], 300 / result.grey.shape[0])
    scale = max(scale, min(4.0, 60 / result.grey.shape[0], SHEET_WIDTH / result.grey.shape[1]))
    size = max(1, round(result.grey.shape[1] * scale)), max(1, round(result.grey.shape[0] * scale))
    picture = Image.fromarray(result.grey).convert("RGB").resize(size)
    draw = ImageDraw.Draw(picture)
    for strip in result.found.strips:
        wide = strip.pixels.shape[1]
        top = [(x, 5) for x in np.linspace(0, wide, 9)]
        bottom = [(x, 27) for x in np.linspace(wide, 0, 9)]
        points = strip.points_in_picture(top + bottom) * scale
        draw.polygon([(float(x), float(y)) for x, y in points], outline=(255, 0, 0))
    strips = [Image.fromarray(strip.pixels) for strip in result.found.strips[:8]]
    height = size[1] + 14 + sum(34 for _ in strips)
    sheet = Image.new("RGB", (SHEET_WIDTH, height), (40, 60, 40) if result.right else (110, 30, 30))
    sheet.paste(picture, (0, 14))
    text = (
        f"{result.file} {result.rows} {[round(x, 1) for x in result.lengths]} {result.found.turn}"
    )
    ImageDraw.Draw(sheet).text((2, 1), text, (255, 255, 0))
    for at, strip_image in enumerate(strips):
        sheet.paste(strip_image, (0, size[1] + 15 + 34 * at))
    return sheet


def columns_of(sheets: Sequence[Image.Image], count: int = 4) -> Image.Image:
    """Sheets as a page of so many columns."""
    heights = [0] * count
    places = []
    for sheet in sheets:
        column = heights.index(min(heights))
        places.append((column * (SHEET_WIDTH + 4), heights[column]))
        heights[column] += sheet.height + 4
    page = Image.new("RGB", (count * (SHEET_WIDTH + 4), max(heights)), (0, 0, 60))
    for sheet, place in zip(sheets, places, strict=True):
        page.paste(sheet, place)
    return page


def locator_of(file: Path) -> Locate:
    """A locator's ONNX file as a function, on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(file.read_bytes(), options)
    return lambda pages: session.run(["cells"], {"pages": pages})[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("root", type=Path)
    parser.add_argument("locator", type=Path)
    parser.add_argument("--half", default="first", choices=("first", "second", "all"))
    parser.add_argument("--folders", nargs="*", default=FOLDERS)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    locate = locator_of(arguments.locator)
    summary = {}
    for folder in arguments.folders:
        begin = time.process_time()
        results = list(located(arguments.root, folder, locate, arguments.half))
        shares = share_by_source(results)
        for source, share in shares.items():
            count = sum(result.source == source for result in results)
            print(f"{folder:14} {source[:60]:60} {count:4} {share:7.1%}")
        mean = float(np.mean(list(shares.values())))
        milliseconds = 1000 * (time.process_time() - begin) / len(results)
        summary[folder] = {"n": len(results), "sources": round(mean, 4), "ms": round(milliseconds)}
        if arguments.out:
            arguments.out.mkdir(parents=True, exist_ok=True)
            misses_first = sorted(results, key=lambda result: result.right)[:SHEETS_MAX]
            columns_of([sheet_of(r) for r in misses_first]).save(arguments.out / f"{folder}.png")
    print(json.dumps({"bench": "location", "half": arguments.half, "folders": summary}))


if __name__ == "__main__":
    main()
