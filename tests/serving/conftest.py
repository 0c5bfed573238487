"""Servers that the tests of this room share, and tiles with the answers of the shipped model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from conftest import drawn_digits
from hostile import LIMITS
from served import TOKEN, Server, serving
from tenfold.reading.reader import load


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which `server` keeps corrections."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, kept: Path) -> Iterator[Server]:
    """A server with the limits of a fresh installation."""
    with serving(tmp_path_factory.mktemp("server"), "--keep", str(kept)) as running:
        yield running


@pytest.fixture(scope="session")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with small limits. Whatever it is sent, it logs no error and prints nothing else."""
    folder = tmp_path_factory.mktemp("limited")
    with serving(
        folder, *LIMITS, "--connections-max", "40", "--keep", str(folder / "kept")
    ) as running:
        yield running
        assert not [event for event in running.events() if event["level"] in ("error", "critical")]
    lines = [line for line in running.log.read_text().splitlines() if not line.startswith("{")]
    begin = [line.partition(" ")[0] for line in lines]  # what is not of the log
    assert begin == ["model:", "serving", "stopped"]


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that asks for `TOKEN`."""
    with serving(tmp_path_factory.mktemp("guarded"), TENFOLD_TOKEN=TOKEN) as running:
        yield running


@pytest.fixture(scope="session")
def tiles() -> np.ndarray:
    """Tiles uint8 [12, 28, 28]."""
    return drawn_digits(12).images


@pytest.fixture(scope="session")
def expected(tiles: np.ndarray) -> np.ndarray:
    """The shipped model's probabilities for `tiles`, float32 [12, 10]."""
    return load().classifier.probabilities(tiles)
