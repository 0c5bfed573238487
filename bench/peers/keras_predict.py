"""The notebook's scoring in Keras: read test.csv, predict, write submission.csv, as it does.

    .venv-keras/bin/python bench/peers/keras_predict.py test.csv submission.csv --repeats 3

pandas reads; the pixels are divided by 255 and reshaped; `predict` runs in Keras' own batches of
32; the likeliest digits become an `ImageId,Label` file. The weights are untrained, which costs the
same.
Prints one JSON line: seconds since the start of this script at each step, processor seconds and
most memory by the last step, and the seconds of `--repeats` further calls of `predict` on the same
rows, for the network alone.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from typing import Any


def main() -> None:
    started_at = time.perf_counter()
    parser = argparse.ArgumentParser()
    parser.add_argument("test", help="Kaggle's test.csv")
    parser.add_argument("submission", help="where to write")
    parser.add_argument("--repeats", type=int, default=0)
    given = parser.parse_args()
    import numpy as np
    import pandas

    from keras_notebook import network

    seconds = {"imported": time.perf_counter() - started_at}
    images = (pandas.read_csv(given.test) / 255.0).values.reshape(-1, 28, 28, 1)
    seconds["read"] = time.perf_counter() - started_at
    model = network()
    labels = np.argmax(model.predict(images, verbose=0), axis=1)
    seconds["predicted"] = time.perf_counter() - started_at
    table = pandas.DataFrame({"ImageId": range(1, len(labels) + 1), "Label": labels})
    table.to_csv(given.submission, index=False)
    seconds["written"] = time.perf_counter() - started_at
    answer: dict[str, Any] = {
        "rows": len(images),
        "seconds": seconds,
        "cpu_seconds": time.process_time(),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        "predict_seconds": [],
        "predict_cpu_seconds": [],
    }
    for _ in range(given.repeats):
        clock, cpu = time.perf_counter(), time.process_time()
        model.predict(images, verbose=0)
        answer["predict_seconds"].append(time.perf_counter() - clock)
        answer["predict_cpu_seconds"].append(time.process_time() - cpu)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
