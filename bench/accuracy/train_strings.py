"""How the string reader of `weights/strings` is made.

    python -m bench.accuracy.train_strings digit-recognizer.zip swiss_numbers.npz WORK
        [--typefaces FONTS] [--pen-digits penbased.dat] [--strips 300000] [--steps 12000]
        [--from reader.onnx] [--locator WORK/locator.onnx] [--upright WORK/upright.onnx]

Composes strips under WORK, 5,000 in each file, with the digits of train.csv, of four of the seven
writers of kensanata's "numbers" (public domain), of the typefaces in a folder and of 44 writers
whose pen a tablet recorded (bench/fixtures/pen_digits.py); trains the network on those that are
there, while others are composed beside it; and writes the model folder WORK/strings. The last 4,000
rows of train.csv and one more writer are kept for strips that measure and calibrate. Files of
strips that are there already are used again, and a training that was stopped goes on from
WORK/training.pt; a new one begins with the weights of a reader that was made before, where one is
given. Needs the extras `train` and `photo`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch

from bench.fixtures.glyph_banks import banks_of
from bench.fixtures.pen_digits import pen_digits
from bench.fixtures.typefaces import typeface_bank
from bench.fixtures.writers import WRITERS
from tenfold.digits.file_facts import FileFacts
from tenfold.environment import package_versions
from tenfold.files import sha256_of
from tenfold.model_folder.string_folder import StringModelFacts, write_string_model
from tenfold.sources import open_digits
from tenfold.training.strips.compose import ComposedStrip, random_strip
from tenfold.training.strips.fit import Fitting, Step, fit
from tenfold.training.strips.from_onnx import start_from
from tenfold.training.strips.measure import exact_share, temperature_of
from tenfold.training.strips.network import StripNetwork, to_inputs
from tenfold.training.strips.pool import Batch, batches, read_strips, write_strips
from tenfold.training.strips.shapes import DIGITS
from tenfold.training.strips.texts import CHARACTERS
from tenfold.training.strips.to_onnx import deployed, onnx_graph

KEPT_ROWS = 4000  # of train.csv, the last ones: strips that measure are written with them
KEPT_WRITERS = ("0016_CH3F",)
IN_FILE = 5000  # strips
MEASURED = 4000  # strips
SEED, MEASURE_SEED = 1, 999
BATCH = 128
FILES_AT_ONCE = 4


def compose(
    data: str,
    swiss: str,
    typefaces: Path | None,
    folder: Path,
    count: int,
    pen: Path | None = None,
) -> None:
    """Write files of strips until there are `count` strips."""
    cv2.setNumThreads(1)
    banks = banks_of(open_digits(data).training_rows(), swiss, slice(None, -KEPT_ROWS))
    if typefaces is not None:
        banks.append(typeface_bank(typefaces))
    figures = (DIGITS,) if pen is None else (DIGITS, pen_digits(pen))
    for number in range(-(-count // IN_FILE)):
        file = folder / f"{SEED:03}-{number:04}.npz"
        if not file.exists():
            rng = np.random.default_rng([SEED, number])
            write_strips(file, [random_strip(banks, rng, figures) for _ in range(IN_FILE)])


def dealt(folder: Path) -> Iterator[Batch]:
    """Batches without end, of the files that have been learned from least."""
    rng = np.random.default_rng(0)
    used: dict[Path, int] = {}
    while True:
        files = [file for file in folder.glob("*.npz") if "part" not in file.name]
        files.sort(key=lambda file: (used.get(file, 0), rng.random()))
        for file in files[:FILES_AT_ONCE]:
            used[file] = used.get(file, 0) + 1
        strips = [strip for file in files[:FILES_AT_ONCE] for strip in read_strips(file)]
        yield from batches(strips, BATCH, rng)


def model_card(exact: float, files: Sequence[FileFacts], typefaces: int, size: int) -> str:
    listed = "\n".join(f"| {file.name} | {file.rows:,} | `{file.sha256}` |" for file in files)
    return f"""# tenfold model: strings

Reads a strip of writing: the digits and the marks `. , - / : =`, where each stands, and how sure.

- `reader.onnx`: input `strips` uint8 [n, 32, w], outputs `log_probabilities` float32 [n, w/2, 18]
  for connectionist temporal classification and `boxes` float32 [n, w/2, 4]. Class 0 is the blank,
  then `{CHARACTERS}`, where `?` is ink that is no digit and no mark. {size:,} bytes.
- `locator.onnx`: where rows of digits stand on a page, over a pyramid of scales.
- `upright.onnx`: input `strips`, output `upright` float32 [n, w/4], log odds that they stand.

## How it was measured

{exact:.2%} of {MEASURED:,} composed strips are read exactly, marks included. They are written with
rows and a writer that nothing was trained on, but composed by the same program: real writing is
read worse. `python bench/pictures.py` measures it on pictures.

## What it was trained on

Strips composed by `python -m bench.accuracy.train_strings` of digits of

| file | rows | SHA-256 |
|---|---|---|
{listed}

of {typefaces} handwriting typefaces, and of figures drawn by the program. No picture of a number
was trained on.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data")
    parser.add_argument("swiss")
    parser.add_argument("work", type=Path)
    parser.add_argument("--strips", type=int, default=300_000)
    parser.add_argument("--steps", type=int, default=12_000)
    parser.add_argument("--typefaces", type=Path, help="a folder of fonts of handwriting")
    parser.add_argument("--pen-digits", type=Path, help="penbased.dat of the KEEL repository")
    parser.add_argument("--from", dest="start", type=Path, help="the graph of an earlier reader")
    parser.add_argument("--locator", type=Path, help="the graph of bench.accuracy.train_locator")
    parser.add_argument(
        "--upright", type=Path, help="the graph of bench.accuracy.train_strip_turns"
    )
    arguments = parser.parse_args()
    pool, saved = arguments.work / "strips", arguments.work / "training.pt"
    pool.mkdir(parents=True, exist_ok=True)
    banks = (arguments.data, arguments.swiss, arguments.typefaces)
    composing = (*banks, pool, arguments.strips, arguments.pen_digits)
    spawn = multiprocessing.get_context("spawn")
    composer = spawn.Process(target=compose, args=composing, daemon=True)
    composer.start()
    while not any("part" not in file.name for file in pool.glob("*.npz")):
        composer.join(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    fitting = Fitting(StripNetwork())
    if saved.exists():
        fitting.load_state_dict(torch.load(saved, weights_only=True))
    elif arguments.start is not None:
        pixels = torch.from_numpy(next(dealt(pool)).pixels)
        start_from(fitting.network, arguments.start.read_bytes(), to_inputs(pixels))
        fitting = Fitting(fitting.network)

    def report(step: Step) -> None:
        print(f"{step.number:,} steps, loss {step.loss:.3f}, CTC {step.ctc:.3f}", flush=True)
        torch.save(fitting.state_dict(), saved.with_suffix(".part"))
        saved.with_suffix(".part").rename(saved)

    network = fit(fitting, dealt(pool), arguments.steps, report)
    composer.terminate()
    finish(network, arguments)


def finish(network: StripNetwork, arguments: argparse.Namespace) -> None:
    """Calibrate and measure a trained network, and write its model folder."""
    digits = open_digits(arguments.data).training_rows()
    banks = banks_of(digits, arguments.swiss, slice(-KEPT_ROWS, None), KEPT_WRITERS)
    rng = np.random.default_rng(MEASURE_SEED)
    strips: list[ComposedStrip] = [random_strip(banks, rng) for _ in range(2 * MEASURED)]
    reader = deployed(network)
    temperature = temperature_of(reader, strips[MEASURED:])
    exact = exact_share(reader, strips[:MEASURED])
    graph = onnx_graph(reader, temperature)
    swiss = Path(arguments.swiss)
    files = [
        replace(FileFacts.of(file), name=re.split(r"[/: ]", file.name)[-1]) for file in digits.files
    ]
    with np.load(swiss, allow_pickle=False) as arrays:
        rows = int(np.isin(arrays["person"], WRITERS).sum())
    typefaces = len(typeface_bank(arguments.typefaces).everybody) if arguments.typefaces else 0
    files.append(FileFacts(swiss.name, sha256_of(swiss), swiss.stat().st_size, rows))
    if pen := arguments.pen_digits:
        rows = sum(map(len, pen_digits(pen).values()))
        files.append(FileFacts(pen.name, sha256_of(pen), pen.stat().st_size, rows))
    facts = StringModelFacts(
        symbols=CHARACTERS,
        lineage=tuple(files),
        training={
            "steps": arguments.steps,
            "typefaces": typefaces,
            "temperature": round(temperature, 4),
        },
        measured={"metric": "exact", "exact": exact, "n": MEASURED, "rows": "composed strips"},
        packages=package_versions(),
    )
    locator = arguments.locator.read_bytes() if arguments.locator else None
    upright = arguments.upright.read_bytes() if arguments.upright else None
    folder = arguments.work / "strings"
    folder.mkdir(exist_ok=True)
    card = model_card(exact, files, typefaces, len(graph))
    write_string_model(folder, graph, locator, facts, card, upright)
    print(f"{exact:.2%} of {MEASURED:,} composed strips exact, temperature {temperature:.3f}")


if __name__ == "__main__":
    main()
