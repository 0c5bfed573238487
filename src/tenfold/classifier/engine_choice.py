"""Choice of the engine: by a measurement on this machine where there is much to read."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import get_args

import numpy as np

from tenfold.classifier.engines import Engine, Read, open_graph
from tenfold.digits import SIDE, Images
from tenfold.environment import cpu_has_bf16_tiles, cpu_has_fast_bf16
from tenfold.errors import MissingExtraError, UsageError
from tenfold.machine_trials import measured, remembered, shortest_times
from tenfold.model_folder import ModelFolder

# openvino starts later than onnxruntime (import and compilation) and reads faster in bf16, not in
# fp32: of `mnist`, 8,000 tiles take both the same time, from start to submission (docs/LOG.md).
BULK = 8000
TRIAL_TILES = 20_000  # from here on a trial, of about a second, is worth its time
BATCH = 128  # tiles of a call in a trial
SERVED = (1, 64, 2, 17, 5, 33, 1, 8)  # tiles of the calls that a server makes, in a trial
ENGINES: tuple[Engine, ...] = ("onnxruntime", "openvino")


def choose(engine: Engine, tiles: int, model: ModelFolder, threads: int) -> Engine:
    """Choose the engine for so many tiles; "auto" chooses by what both take on this machine.

    Answers of both are checked alike, so accuracy is no part of the choice. Without a measurement,
    for fewer tiles than TRIAL_TILES, openvino is taken from BULK on where the processor has tiles
    for bf16 (AMX). Raises ModelError, UsageError, MissingExtraError.
    """
    if engine == "auto" and tiles < BULK:
        return "onnxruntime"
    if only := _only_engine(engine):
        return only
    question = f"engine: a graph of {len(model.graph) >> 10} KiB on {threads} threads"
    if tiles >= TRIAL_TILES:
        times = measured(question, functools.partial(_times, model, threads)).times
    else:
        times = remembered(question) or {}
    if not times:
        return "openvino" if cpu_has_bf16_tiles() else "onnxruntime"
    openvino, onnxruntime = (_seconds(times, name, tiles) for name in ("openvino", "onnxruntime"))
    return "openvino" if openvino < onnxruntime else "onnxruntime"


def choose_to_serve(engine: Engine, model: ModelFolder) -> Engine:
    """Choose the engine of a server; "auto" chooses by what batches of changing sizes take on this
    machine, on one thread. A server answers for long, so the time of its start does not count.
    Raises ModelError, UsageError, MissingExtraError."""
    if only := _only_engine(engine):
        return only
    question = f"serving: a graph of {len(model.graph) >> 10} KiB"
    times = measured(question, functools.partial(_serving_times, model)).times
    infinite = float("inf")
    return min(ENGINES, key=lambda engine: times.get(engine, infinite))


def _only_engine(engine: Engine) -> Engine | None:
    """Return the engine where there is nothing to measure: the one that was asked for, or the only
    one that is installed, or that is fast on this processor. Raises UsageError,
    MissingExtraError."""
    require_engine(engine)
    if engine != "auto":
        return engine
    return None if _openvino_is_installed() and cpu_has_fast_bf16() else "onnxruntime"


def require_engine(engine: Engine) -> None:
    """Raise UsageError for an unknown engine, MissingExtraError for one that is not installed."""
    if engine not in get_args(Engine):
        raise UsageError(f"engine is '{engine}'", hint=f"one of {', '.join(get_args(Engine))}")
    if engine == "openvino" and not _openvino_is_installed():
        raise MissingExtraError("--engine openvino", "openvino")


def _openvino_is_installed() -> bool:
    return find_spec("openvino") is not None


def _seconds(times: dict[str, float], engine: str, tiles: int) -> float:
    return times[f"{engine} start"] + tiles * times[f"{engine} tile"]


def _times(model: ModelFolder, threads: int) -> dict[str, float]:
    """Seconds of the start of each engine, and of a tile with all threads at work."""
    images = _noise(BATCH)
    times: dict[str, float] = {}
    calls: dict[str, Callable[[], object]] = {}
    with ThreadPoolExecutor(threads) as pool:

        def read_at_once(read: Read) -> None:
            list(pool.map(read, [images] * threads))

        for engine in ENGINES:
            began = time.perf_counter()
            read = open_graph(model, engine, threads)
            times[f"{engine} start"] = time.perf_counter() - began
            calls[engine] = functools.partial(read_at_once, read)
        for name, seconds in shortest_times(calls).items():
            times[f"{name} tile"] = seconds / (threads * BATCH)
    return times


def _serving_times(model: ModelFolder) -> dict[str, float]:
    """Seconds of the calls SERVED with each engine."""
    images = _noise(max(SERVED))

    def serve(read: Read) -> None:
        for tiles in SERVED:
            read(images[:tiles])

    return shortest_times(
        {engine: functools.partial(serve, open_graph(model, engine, 1)) for engine in ENGINES}
    )


def _noise(tiles: int) -> Images:
    return np.random.default_rng(0).integers(0, 256, (tiles, SIDE, SIDE), np.uint8)
