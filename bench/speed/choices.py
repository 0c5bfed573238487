"""Every single choice against `auto`: engine, threads, precision, parallelism, a server's engine.

    python -m bench.speed.choices digit-recognizer.zip

- predicting the rows of test.csv, from the start of the engine on
- steps of a training of `fast`
- batches of changing sizes, as a server makes them

All are measured in turn, A B C auto A B C auto, in one process; `auto` chooses by a trial whose
time is measured too, with an empty cache. Prints tables of times over the best single choice, says
whether what `auto` chose is within 5 % of it, and ends in one JSON line. Accuracy is no part of it.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from tenfold.classifier import Classifier, find_model
from tenfold.classifier.engine_choice import ENGINES, SERVED, choose, choose_to_serve
from tenfold.classifier.engines import open_graph
from tenfold.digits import Digits, Images
from tenfold.environment import cpu_has_fast_bf16, describe, threads_available
from tenfold.files.user_cache import VARIABLE
from tenfold.recipes import RECIPES
from tenfold.sources import open_digits

TRAINING_ROWS = 5_120  # twenty steps
WITHIN = 1.05  # of the best single choice

Call = Callable[[], object]
Times = dict[str, list[float]]


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = call()
    return time.perf_counter() - began, answer


def in_turn(calls: dict[str, Call], rounds: int) -> Times:
    """Seconds of each call, after an uncounted one of each."""
    for call in calls.values():
        call()
    times: Times = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(timed(call)[0])
    return times


def predicting(images: Images) -> tuple[dict[str, Call], float, str]:
    """Classifiers of each engine on one thread and on all; the trial's seconds and its choice."""
    model = find_model("mnist")

    def predict(engine: Any, threads: int) -> None:
        Classifier(model, engine=engine, threads=threads).outputs(images)

    calls: dict[str, Call] = {
        f"{engine}, {threads} threads": lambda e=engine, t=threads: predict(e, t)  # type: ignore[misc]
        for engine in ENGINES
        for threads in sorted({1, threads_available()})
    }
    threads = threads_available()
    seconds, chosen = timed(lambda: choose("auto", len(images), model, threads))
    calls["auto"] = lambda: Classifier(model, tiles=len(images)).outputs(images)
    return calls, seconds, f"{chosen}, {threads} threads"


def serving() -> tuple[dict[str, Call], float, str]:
    model = find_model("pictures")
    images = np.random.default_rng(0).integers(0, 256, (max(SERVED), 28, 28), np.uint8)

    def serve(engine: Any) -> Call:
        read = open_graph(model, engine, 1)
        return lambda: [read(images[:tiles]) for tiles in SERVED]

    seconds, chosen = timed(lambda: choose_to_serve("auto", model))
    calls: dict[str, Call] = {engine: serve(engine) for engine in ENGINES}
    return calls | {"auto": serve(chosen)}, seconds, chosen


def training(digits: Digits) -> tuple[dict[str, Call], float, str]:
    """Epochs of twenty steps of `fast`, in each precision and parallelism."""
    import torch

    from tenfold.training.loop.fit import fit
    from tenfold.training.loop.parallel import Parallelism
    from tenfold.training.loop.precision import FastSettings
    from tenfold.training.loop.speed_trial import find_fast_settings
    from tenfold.training.loop.state import TrainingState

    recipe = RECIPES["fast"].replace({"epochs": 1})
    rows = np.arange(TRAINING_ROWS)

    def train(faster: FastSettings) -> Call:
        return lambda: fit(
            TrainingState.initial(recipe, 0, faster=faster), digits, rows, np.arange(0)
        )

    threads = torch.get_num_threads()
    shards = recipe.batch_size // 128
    ways = {(shards, max(1, threads // shards)), (shards, 1), (1, threads)}
    calls = {
        f"{precision}, {way.count} tasks of {way.threads} threads": train(
            FastSettings(precision, way)
        )
        for precision in ("fp32", *(["bf16"] if cpu_has_fast_bf16() else []))
        for way in sorted(Parallelism(*way) for way in ways)
    }
    seconds, chosen = timed(lambda: find_fast_settings(RECIPES["fast"], len(digits)))
    way = chosen.parallelism
    assert way is not None  # no GPU
    name = f"{chosen.precision}, {way.count} tasks of {way.threads} threads"
    return calls | {"auto": train(chosen)}, seconds, name


def summary(times: Times, trial_seconds: float, chosen: str) -> dict[str, Any]:
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    auto = medians.pop("auto")
    best = min(medians, key=lambda name: medians[name])
    return {
        "over_best": {name: seconds / medians[best] for name, seconds in medians.items()},
        "chosen": chosen,
        "best": best,
        "auto_over_best": auto / medians[best],
        "within": medians[chosen] / medians[best] <= WITHIN,
        "trial_seconds": trial_seconds,
        "seconds": times,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure every choice against auto.")
    parser.add_argument("data", help="digit-recognizer.zip")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    opened = open_digits(given.data)
    assert opened.test is not None
    images = opened.test.images
    results = {}
    with tempfile.TemporaryDirectory() as cache:
        os.environ[VARIABLE] = cache
        questions: dict[str, Callable[[], tuple[dict[str, Call], float, str]]] = {
            f"predicting {len(images):,} rows": functools.partial(predicting, images),
            "steps of a training of `fast`": functools.partial(training, opened.training_rows()),
            "batches of a server": serving,
        }
        for what, prepare in questions.items():
            calls, seconds, chosen = prepare()
            found = results[what] = summary(in_turn(calls, given.rounds), seconds, chosen)
            print(f"\n| {what} | time over the best |\n|---|---|")
            for name, ratio in found["over_best"].items():
                print(f"| {name} | {ratio:.2f} |")
            print(f"| `auto`: {chosen} | {found['auto_over_best']:.2f} |", flush=True)
            verdict = "within" if found["within"] else "not within"
            print(f"\nThe trial took {seconds:.2f} s; its choice is {verdict} 5 % of the best.")
    told = {"rounds": given.rounds, "results": results, "load": os.getloadavg()}
    print(json.dumps(told | {"machine": describe()}))


if __name__ == "__main__":
    main()
