"""What a user would write to classify a large table: a library of frames, and onnxruntime.

    python bench/peers/score_rows.py pandas|polars|ray GRAPH.onnx ROWS.csv|ROWS.parquet OUT

Each reads the rows in chunks of 10,000, classifies them with onnxruntime's defaults and writes
their label and its probability as CSV. A CSV has a column a pixel, Parquet a column of lists. Of
Ray Data, whose tables of 785 columns are known to hang, there is Parquet alone. None of them
continues after a crash, none says which rows are bad.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import onnxruntime

CHUNK_ROWS = 10_000


def classified(session: Any, pixels: Any) -> tuple[Any, Any]:
    (probabilities,) = session.run(["probabilities"], {"images": pixels.reshape(-1, 28, 28)})
    return probabilities.argmax(axis=1), probabilities.max(axis=1)


def with_pandas(graph: str, path: str, out: str) -> None:
    import pandas as pd

    session = onnxruntime.InferenceSession(graph)
    row = 1
    with open(out, "w") as file:
        for pixels in _chunks_of_pandas(path):
            labels, best = classified(session, pixels)
            ids = range(row, row + len(labels))
            frame = pd.DataFrame({"id": ids, "label": labels, "p": best})
            frame.to_csv(file, header=row == 1, index=False)
            row += len(labels)


def _chunks_of_pandas(path: str) -> Iterator[Any]:
    import pandas as pd
    import pyarrow.parquet as pq

    if path.endswith(".csv"):
        for frame in pd.read_csv(path, chunksize=CHUNK_ROWS, dtype=np.uint8):
            yield frame.to_numpy()
        return
    for batch in pq.ParquetFile(path).iter_batches(CHUNK_ROWS):
        yield batch.column(0).flatten().to_numpy().reshape(-1, 784)


def with_polars(graph: str, path: str, out: str) -> None:
    import polars as pl

    session = onnxruntime.InferenceSession(graph)
    is_csv = path.endswith(".csv")
    rows = pl.scan_csv(path, infer_schema=False) if is_csv else pl.scan_parquet(path)
    rows = rows.cast(pl.UInt8) if is_csv else rows
    row = 1
    with open(out, "w") as file:
        for frame in rows.collect_batches(chunk_size=CHUNK_ROWS, maintain_order=True):
            pixels = frame.to_numpy() if is_csv else frame["image"].explode().to_numpy()
            labels, best = classified(session, np.ascontiguousarray(pixels))
            ids = range(row, row + len(labels))
            answers = pl.DataFrame({"id": ids, "label": labels, "p": best})
            answers.write_csv(file, include_header=row == 1)
            row += len(labels)


class Classify:
    """What an actor of Ray Data does with a batch."""

    def __init__(self, graph: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # one actor a core
        self._session = onnxruntime.InferenceSession(graph, options)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        labels, best = classified(self._session, np.stack(list(batch["image"])))
        return {"label": labels, "p": best}


def with_ray(graph: str, path: str, out: str) -> None:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_DATA_PARQUET_FOOTER_NUM_ACTORS"] = "1"  # else 32, whatever the machine
    import ray

    cores = os.cpu_count() or 1
    # a processor more than there are, for reading: a pool on all of them hangs (ray#44687)
    ray.init(address="local", num_cpus=cores + 1, include_dashboard=False, log_to_driver=False)
    with open(graph, "rb") as file:
        content = file.read()
    answers = ray.data.read_parquet(path).map_batches(
        Classify,
        fn_constructor_args=(content,),
        batch_format="numpy",
        batch_size=CHUNK_ROWS,
        compute=ray.data.ActorPoolStrategy(size=cores),
    )
    answers.write_csv(out)


PEERS = {"pandas": with_pandas, "polars": with_polars, "ray": with_ray}

if __name__ == "__main__":
    PEERS[sys.argv[1]](*sys.argv[2:5])
