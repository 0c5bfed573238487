"""Which engine a test needs."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tenfold.classifier import Engine

ENGINES: tuple[Engine, ...] = ("onnxruntime", "openvino")


def needs(engine: Engine) -> Engine:
    # without importing it: that would load its telemetry too
    if not find_spec(engine):
        pytest.skip(f"needs the {engine} extra")
    return engine
