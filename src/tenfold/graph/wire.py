"""Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding), read strictly.

The runtimes' parsers skip unknown fields and merge repeated ones; this reader refuses both, so it
cannot understand a file otherwise than they do. Reading with `protobuf` itself would cost 50 ms of
import at each start; this costs 2 ms for a model that ships.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

FIELDS_MAX = 1 << 18  # 100 members of an ensemble have 100,000; read in under a second
TEXT_MAX = 1024  # bytes of a name; the exporter's have 60

VARINT, FIXED32, LENGTH = 0, 5, 2  # wire types; groups and 64-bit numbers occur in no field here


class GraphFault(ValueError):
    """What is wrong with a graph, without the path of its file."""


@dataclass(frozen=True)
class Field:
    """One field of a message. `kind` is a scalar's type, the fields of a nested message, or
    "refused" for a field that has a name and no place in a tenfold model."""

    name: str
    kind: Literal["int", "float", "bytes", "text", "refused"] | Mapping[int, Field]
    repeated: bool = False


Message = Mapping[int, Field]


class Decoder:
    """Decodes nested messages into dictionaries; the work is bounded by FIELDS_MAX."""

    def __init__(self) -> None:
        self._fields_left = FIELDS_MAX

    def decode(self, data: memoryview, message: Message) -> dict[str, Any]:
        """The fields by name: lists of repeated ones, absent where an optional one is absent.

        Bytes are views of `data`. Raises GraphFault.
        """
        found: dict[str, Any] = {field.name: [] for field in message.values() if field.repeated}
        at, end = 0, len(data)
        while at < end:
            self._count()
            key, at = _varint(data, at)
            field = message.get(key >> 3)
            if field is None:
                raise GraphFault(f"an unknown field, number {key >> 3}")
            if field.kind == "refused":
                raise GraphFault(f"it has {field.name}")
            values, at = self._values(data, at, key & 7, field)
            if field.repeated:
                found[field.name] += values
            elif field.name in found:
                raise GraphFault(f"the field '{field.name}' twice")
            else:
                (found[field.name],) = values
        return found

    def _values(self, data: memoryview, at: int, wire: int, field: Field) -> tuple[list[Any], int]:
        """The values that stand at `at`, several where they are packed, and where they end."""
        if wire == VARINT and field.kind == "int":
            value, at = _varint(data, at)
            return [_signed(value)], at
        if wire == FIXED32 and field.kind == "float":
            return [_float(data[at : at + 4])], at + 4
        if wire != LENGTH:
            raise GraphFault(f"the field '{field.name}' in another form than ONNX gives it")
        size, at = _varint(data, at)
        content = data[at : at + size]
        if len(content) != size:
            raise GraphFault(f"the field '{field.name}' is cut off")
        if field.kind == "int" and field.repeated:
            return self._packed(content), at + size
        if field.kind == "bytes":
            return [content], at + size
        if field.kind == "text":
            return [_text(content, field.name)], at + size
        if isinstance(field.kind, Mapping):
            try:
                return [self.decode(content, field.kind)], at + size
            except GraphFault as fault:
                raise GraphFault(f"{field.name}: {fault}") from None
        raise GraphFault(f"the field '{field.name}' in another form than ONNX gives it")

    def _packed(self, content: memoryview) -> list[int]:
        values, at = [], 0
        while at < len(content):
            self._count()
            value, at = _varint(content, at)
            values.append(_signed(value))
        return values

    def _count(self) -> None:
        self._fields_left -= 1
        if self._fields_left < 0:
            raise GraphFault(f"more than {FIELDS_MAX:,} fields")


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """An unsigned integer of 64 bits at most, and where it ends."""
    if at < len(data) and (byte := data[at]) < 0x80:  # nearly all
        return byte, at + 1
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value >> 64:
                break
            return value, at
        shift += 7
    raise GraphFault("a number that is cut off or too long")


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _float(content: memoryview) -> float:
    if len(content) != 4:
        raise GraphFault("a number that is cut off or too long")
    (value,) = struct.unpack("<f", content)
    return float(value)


def _text(content: memoryview, name: str) -> str:
    if len(content) > TEXT_MAX:
        raise GraphFault(f"the field '{name}' has more than {TEXT_MAX:,} bytes")
    try:
        return bytes(content).decode()
    except UnicodeDecodeError:
        raise GraphFault(f"the field '{name}' is not UTF-8") from None
