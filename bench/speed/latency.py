"""How long one picture takes: python -m bench.speed.latency [--repeats N] [--keep DIR]

Times, as a user meets them: a Reader on a photograph of 12 million pixels (a JPEG, decoding
included), on a canvas drawing of 280 x 280 (a PNG with transparency) and on a picture of a number
of eight digits, after one reading of each; the strip of that number alone, from its pixels to its
texts; and `tenfold read one.png` from the start of its process to its end, beside the same for
Python with nothing but `import numpy, onnxruntime, cv2, PIL.Image`, which no program that reads
pictures this way can undercut. Medians and ranges of the repeats. Ends in one JSON line; --keep
writes table and line as a record.
"""

from __future__ import annotations

import argparse
import functools
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from bench.fixtures.camera import shadow, taken
from bench.fixtures.paper import paper, rule
from bench.fixtures.written_numbers import write_number
from tenfold.classifier.strips import StripReader
from tenfold.environment import describe
from tenfold.files import staged_folder, write_json, write_whole
from tenfold.framing import open_picture
from tenfold.reading.reader import load
from tenfold.reading.strings.characters import strings_in
from tenfold.reading.strings.string_reader import SHIPPED, StringReader

EIGHT = "20475183"
OURS = ("latency.json", "README.md")
IMPORTS = "import numpy, onnxruntime, cv2, PIL.Image"
PAGE = "# How long one picture takes\n\n`{command}`; {machine}.\n\n{table}\n"


def digit(draw: ImageDraw.ImageDraw, left: int, top: int, height: int, colour: str) -> None:
    """Draw a 2 of few strokes."""
    shares = ((0, 0.25), (0.1, 0.05), (0.3, 0), (0.5, 0.1), (0.5, 0.3), (0, 1), (0.6, 0.95))
    points = [(left + x * height, top + y * height) for x, y in shares]
    draw.line(points, fill=colour, width=max(2, height // 12), joint="curve")


def photograph() -> bytes:
    """Make a JPEG of 4000 x 3000: squared paper with a shadow and four digits."""
    random = np.random.default_rng(0)
    sheet = paper(random, 3000, 4000)
    rule(random, sheet, rows=180, columns=180, strength=0.8)
    picture = Image.fromarray(np.clip(sheet, 0, 255).astype(np.uint8))
    for place in range(4):
        digit(ImageDraw.Draw(picture), 900 + 600 * place, 1200, 500, "#26306e")
    sheet = np.asarray(picture).astype(np.float32)
    shadow(random, sheet)
    return taken(random, sheet)


def drawing() -> bytes:
    """Make a PNG of 280 x 280, as a page's canvas gives it."""
    picture = Image.new("RGBA", (280, 280), (0, 0, 0, 0))
    digit(ImageDraw.Draw(picture), 80, 60, 160, "black")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def number() -> bytes:
    """Make a picture of a number of eight digits, 600 x 110 pixels."""
    random = np.random.default_rng(1)
    sheet = paper(random, 110, 600)
    write_number(sheet, EIGHT, 30, 28, 54)
    return taken(random, sheet)


def milliseconds(work: Callable[[], object], repeats: int) -> list[tuple[float, float]]:
    """The time by the clock, and that of the processor, of this process and those that it waits
    for: on a machine with other work, only the second says what the work costs."""
    times = []
    for _ in range(repeats):
        begin, used = time.perf_counter(), _processor_seconds()
        work()
        spent = time.perf_counter() - begin, _processor_seconds() - used
        times.append((1000 * spent[0], 1000 * spent[1]))
    return times


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def measure(repeats: int) -> dict[str, list[tuple[float, float]]]:
    reader = load()
    photo, canvas, row = photograph(), drawing(), number()
    for content in (photo, canvas, row):
        assert 2 in [digit.likeliest for digit in reader(content)]  # what is timed is a reading
    strips = StringReader(SHIPPED)
    opened = open_picture(row, "row")
    (strip,) = strips.locate(opened, reader.find(row)).strips
    reads = StripReader.load(SHIPPED)
    assert len(strings_in(reads([strip.pixels])[0])[0][0].digits) == len(EIGHT)
    times = {
        "photograph of 12 million pixels": milliseconds(lambda: reader(photo), repeats),
        "canvas drawing": milliseconds(lambda: reader(canvas), 5 * repeats),
        "a picture of eight digits": milliseconds(lambda: reader(row), 5 * repeats),
        "the strip of eight digits, read and decoded": milliseconds(
            lambda: strings_in(reads([strip.pixels])[0]), 5 * repeats
        ),
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "one.png")
        file.write_bytes(canvas)
        commands = {
            "tenfold read one.png, whole process": ["-m", "tenfold", "read", str(file)],
            "the imports alone, whole process": ["-c", IMPORTS],
        }
        for name, command in commands.items():
            run(command)  # compiles what was not yet, as installing does
            times[name] = milliseconds(functools.partial(run, command), repeats)
    return times


def run(command: list[str]) -> None:
    """Run Python with these arguments. It may keep what it compiles, whatever this process may."""
    variables = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, *command], check=True, capture_output=True, env=variables)


def table(times: dict[str, list[tuple[float, float]]]) -> str:
    rows = []
    for name, pairs in times.items():
        clock, processor = zip(*pairs, strict=True)
        spread = f"{min(clock):,.1f} to {max(clock):,.1f}"
        used = f"{mean(processor):,.1f}"  # in ticks of 10 ms, so not the median
        rows.append(f"| {name} | {median(clock):,.1f} | {spread} | {used} | {len(pairs)} |")
    head = "| what | median ms | range | mean processor ms | repeats |"
    return "\n".join([head, "|---|---|---|---|---|", *rows])


def keep(folder: Path, shown: str, facts: dict[str, Any], *, force: bool) -> None:
    environment = facts["environment"]
    page = PAGE.format(
        command=facts["command"],
        machine=f"{environment['threads']} threads of {environment['cpu']}",
        table=shown,
    )
    with staged_folder(folder, force=force, ours=OURS) as staged:
        write_json(staged / "latency.json", facts)
        write_whole(staged / "README.md", page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--keep", type=Path, metavar="DIR")
    parser.add_argument("--force", action="store_true")
    arguments = parser.parse_args()
    times = measure(arguments.repeats)
    shown = table(times)
    print(shown)
    facts = {
        "bench": "latency",
        "command": f"python -m bench.speed.latency --repeats {arguments.repeats}",
        "median_ms": {name: round(median(c for c, _ in t), 2) for name, t in times.items()},
        "times_ms": {name: [round(clock, 2) for clock, _ in t] for name, t in times.items()},
        "processor_ms": {name: [round(used, 1) for _, used in t] for name, t in times.items()},
        "environment": describe(),
    }
    if arguments.keep is not None:
        keep(arguments.keep, shown, facts, force=arguments.force)
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
