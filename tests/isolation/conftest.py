"""The tests of isolation start and end fork servers of their own."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def kept_fork_servers() -> None:
    """None is kept."""
