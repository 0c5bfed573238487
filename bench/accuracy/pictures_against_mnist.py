"""What the model for pictures loses on rows of train.csv to the one that knows nothing else.

    python -m bench.accuracy.pictures_against_mnist digit-recognizer.zip swiss_numbers.npz

Trains the recipe `mnist` on those rows of train.csv that `weights/pictures` was trained on, and
reads the rows that the training of `pictures` kept out with both.
`--seeds 3` does so three times. Prints both accuracies and ends in a JSON line.
"""

from __future__ import annotations

import argparse
import json

import torch

from bench.accuracy.fine_tuning import split_of_ink
from tenfold import metrics
from tenfold.classifier import Classifier
from tenfold.environment import describe
from tenfold.progress import SILENT
from tenfold.recipes import RECIPES
from tenfold.training.loop.fit import fit
from tenfold.training.loop.precision import denormals_flushed
from tenfold.training.loop.predict import predict_logits
from tenfold.training.loop.state import TrainingState


@denormals_flushed()
def main(arguments: argparse.Namespace) -> None:
    digits, train, unseen = split_of_ink(arguments.data, arguments.swiss)
    images, labels = digits.images[unseen], digits.labelled()[unseen]
    ink = Classifier.load("pictures").predict(images) == labels
    rows = []
    for seed in range(arguments.seeds):
        training = TrainingState.initial(RECIPES["rows"], seed)
        fit(training, digits, train, unseen[:0], progress=SILENT)
        read = predict_logits(training, torch.from_numpy(images)).argmax(dim=1).numpy()
        rows.append(read == labels)
        p = metrics.mcnemar(ink, rows[-1])
        print(
            f"seed {seed}: rows {rows[-1].mean():.2%}, ink {ink.mean():.2%} of {len(unseen):,}; "
            f"ink alone right {int((ink & ~rows[-1]).sum())}, rows alone "
            f"{int((rows[-1] & ~ink).sum())}, McNemar p = {p:.2g}",
            flush=True,
        )
    record = {
        "n": len(unseen),
        "ink_right": int(ink.sum()),
        "rows_right": [int(right.sum()) for right in rows],
    }
    print(json.dumps({"bench": "pictures_against_mnist", **record, "environment": describe()}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", metavar="digit-recognizer.zip")
    parser.add_argument("swiss", metavar="swiss_numbers.npz")
    parser.add_argument("--seeds", type=int, default=1)
    main(parser.parse_args())
