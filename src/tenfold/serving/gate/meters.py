"""Metrics for Prometheus, by its own client library."""

from __future__ import annotations

import functools
import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # set, before the import above, where there are several workers
CONTENT_TYPE = CONTENT_TYPE_LATEST

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
_TILES = (1, 2, 4, 8, 16, 32, 64)


class Meters:
    """Metrics of one worker; among several workers, each reports the sum over all."""

    def __init__(self, model_version: str) -> None:
        registry = CollectorRegistry()
        self._requests = Counter(
            "tenfold_requests", "Requests answered", ["route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "tenfold_request_seconds",
            "From a request's head to its answer",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self.batch = Histogram(
            "tenfold_batch_tiles", "Tiles a call of the model", buckets=_TILES, registry=registry
        )
        self._answers = Counter(
            "tenfold_answers", "Tiles answered, by what was said", ["answer"], registry=registry
        )
        self.requests_in_progress = Gauge(
            "tenfold_requests_under_way",
            "Requests that are being worked on",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._model = Gauge(
            "tenfold_model",
            "1 for the model that answers, 0 for one that was replaced",
            ["version"],
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._model_version = model_version
        self._model.labels(model_version).set(1)
        self._model_changes = Counter(
            "tenfold_model_changes",
            "Changes of the model that were asked for, by what came of them",
            ["result"],
            registry=registry,
        )
        if SHARED in os.environ:
            self._registry = CollectorRegistry()
            MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]
        else:
            self._registry = registry
            ProcessCollector(registry=registry)

        # cached, because each call of `labels` looks up its child under a lock
        self._request_meters = functools.cache(self._requests.labels)
        self._time_meters = functools.cache(self._seconds.labels)
        self._answer_meters = functools.cache(self._answers.labels)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count a request and its time. `route` is a known path or "other"."""
        self._request_meters(route, str(status)).inc()
        self._time_meters(route).observe(seconds)

    def count_tile(self, answer: str) -> None:
        """Count a tile by its answer: "digit", or the reason why there is none."""
        self._answer_meters(answer).inc()

    def count_model_change(self, result: str, version: str) -> None:
        """Count a change of the model, "changed" or "refused", after which `version` answers."""
        self._model_changes.labels(result).inc()
        self._model.labels(self._model_version).set(0)
        self._model.labels(version).set(1)
        self._model_version = version

    def text(self) -> bytes:
        return generate_latest(self._registry)
