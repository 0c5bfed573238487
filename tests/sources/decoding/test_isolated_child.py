"""The work of the processes that open picture files, called in this one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from conftest import NEEDS_PHOTO, drawn_digits
from data_forms import png
from tenfold.framing.kinds import KINDS
from tenfold.sources.decoding.isolated_child import work

TILE = drawn_digits(1).images[0]


def opened(*contents: bytes, as_tiles: bool = True) -> tuple[list[Any], bytes]:
    files = [(f"{at}.png", len(content)) for at, content in enumerate(contents)]
    request = {"kinds": list(KINDS), "as_tiles": as_tiles, "files": files}
    answer, tiles = work(request, b"".join(contents))
    return answer["files"], tiles


def test_files_behind_one_another_are_opened_in_their_order() -> None:
    other = TILE[::-1].copy()
    answers, tiles = opened(png(TILE), png(other))
    assert answers == [(None, None, False, True)] * 2
    assert tiles == TILE.tobytes() + other.tobytes()


def test_one_that_is_broken_does_not_take_the_others_with_it() -> None:
    answers, tiles = opened(b"no picture", png(TILE))
    message, hint, framed, tile_sized = answers[0]
    assert message
    assert not message.startswith("0.png")
    assert hint
    assert not framed
    assert not tile_sized
    assert tiles == TILE.tobytes()


def test_a_picture_of_another_size_is_framed() -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    large = np.full((90, 70), 230, np.uint8)
    large[20:70, 30:38] = 20
    ((message, _, framed, tile_sized),), tiles = opened(png(large))
    assert message is None
    assert not framed  # only the tile is sent
    assert not tile_sized
    assert np.frombuffer(tiles, np.uint8).reshape(28, 28).max() > 200


def test_a_picture_as_large_as_a_tile_brings_itself_where_it_was_framed() -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    dark = 255 - np.roll(TILE, 4, axis=1)
    ((_, _, framed, tile_sized),), tiles = opened(png(dark), as_tiles=False)
    assert framed
    assert tile_sized
    tile, stored = np.frombuffer(tiles, np.uint8).reshape(2, 28, 28)
    np.testing.assert_array_equal(stored, 255 - dark)  # ink bright
    assert not np.array_equal(tile, stored)
