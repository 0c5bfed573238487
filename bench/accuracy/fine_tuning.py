"""What `tenfold train DIR --from pictures` gains for one handwriting, and what it forgets.

    python -m bench.accuracy.fine_tuning digit-recognizer.zip swiss_numbers.npz CELLS.jsonl

People: the three writers of kensanata's "numbers" whom `weights/pictures` never saw, as they write,
with their digits slanted by 35 degrees, and with their sevens mirrored. Each cell fine-tunes it on
20, 50 or 100 tiles of one of them, drawn by a seed, and reads the rest of that person's tiles and
the rows of train.csv that its own training kept out, before and after. Cells are kept in
CELLS.jsonl, so a bench that was stopped goes on. Prints a table and ends in one JSON line.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from bench.fixtures.writers import WRITERS, Picture, framed_tile
from tenfold.classifier import find_model
from tenfold.digits import Digits, Rows, stratified_split
from tenfold.environment import describe
from tenfold.framing import frame_ink
from tenfold.recipes import fine_tuning_recipe
from tenfold.sources import open_digits
from tenfold.training.fine_tuning import load_teacher
from tenfold.training.loop.fit import fit
from tenfold.training.loop.precision import denormals_flushed
from tenfold.training.loop.predict import predict_logits
from tenfold.training.loop.state import TrainingState
from tenfold.training.loop.teacher import Teacher

SIZES = (20, 50, 100)
SLANT = 35  # degrees
FINE = 4  # times as large while it is slanted
FAINT = 24  # grey levels that interpolation leaves around the ink


def as_written(digits: Digits) -> Digits:
    return digits


def slanted(digits: Digits) -> Digits:
    return Digits(np.stack([_slanted(tile) for tile in digits.images]), digits.labels)


def _slanted(tile: Picture) -> Picture:
    side, slope = tile.shape[0] * FINE, math.tan(math.radians(SLANT))
    large = Image.fromarray(tile).resize((side, side), Image.Resampling.BICUBIC)
    matrix = (1, slope, -side / 2 * (1 + slope), 0, 1, 0)
    wide = large.transform(
        (2 * side, side), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC
    )
    ink = np.array(wide)
    return frame_ink(np.where(ink < FAINT, 0, ink).astype(np.uint8))


def sevens_mirrored(digits: Digits) -> Digits:
    sevens = (digits.labelled() == 7)[:, None, None]
    return Digits(np.where(sevens, digits.images[:, :, ::-1], digits.images), digits.labels)


HABITS: dict[str, Callable[[Digits], Digits]] = {
    "as written": as_written,
    "slanted": slanted,
    "sevens mirrored": sevens_mirrored,
}


def people(swiss: str) -> dict[str, Digits]:
    """Load the digits of the writers that `ink` was not trained on, framed as `tenfold read`
    does."""
    with np.load(swiss, allow_pickle=False) as arrays:
        images, labels, person = arrays["images"], arrays["labels"], arrays["person"]
    found = {}
    for writer in sorted(set(person.tolist()) - set(WRITERS)):
        tiles = np.stack([framed_tile(image) for image in images[person == writer]])
        found[writer] = Digits(tiles, labels[person == writer].astype(np.int64))
    return found


def split_of_ink(data: str, swiss: str) -> tuple[Digits, Rows, Rows]:
    """Load train.csv, with the row numbers that `ink` was trained on and those that were kept out,
    by the split of bench/accuracy/train_pictures.py."""
    digits = open_digits(data, ("train",)).training_rows()
    with np.load(swiss, allow_pickle=False) as arrays:
        written = np.sort(arrays["labels"][np.isin(arrays["person"], WRITERS)]).astype(np.int64)
    labels = np.concatenate([digits.labelled(), written, written])  # each twice, class by class
    facts = find_model("pictures").facts
    train, validation = stratified_split(labels, facts.recipe.validation, facts.seed)
    digest = hashlib.sha256(train.astype("<i8").tobytes()).hexdigest()
    assert digest == facts.lineage.rows_sha256, "weights/pictures were trained on other rows"
    return digits, train[train < len(digits)], validation[validation < len(digits)]


@denormals_flushed()
def cell_of(start: Teacher, hand: Digits, others: Digits, size: int, seed: int) -> dict[str, Any]:
    """Fine-tune on `size` tiles of `hand`, and read its others and those of `others`."""
    order: Rows = np.random.default_rng(seed).permutation(len(hand))
    recipe = fine_tuning_recipe(start.model.facts.recipe.to_json()).lengthened(size)
    training = TrainingState.initial(recipe, seed, start)
    before = {"own": _right(training, hand, order[size:]), "others": _right(training, others)}
    started_at = time.process_time()
    fit(training, hand, order[:size], order[:0])
    seconds = time.process_time() - started_at
    after = {"own": _right(training, hand, order[size:]), "others": _right(training, others)}
    counts = {
        f"{which}_{side}": int(right[which].sum())
        for side, right in (("before", before), ("after", after))
        for which in right
    }
    return counts | {
        "own_n": len(hand) - size,
        "others_n": len(others),
        "cpu_seconds": round(seconds, 2),
    }


def _right(training: TrainingState, digits: Digits, rows: Rows | None = None) -> torch.Tensor:
    rows = np.arange(len(digits)) if rows is None else rows
    read = predict_logits(training, torch.from_numpy(digits.images[rows])).argmax(dim=1)
    return read == torch.from_numpy(digits.labelled()[rows])


def table(cells: list[dict[str, Any]]) -> str:
    """Format the cells, pooled over writers and seeds, and the cell that forgot most."""
    lines = [f"{'habit':16}{'tiles':>6}{'cells':>6}  own before > after     others before > after"]
    for habit, size in itertools.product(HABITS, SIZES):
        of = [cell for cell in cells if (cell["habit"], cell["size"]) == (habit, size)]
        if not of:
            continue
        sums = {key: sum(cell[key] for cell in of) for key in of[0] if key.startswith(("ow", "ot"))}
        own = [sums[f"own_{side}"] / sums["own_n"] for side in ("before", "after")]
        others = [sums[f"others_{side}"] / sums["others_n"] for side in ("before", "after")]
        worst = max(
            (cell["others_before"] - cell["others_after"]) / cell["others_n"] for cell in of
        )
        lines.append(
            f"{habit:16}{size:6}{len(of):6}  {own[0]:.2%} > {own[1]:.2%}    {others[0]:.2%} > "
            f"{others[1]:.2%}, at worst {-worst:+.2%}"
        )
    return "\n".join(lines)


def main(arguments: argparse.Namespace) -> None:
    kept = Path(arguments.cells)
    cells = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    done = {(cell["habit"], cell["size"], cell["writer"], cell["seed"]) for cell in cells}
    model = find_model("pictures")
    start = load_teacher(model, None, fine_tuning_recipe(model.facts.recipe.to_json()), 0)
    writers = people(arguments.swiss)
    digits, _, unseen = split_of_ink(arguments.data, arguments.swiss)
    others = digits.take(unseen[:: arguments.every])
    hands = {(h, w): HABITS[h](digits) for w, digits in writers.items() for h in HABITS}
    for seed, size, (habit, writer) in itertools.product(range(arguments.seeds), SIZES, hands):
        if (habit, size, writer, seed) in done:
            continue
        about = {"habit": habit, "size": size, "writer": writer, "seed": seed}
        cells.append(about | cell_of(start, hands[habit, writer], others, size, seed))
        with kept.open("a") as file:
            file.write(json.dumps(cells[-1]) + "\n")
    print(table(cells))
    print(json.dumps({"bench": "fine_tuning", "cells": cells, "environment": describe()}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", metavar="digit-recognizer.zip")
    parser.add_argument("swiss", metavar="swiss_numbers.npz")
    parser.add_argument("cells", metavar="CELLS.jsonl")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--every", type=int, default=1, help="read each so-manieth other row")
    main(parser.parse_args())
