"""The OpenAPI description: every refusal is in it, and a fuzzer that follows it finds no fault."""

from __future__ import annotations

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from hostile import CASES
from served import Server


def test_every_status_of_a_refusal_is_in_the_description(limited: Server):
    described = limited.get("/openapi.json").json["paths"]["/predict"]["post"]["responses"]
    head = limited.get("/predict?expect=" + "x" * 20_000)
    assert head.status == 431
    refused = {head.status, *(status for path, _, _, status in CASES if path == "/predict")}
    assert {str(status) for status in refused} <= set(described)


def test_a_fuzzer_that_follows_the_description_finds_no_fault(limited: Server):
    """The short form; `fuzz` takes as many examples as one has time for."""
    pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    from fuzzing import fuzz

    found = fuzz(f"{limited.url}/openapi.json", examples=4)
    assert found.failures == []
    assert found.requests > 20
    assert {200, 422} <= set(found.statuses)
