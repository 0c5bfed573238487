"""The work of the processes that open picture files. Importing it imports all that they need."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from tenfold.digits import SIDE
from tenfold.errors import DataError, MissingExtraError
from tenfold.framing import open_picture, tile_of
from tenfold.framing.frame import Tile
from tenfold.isolation.messages import Message
from tenfold.sources.decoding.sheets import refuse_strip

with contextlib.suppress(MissingExtraError):  # a framed tile needs none of it
    import tenfold.framing.ink  # noqa: F401

TILE_SHAPE = (SIDE, SIDE)


def work(request: dict[str, Any], content: bytes) -> Message:
    """Open files that lie one behind another in `content`.

    `kinds` are the kinds of pictures that are opened; `as_tiles` says that each of 28 x 28 pixels
    is a tile. For each file: a message and a hint where it cannot be opened, else None, None;
    whether it was framed; whether it has 28 x 28 pixels. The bytes are the tiles, and after the
    tile of a framed file the picture as it is stored. Raises MissingExtraError.
    """
    answers: list[tuple[str | None, str | None, bool, bool]] = []
    tiles: list[bytes] = []
    kinds, as_tiles = tuple(request["kinds"]), request["as_tiles"]
    start = 0
    for path, size_bytes in request["files"]:
        part, start = content[start : start + size_bytes], start + size_bytes
        try:
            picture = open_picture(part, path, kinds)
            grey = picture.grey
            refuse_strip(grey.shape, path)
            tile_sized = grey.shape == TILE_SHAPE
            tile = grey if as_tiles and tile_sized else tile_of(picture)
        except MissingExtraError:
            raise
        except DataError as problem:
            answers.append((problem.message.removeprefix(f"{path}: "), problem.hint, False, False))
            continue
        stored = tile if tile is grey else _stored(grey, tile)
        tiles += [tile.tobytes()] if stored is tile else [tile.tobytes(), stored.tobytes()]
        answers.append((None, None, stored is not tile, tile_sized))
    return {"files": answers}, b"".join(tiles)


def _stored(grey: Tile, tile: Tile) -> Tile:
    """A picture of 28 x 28 pixels before framing, with bright ink; for another size, the tile."""
    if grey.shape != tile.shape or np.array_equal(grey, tile):
        return tile
    return ~grey if grey.mean() > 127 else grey
