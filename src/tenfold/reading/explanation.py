"""The explanation of a reading (`--explain`): one sheet with every stage from picture to tiles."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from tenfold.console import printable_line
from tenfold.files import write_whole
from tenfold.reading.answers.number import Digit, Reading
from tenfold.reading.answers.places import reading_upright
from tenfold.reading.detections import Box
from tenfold.reading.terminal import place_of

WIDTH, MARGIN = 1200, 12  # pixels, as all measures here
STAGE_HEIGHT, TILE_SIDE, CAPTION = 340, 84, 18
GROUND, TEXT, FAINT = (48, 48, 56), (255, 255, 255), (190, 190, 200)
SURE, UNSURE, NO_DIGIT = (60, 160, 60), (230, 150, 0), (200, 60, 60)
MARK = (40, 110, 220)
CELL, EMPTY = (150, 110, 190), (200, 190, 210)
TILES_MAX = 240


def write_explanation(path: Path, reading: Reading) -> None:
    """Write the explanation of a reading as PNG; the reading must have its stages. Raises
    OutputError."""
    sheet = explanation_of(reading)
    write_whole(path, lambda file: sheet.save(file, "PNG"))


def explanation_of(reading: Reading) -> Image.Image:
    """The stages, the boxes and the tiles of a reading on one sheet."""
    strips = [_heading(reading)]
    if reading.stages:
        strips.append(_row([_boxes(reading), *map(_stage, reading.stages[1:])]))
    if len(reading):
        strips.append(_tiles(reading[:TILES_MAX]))
    sheet = Image.new("RGB", (WIDTH, sum(s.height for s in strips) + MARGIN), GROUND)
    top = 0
    for strip in strips:
        sheet.paste(strip, (0, top))
        top += strip.height
    return sheet


def _heading(reading: Reading) -> Image.Image:
    answer = reading.error or (f"({reading.reason})" if reading.reason else reading.text)
    numbers = [number for row in reading.rows for number in row if number.is_number]
    if any(number.marks for number in numbers):
        answer += f" (written {' '.join(number.written for number in numbers)})"
    lines = [
        *textwrap.wrap(printable_line(f"{place_of(reading)}: {answer}"), 120),
        *textwrap.wrap(f"{reading.width} x {reading.height}; {', '.join(reading.notes)}", 140),
    ]
    strip = Image.new("RGB", (WIDTH, MARGIN + 20 * len(lines)), GROUND)
    for i, line in enumerate(lines):
        ImageDraw.Draw(strip).text((MARGIN, MARGIN + 20 * i), line, TEXT, _font(15))
    return strip


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _fitted(pixels: npt.NDArray[np.uint8], width: int = WIDTH // 2 - 2 * MARGIN) -> Image.Image:
    image = Image.fromarray(pixels).convert("RGB")
    scale = min(width / image.width, STAGE_HEIGHT / image.height)
    size = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
    return image.resize(size, Image.Resampling.NEAREST if scale > 2 else Image.Resampling.BOX)


def _stage(stage: tuple[str, npt.NDArray[np.uint8]]) -> Image.Image:
    name, pixels = stage
    return _captioned(_fitted(pixels), name)


def _captioned(
    image: Image.Image, caption: str, colour: tuple[int, int, int] = FAINT
) -> Image.Image:
    strip = Image.new("RGB", (image.width, image.height + CAPTION), GROUND)
    strip.paste(image, (0, 0))
    ImageDraw.Draw(strip).text((0, image.height + 1), caption, colour, _font(13))
    return strip


def _boxes(reading: Reading) -> Image.Image:
    image = _fitted(reading.stages[0][1])
    draw = ImageDraw.Draw(image)
    reading = reading_upright(reading)  # as the stages are
    scale = image.width / max(1, reading.width)

    def shown(box: Box) -> tuple[float, ...]:
        return tuple(value * scale for value in box)

    for cell in reading.cells:
        draw.rectangle(shown(cell.box), outline=EMPTY if cell.is_empty else CELL)
    for digit in reading:
        left, top, right, bottom = shown(digit.box)
        draw.rectangle(
            (left - 1, top - 1, max(left, right), max(top, bottom)), outline=_colour(digit)
        )
    for mark in (mark for row in reading.rows for number in row for mark in number.marks):
        box = shown(mark.box)
        draw.rectangle(box, outline=MARK)
        draw.text((box[2] + 1, box[1] - 6), mark.symbol, MARK, _font(13))
    return _captioned(image, "picture, and what was found")


def _colour(digit: Digit) -> tuple[int, int, int]:
    return {None: SURE, "not_a_digit": NO_DIGIT}.get(digit.reason, UNSURE)


def _row(images: Sequence[Image.Image]) -> Image.Image:
    """Images beside each other, on as many lines as they need."""
    positions, left, top, height = [], MARGIN, MARGIN, 0
    for image in images:
        if left + image.width > WIDTH and left > MARGIN:
            left, top, height = MARGIN, top + height + MARGIN, 0
        positions.append((left, top))
        left, height = left + image.width + MARGIN, max(height, image.height)
    strip = Image.new("RGB", (WIDTH, top + height), GROUND)
    for image, position in zip(images, positions, strict=True):
        strip.paste(image, position)
    return strip


def _tiles(digits: Sequence[Digit]) -> Image.Image:
    tiles = []
    for digit in digits:
        tile = Image.fromarray(digit.tile).resize((TILE_SIDE, TILE_SIDE), Image.Resampling.NEAREST)
        caption = f"{digit.likeliest}  {digit.probability:.1%}"
        tiles.append(_captioned(tile.convert("RGB"), caption, _colour(digit)))
    return _row(tiles)
