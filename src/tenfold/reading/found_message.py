"""What was found, as a JSON header and bytes, and back: it crosses from a process to another.

No pickle: whoever has taken over the process that opens pictures could run code in this one.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from tenfold.digits import SIDE
from tenfold.isolation.messages import Message
from tenfold.reading.found import Cluster, Found, Span

PLAIN = ("width", "height", "file", "reason", "error")


def message_of(found: Found) -> Message:
    header = {name: getattr(found, name) for name in PLAIN}
    header |= {
        "notes": found.notes,
        "tiles": len(found.tiles),
        "rows": [[[c.parts, [_listed(s) for s in c.spans]] for c in row] for row in found.rows],
        "whole": None if found.whole is None else _listed(found.whole),
        "stages": [[name, pixels.shape] for name, pixels in found.stages],
    }
    pictures = [found.tiles, *(pixels for _, pixels in found.stages)]
    return header, b"".join(np.ascontiguousarray(pixels).tobytes() for pixels in pictures)


def found_of(header: dict[str, Any], body: bytes) -> Found:
    """Raises ValueError, KeyError or TypeError for what message_of cannot have made."""
    shapes = [(header["tiles"], SIDE, SIDE), *(shape for _, shape in header["stages"])]
    pictures, at = [], 0
    for shape in shapes:
        size = math.prod(shape)
        pictures.append(np.frombuffer(body, np.uint8, size, at).reshape(shape))
        at += size
    tiles, *stages = pictures
    rows = tuple(
        tuple(
            Cluster(parts, tuple(_span(span, len(tiles)) for span in spans)) for parts, spans in row
        )
        for row in header["rows"]
    )
    return Found(
        tiles,
        rows,
        notes=tuple(header["notes"]),
        stages=tuple(zip([name for name, _ in header["stages"]], stages, strict=True)),
        whole=None if header["whole"] is None else _span(header["whole"], len(tiles)),
        **{name: header[name] for name in PLAIN},
    )


def _listed(span: Span) -> list[Any]:
    listed = [getattr(span, field.name) for field in dataclasses.fields(Span)]
    return [float(value) if isinstance(value, float) else value for value in listed]


def _span(listed: list[Any], tiles: int) -> Span:
    first, last, tile, box, prior, notes = listed
    if not 0 <= tile < tiles:
        raise ValueError(f"tile {tile} of {tiles}")
    return Span(first, last, tile, tuple(box), prior, tuple(notes))
