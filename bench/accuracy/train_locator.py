"""How the locator of `weights/strings` is made.

    python -m bench.accuracy.train_locator digit-recognizer.zip swiss_numbers.npz WORK
        [--shards 40] [--seconds 1500] [--from STATE.pt]

Composes pages with the digits of train.csv and of four of the seven writers of kensanata's
"numbers" (public domain) under WORK, 256 in each file, trains the locator on them, and writes
WORK/locator.onnx and WORK/locator.pt. Files of pages that are there already are used again.
Needs the extras `train` and `photo`.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import cv2
import torch

from bench.fixtures.glyph_banks import banks_of
from tenfold.sources import open_digits
from tenfold.training.networks.locator import Locator
from tenfold.training.pages.fit import fit_locator
from tenfold.training.pages.pool import compose_shard, read_shard, shard_file
from tenfold.training.pages.to_onnx import onnx_graph
from tenfold.training.strips.to_onnx import deployed

SEED = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data")
    parser.add_argument("swiss")
    parser.add_argument("work", type=Path)
    parser.add_argument("--shards", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=1500)
    parser.add_argument("--from", dest="start", type=Path, help="weights to begin with")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    arguments.work.mkdir(parents=True, exist_ok=True)
    files = [shard_file(arguments.work, SEED, number) for number in range(arguments.shards)]
    missing = [number for number, file in enumerate(files) if not file.exists()]
    digits = open_digits(arguments.data).training_rows() if missing else None
    banks = banks_of(digits, arguments.swiss) if digits is not None else []
    for number in missing:
        compose_shard(files[number], banks, SEED, number)
        print(f"composed {files[number].name}")
    start = torch.load(arguments.start, weights_only=True) if arguments.start else None
    keep = partial(save, arguments.work)
    shards = [partial(read_shard, file) for file in files]
    keep(fit_locator(lambda: shards, seconds=arguments.seconds, seed=0, start=start, keep=keep))


def save(work: Path, network: Locator) -> None:
    """Write the weights, and the graph that ships."""
    torch.save(network.state_dict(), work / "locator.pt")
    (work / "locator.onnx").write_bytes(onnx_graph(deployed(network)))


if __name__ == "__main__":
    main()
