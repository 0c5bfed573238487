"""A fuzzer that follows the OpenAPI description of the server."""

from __future__ import annotations

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from served import Server


def test_a_fuzzer_that_follows_the_description_finds_no_fault(limited: Server):
    """The short form; `fuzz` takes as many examples as one has time for."""
    pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    from fuzzing import fuzz

    found = fuzz(f"{limited.url}/openapi.json", examples=4)
    assert found.failures == []
    assert found.requests > 20
    assert {200, 422} <= set(found.statuses)
