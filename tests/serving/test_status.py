"""What the server says about itself."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from starlette.requests import Request

from tenfold.serving.gate.refusals import Refused
from tenfold.serving.status import STUCK_SECONDS, Status

REQUEST = Request({"type": "http"})


def status(call_seconds: float = 0.0) -> Status:
    model = SimpleNamespace(version="0123456789ab", reader=SimpleNamespace(reject=0.75))
    return Status(
        lambda: model,
        keeps_corrections=True,
        needs_token=False,
        stuck_seconds=lambda: call_seconds,
    )


def test_a_server_is_ready_only_while_the_application_runs() -> None:
    about = status()
    with pytest.raises(Refused, match="the model is not ready"):
        asyncio.run(about.is_ready(REQUEST))
    about.ready = True
    assert json.loads(asyncio.run(about.is_ready(REQUEST)).body)["ready"] is True


def test_a_call_of_the_model_that_does_not_end_makes_the_server_neither_live_nor_ready() -> None:
    stuck = status(STUCK_SECONDS)
    stuck.ready = True
    for answer in (stuck.live, stuck.is_ready):
        with pytest.raises(Refused) as refused:
            asyncio.run(answer(REQUEST))
        assert refused.value.status == 503
    assert status(STUCK_SECONDS - 1).alive()


def test_the_page_learns_threshold_corrections_and_token() -> None:
    settings = json.loads(asyncio.run(status().settings(REQUEST)).body)
    assert settings["model_version"] == "0123456789ab"
    assert settings["reject_threshold"] == 0.75
    assert settings["keeps_corrections"] is True
    assert settings["needs_token"] is False
