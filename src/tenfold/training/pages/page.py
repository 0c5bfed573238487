"""One page after another: what is written, on what, where it lies and how it was photographed."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.reading.locate.pyramid import STRIDE, evened
from tenfold.training.pages.contents import CONTENTS, lone_digit
from tenfold.training.pages.grounds import ground
from tenfold.training.pages.optics import local_scale, photographed, scanned, shaded, view
from tenfold.training.pages.rows import tight_row
from tenfold.training.pages.sheet import Levels, Random, Sheet, blank_sheet
from tenfold.training.pages.surroundings import finger, frame, stamp, surround
from tenfold.training.strips.glyph_bank import GlyphBank

SIDE = 256  # pixels of a page as the locator learns it
SCALES, SHARES = (1.0, 1.6, 2.5), (0.45, 0.4, 0.15)  # a page is composed larger, as pictures are
HEIGHTS = (8.5, 23.0)  # pixels: the digits that the locator finds at one scale; an octave and more
PARTS, PARTS_SHARES = (1, 2, 4), (0.5, 0.25, 0.25)  # small pictures, so many across and down
SMALL_SHARES = (0.15, 0.1, 0.43, 0.17, 0.15)  # of CONTENTS in the smallest pictures
OPEN = (6.5, 30.0)  # digits between these and HEIGHTS may be found or not


class Page(NamedTuple):
    """A page as the locator sees it, uint8 [SIDE, SIDE]; and for each cell of STRIDE pixels:
    `digits`, `others`, `bright` and `weight` 0..255, `heights` in pixels (float16), and by how many
    quarters the writing is `turned` clockwise."""

    picture: npt.NDArray[np.uint8]
    digits: npt.NDArray[np.uint8]
    others: npt.NDArray[np.uint8]
    heights: npt.NDArray[np.float16]
    bright: npt.NDArray[np.uint8]
    weight: npt.NDArray[np.uint8]
    turned: npt.NDArray[np.uint8]


def compose_page(rng: Random, banks: list[GlyphBank]) -> Page:
    """A page of SIDE pixels that never was: one picture, or several small ones side by side."""
    parts = int(rng.choice(PARTS, p=PARTS_SHARES))
    pictures = [[_picture(rng, banks, SIDE // parts) for _ in range(parts)] for _ in range(parts)]
    rows = [Page(*(np.hstack(maps) for maps in zip(*row, strict=True))) for row in pictures]
    return Page(*(np.vstack(maps) for maps in zip(*rows, strict=True)))


def _picture(rng: Random, banks: list[GlyphBank], side: int) -> Page:
    scale = float(rng.choice(SCALES, p=SHARES))
    shares = SMALL_SHARES if side < SIDE // 2 else [share for _, share in CONTENTS]
    write = CONTENTS[int(rng.choice(len(CONTENTS), p=shares))][0]
    height = _digit_height(rng, side)
    sheet, whole = _written(rng, banks, write, height, scale, side)
    sheet.levels = scanned(rng, sheet.levels)
    picture, cells = _seen(rng, sheet, scale, whole, side)
    turn = int(rng.integers(1, 4)) if rng.random() < 0.4 else 0
    return _turned(rng, picture, cells, turn)


def _digit_height(rng: Random, side: int) -> float:
    kind = rng.random()
    low, high = (
        HEIGHTS if kind < 0.84 else (4.0, 8.5) if kind < 0.9 else (23.0, max(40.0, side / 2))
    )
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _written(
    rng: Random, banks: list[GlyphBank], write: object, height: float, scale: float, side: int
) -> tuple[Sheet, bool]:
    """A page with its writing, and whether it fills the picture."""
    tall = height * scale
    whole = rng.random() < 0.62
    if write is lone_digit and rng.random() < 0.7:
        whole = False
        rows, columns = tall * rng.uniform(1.02, 3.5, 2) ** rng.choice([0.5, 1, 1])
        rows = max(rows, 1.05 * tall)
    elif write is tight_row:
        whole = False
        rows, columns = tall * rng.uniform(1.1, 2.0), side * scale * rng.uniform(0.4, 1.0)
    elif whole:
        rows = columns = 1.12 * side * scale
    else:
        rows, columns = side * scale * rng.uniform(0.3, 1.0, 2)
        rows, columns = max(rows, 1.3 * tall), max(columns, 1.5 * tall)
    rows, columns = (int(min(max(12, n), 1.3 * side * scale)) for n in (rows, columns))
    levels, bright = ground(rng, rows, columns, tall)
    sheet = blank_sheet(levels)
    write(rng, sheet, banks, tall, bright)  # type: ignore[operator]
    return sheet, whole


def _seen(
    rng: Random, sheet: Sheet, scale: float, whole: bool, side: int
) -> tuple[npt.NDArray[np.uint8], list[Levels]]:
    """The picture of a page, and the maps of its cells."""
    map_x, map_y = view(rng, sheet.shape, side, scale)
    rows, columns = sheet.shape
    inside = ((map_x > -0.5) & (map_x < columns - 0.5)).astype(np.float32)
    inside *= (map_y > -0.5) & (map_y < rows - 0.5)
    levels = cv2.GaussianBlur(sheet.levels, (0, 0), 0.35 * scale) if scale > 1 else sheet.levels
    levels = cv2.remap(levels, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if not whole and rng.random() < 0.55:
        around = surround(rng, side, float(np.median(sheet.levels[::4, ::4])))
        levels = np.where(inside > 0, levels, around)
        if rng.random() < 0.3:  # the page's shadow
            levels *= 1 - 0.4 * np.clip(cv2.GaussianBlur(inside, (0, 0), 3) - inside, 0, 1)
    levels = shaded(rng, levels)
    covered = np.zeros_like(levels)
    for part, share in ((frame, 0.1), (finger, 0.06), (stamp, 0.04 * (side == SIDE))):
        if rng.random() < share:
            covered = np.maximum(covered, part(rng, levels))
    return photographed(rng, levels), _cells(sheet, map_x, map_y, inside * (covered < 0.5), scale)


def _cells(sheet: Sheet, map_x: Levels, map_y: Levels, seen: Levels, scale: float) -> list[Levels]:
    """The maps of a page as cells see them: digits, others, heights, bright, weight."""
    at = slice(STRIDE // 2, None, STRIDE)
    x, y = map_x[at, at] - scale / 2, map_y[at, at] - scale / 2  # the middle of a cell
    box = (max(1, round(STRIDE * scale)),) * 2
    visible = seen[at, at]
    soft = [
        cv2.remap(cv2.blur(m, box), x, y, cv2.INTER_LINEAR) * visible
        for m in (sheet.digits, sheet.others)
    ]
    near = [
        cv2.remap(cv2.dilate(m, np.ones(box)), x, y, cv2.INTER_NEAREST)
        for m in (sheet.heights, sheet.bright)
    ]
    weight = cv2.remap(sheet.weight, x, y, cv2.INTER_NEAREST, borderValue=1.0)
    heights = near[0] / local_scale(map_x, map_y)[at, at]
    fits = (heights >= HEIGHTS[0]) & (heights <= HEIGHTS[1])
    doubtful = (heights > OPEN[0]) & (heights < OPEN[1]) & ~fits & (soft[0] > 0.05)
    weight = weight * ~doubtful
    return [soft[0] * fits, soft[1] * (fits | doubtful), heights, near[1], weight]


def _turned(rng: Random, picture: npt.NDArray[np.uint8], cells: list[Levels], turn: int) -> Page:
    """A page turned clockwise by quarters, in light or dark, as the locator sees it."""
    if rng.random() < 0.25:
        picture, cells[3] = 255 - picture, 1 - cells[3]
    picture = np.rot90(evened(picture), -turn)
    maps = [np.rot90(cell_map, -turn) for cell_map in cells]
    digits, others, bright, weight = (
        np.round(np.clip(maps[i], 0, 1) * 255).astype(np.uint8) for i in (0, 1, 3, 4)
    )
    turned = np.full(digits.shape, turn, np.uint8)
    return Page(picture, digits, others, maps[2].astype(np.float16), bright, weight, turned)
