"""Train one peer, or go on where it stopped.

    python bench/peers/train_peer.py deotte --train train.csv --rows split.npz --out DIR

Each peer is the module of its name beside this file. Its clock starts here, before the first heavy
import. Needs what the peer needs, and numpy; tenfold need not be installed.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path

PEERS = ("keras_notebook", "keras_notebook_augmented", "torch_example", "deotte", "doucet")
INTERRUPTED = 3  # exit code: stopped, and the same command goes on


def main() -> None:
    started_at = time.perf_counter()
    given = vars(_parser().parse_args())
    peer = importlib.import_module(given.pop("peer")).PEER
    from peer import Order, train

    try:
        train(peer, Order(**given), started_at)
    except KeyboardInterrupt:
        print("stopped; the same command goes on", file=sys.stderr)
        sys.exit(INTERRUPTED)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Train one peer, or go on where it stopped.")
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("--train", type=Path, required=True, help="Kaggle's train.csv")
    parser.add_argument("--rows", type=Path, required=True, help=".npz: train, validation")
    parser.add_argument("--out", type=Path, required=True, help="folder of the results")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, help="stop after so many of the published ones")
    parser.add_argument(
        "--slice", type=int, help="for timing alone: so many training rows, as many others in ratio"
    )
    return parser


if __name__ == "__main__":
    main()
