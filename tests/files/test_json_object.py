"""Dataclasses that stand for a JSON object."""

from __future__ import annotations

from dataclasses import dataclass, field

from tenfold.files.json_object import FROM, NULLABLE, JsonObject


@dataclass(frozen=True)
class Example(JsonObject):
    name: str
    count: int = 1
    start: str | None = field(default=None, metadata=FROM)
    figure: float | None = field(default=None, metadata=NULLABLE)


def test_what_was_read_is_written_back_with_the_keys_of_other_versions_in_their_order() -> None:
    saved = {"later": [1], "name": "a", "from": "b", "count": 2}
    read = Example.from_json(saved)
    assert (read.name, read.count, read.start) == ("a", 2, "b")
    assert list(read.to_json().items()) == list(saved.items())


def test_a_missing_key_is_the_default() -> None:
    assert Example.from_json({"name": "a"}).count == 1


def test_none_is_a_missing_key_unless_the_field_is_nullable() -> None:
    assert Example("a").to_json() == {"name": "a", "count": 1, "figure": None}
    assert Example.from_json({"name": "a"}).to_json() == {"name": "a", "count": 1}


def test_objects_inside_are_written_too() -> None:
    @dataclass(frozen=True)
    class Outer(JsonObject):
        inner: tuple[Example, ...]

    assert Outer((Example("a"),)).to_json()["inner"] == [{"name": "a", "count": 1, "figure": None}]
