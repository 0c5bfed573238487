"""How models hold on the corruptions of MNIST-C.

    python -m bench.accuracy.mnist_c RUN_OR_MODEL... --run RUN

Corrupts the rows that RUN kept out of its training (corruptions.py) and reads them with each model;
the models must not have seen these rows. Prints a table and ends in one JSON line.
"""

from __future__ import annotations

import argparse
import json

import numpy as np

from bench.accuracy.corruptions import CORRUPTIONS, TRAINED_ALIKE
from tenfold.classifier import Classifier
from tenfold.environment import describe
from tenfold.evaluation.stored_evaluation import read_stored


def main(arguments: argparse.Namespace) -> None:
    evaluation = read_stored(arguments.run).evaluation
    clean = evaluation.images / 255
    classifiers = {model: Classifier.load(model) for model in arguments.models}
    accuracies: dict[str, dict[str, float]] = {model: {} for model in classifiers}
    for corruption in (None, *CORRUPTIONS):
        name = "clean" if corruption is None else corruption.__name__
        shown = clean if corruption is None else corruption(clean, np.random.default_rng(0))
        tiles = (np.clip(shown, 0, 1) * 255).round().astype(np.uint8)
        for model, classifier in classifiers.items():
            right = classifier.predict(tiles) == evaluation.labels
            accuracies[model][name] = round(float(right.mean()), 5)
        alike = " (trained on alike)" if name in TRAINED_ALIKE else ""
        row = "  ".join(f"{accuracies[model][name]:8.2%}" for model in classifiers)
        print(f"{name:16} {row}{alike}", flush=True)
    means = {
        model: round(float(np.mean([v for k, v in of.items() if k != "clean"])), 5)
        for model, of in accuracies.items()
    }
    print(f"{'mean of 15':16} {'  '.join(f'{mean:8.2%}' for mean in means.values())}")
    record = {"bench": "mnist_c", "n": len(evaluation), "mean": means, "accuracy": accuracies}
    print(json.dumps(record | {"environment": describe()}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", metavar="RUN_OR_MODEL")
    parser.add_argument("--run", required=True, help="whose kept-out rows to corrupt")
    main(parser.parse_args())
