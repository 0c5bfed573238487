"""Base of the dataclasses that stand for a JSON object: what is read can be written back unchanged.

A field that is None is a key that is missing. Keys that are no fields, and the order of all keys,
are kept in `as_read`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, Self

FROM = {"key": "from"}  # metadata of a field whose key Python reserves
NULLABLE = {"nullable": True}  # metadata of a field that is written as null where it is None


@dataclass(frozen=True, kw_only=True)
class JsonObject:
    """A JSON object; `as_read` is as json.loads gave it, empty for an object made in memory."""

    as_read: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        """Read checked JSON; a subclass with objects inside overrides this."""
        return cls._read(saved)

    @classmethod
    def _read(cls, saved: Mapping[str, Any], **nested: Any) -> Self:
        """Read fields from their keys; `nested` are the objects inside.

        Where a key is missing, the field has its default, or None.
        """
        plain = {
            entry.name: saved.get(_key(entry))
            for entry in fields(cls)
            if entry.name != "as_read" and (_key(entry) in saved or entry.default is MISSING)
        }
        return cls(**{**plain, **nested}, as_read=saved)

    def to_json(self) -> dict[str, Any]:
        """The object for json.dumps: keys in the order as read, new ones in the order of fields."""
        saved = dict(self.as_read)
        for entry in fields(self):
            if entry.name == "as_read":
                continue
            key = _key(entry)
            value = getattr(self, entry.name)
            nullable = entry.metadata.get("nullable", False)
            if value is not None or (nullable and (key in saved or not self.as_read)):
                saved[key] = _to_json(value)
            elif saved.get(key) is not None:
                del saved[key]
        return saved


def _key(entry: Field[Any]) -> str:
    return entry.metadata.get("key") or entry.name


def _to_json(value: Any) -> Any:
    if isinstance(value, JsonObject):
        return value.to_json()
    if isinstance(value, Mapping):
        return {key: _to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_json(item) for item in value]
    return value
