"""Paths of the model and of its versions."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from starlette.requests import Request

from tenfold.serving.gate.refusals import Refused
from tenfold.serving.routes import (
    MODEL,
    VERSION,
    named,
    of_this_version,
    refuse_other_version,
    route_of,
)

PRESENT: Any = SimpleNamespace(version="0123456789ab")


def request(**path: str) -> Request:
    return Request({"type": "http", "path_params": path})


def test_a_request_without_a_version_or_with_the_present_one_is_answered() -> None:
    refuse_other_version(request(), PRESENT)
    refuse_other_version(request(version="0123456789ab"), PRESENT)
    assert named(PRESENT) == {"tenfold-model": "0123456789ab"}


def test_another_version_is_not_there() -> None:
    with pytest.raises(Refused) as refused:
        refuse_other_version(request(version="x" * 1000), PRESENT)
    assert refused.value.status == 404
    assert len(refused.value.message) < 100


def test_a_handler_of_this_version_follows_the_change_of_the_model() -> None:
    models = [PRESENT]

    async def answer(asked: Request) -> Any:
        return asked.path_params["version"]

    handler = of_this_version(answer, lambda: models[-1])
    old = request(version="0123456789ab")
    assert asyncio.run(handler(old)) == "0123456789ab"
    models.append(SimpleNamespace(version="ba9876543210"))
    with pytest.raises(Refused, match="no version '0123456789ab'"):
        asyncio.run(handler(old))


def test_the_paths_of_all_versions_count_as_one_route() -> None:
    routes = {"/predict", MODEL, VERSION, f"{VERSION}/infer"}
    assert route_of("/predict", routes) == "/predict"
    assert route_of(f"{MODEL}/versions/0123456789ab/infer", routes) == f"{VERSION}/infer"
    assert route_of(f"{MODEL}/versions/anything", routes) == VERSION
    assert route_of(f"{MODEL}/versions/a/versions/b", routes) == "other"
    assert route_of("/versions/x", routes) == "other"
