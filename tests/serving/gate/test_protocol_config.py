"""uvicorn's configuration with the server's limits."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from tenfold.serving.gate.limits import Limits
from tenfold.serving.gate.protocol_config import LimitedConfig
from tenfold.serving.gate.turns import Turns


def config(**options: Any) -> LimitedConfig:
    limits = Limits(header_kb_max=3.0)
    envelope: Any = SimpleNamespace(admission=SimpleNamespace(limits=limits))
    return LimitedConfig(envelope, lambda **named: None, **options)


def test_the_protocol_finds_the_limits_and_the_turns_of_its_worker() -> None:
    made = config()
    assert made.limits.header_kb_max == 3.0
    assert isinstance(made.turns, Turns)
    assert made.turns is not config().turns


def test_the_parser_stops_at_the_largest_head() -> None:
    assert config().h11_max_incomplete_event_size == 3 * 1024


def test_other_options_are_uvicorns() -> None:
    assert config(access_log=False, timeout_keep_alive=7).timeout_keep_alive == 7
