"""JSON schemas of the server, held against its answers."""

from __future__ import annotations

from typing import Any

import pytest

msgspec = pytest.importorskip("msgspec", reason="the serve extra is not installed")

from readings import digit, number, reading  # noqa: E402
from tenfold.serving.answers import readings_json  # noqa: E402
from tenfold.serving.gate.limits import Limits  # noqa: E402
from tenfold.serving.schemas import schema_of, schemas  # noqa: E402


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for inner in value.values() for ref in references(inner)]
    return [ref for inner in value for ref in references(inner)] if isinstance(value, list) else []


def test_each_reference_leads_to_a_schema() -> None:
    known = schemas(Limits())
    assert references(known)
    assert {ref.rpartition("/")[2] for ref in references(known)} <= set(known)
    assert schema_of("Digit") == {"$ref": "#/components/schemas/Digit"}


def test_the_limits_of_the_server_are_in_them() -> None:
    assert schemas(Limits(tiles_max=7))["Tiles"]["properties"]["images"]["maxItems"] == 7


@pytest.mark.parametrize("tiles", [False, True])
def test_an_answer_has_the_properties_of_its_schema(tiles: bool) -> None:
    known = schemas(Limits())
    page = reading((number(digit(7, 0.99)),))
    answer = readings_json([page], tiles=tiles)
    one = answer["rows"][0][0]
    for value, name in ((answer, "Reading"), (one, "Number"), (one["digits"][0], "Digit")):
        assert set(value) <= set(known[name]["properties"]), name
        assert set(known[name]["required"]) <= set(value), name
