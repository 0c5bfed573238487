"""Metrics, as Prometheus reads them."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from served import Server


def test_metrics_are_what_prometheus_reads(server: Server, tiles: np.ndarray):
    server.post("/predict", {"images": tiles.tolist()})
    text = server.get("/metrics").body.decode()
    assert 'tenfold_requests_total{route="/predict",status="200"}' in text
    assert "tenfold_batch_tiles_bucket" in text
