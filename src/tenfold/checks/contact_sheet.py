"""Contact sheets: a sample of the images, and the images of each finding."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tenfold.checks.findings import Finding, Picture, Split
from tenfold.console import printable_line
from tenfold.digits import CLASSES, SIDE, Digits, Images, Rows
from tenfold.files import write_whole

WIDTH = 1200  # pixels of a sheet; all measures below are pixels too
MARGIN = 16
# the ground is grey, so that the edge of a black tile is seen
GROUND, TEXT, FAINT_TEXT = 56, 255, 190

SAMPLE_COLUMNS = 18  # images of each class
SAMPLE_SIDE = 2 * SIDE
SAMPLE_LEFT = 108  # where the first image begins, right of the class and its count
TEST_LINES = 4  # of SAMPLE_COLUMNS test images

ODD_SIDE = 3 * SIDE
ODD_STEP = ODD_SIDE + 4  # from one image of a group to the next
GROUP_GAP = 20
CAPTION_CHARACTERS = 15  # of 11 pixels' size fit under an image: `train.csv:16303`

HEADING, PLAIN = 18, 14  # sizes of text
MESSAGE_CHARACTERS = 150


def write_digits(path: Path, splits: Mapping[Split, Digits]) -> None:
    """Write a sheet with a line of images for each class, and some test images.

    Raises OutputError.
    """
    strips = []
    if train := splits.get("train"):
        strips.append(text_strip(f"train: {len(train):,} rows", HEADING))
        labels = train.labelled()
        for digit in range(CLASSES):
            rows = np.flatnonzero(labels == digit)
            line = _sample_strip(train, _spread(rows, SAMPLE_COLUMNS))
            draw = ImageDraw.Draw(line)
            draw.text((MARGIN, 6), str(digit), TEXT, font(26))
            draw.text((MARGIN + 26, 18), f"{len(rows):,}", FAINT_TEXT, font(14))
            strips.append(line)
    if test := splits.get("test"):
        strips.append(text_strip(f"test: {len(test):,} rows", HEADING))
        shown = _spread(np.arange(len(test)), TEST_LINES * SAMPLE_COLUMNS)
        strips += [
            _sample_strip(test, shown[i : i + SAMPLE_COLUMNS])
            for i in range(0, len(shown), SAMPLE_COLUMNS)
        ]
    write_strips(path, strips)


def write_oddities(path: Path, splits: Mapping[Split, Digits], findings: Sequence[Finding]) -> None:
    """Write a sheet of the images of each finding, with their places and labels.

    Raises OutputError.
    """
    strips = []
    for finding in findings:
        if not finding.pictures:
            continue
        strips.append(text_strip(f"{finding.severity}: {finding.name}", HEADING))
        lines = textwrap.wrap(finding.message, MESSAGE_CHARACTERS)
        strips += [text_strip(line, PLAIN) for line in lines]
        groups = (WIDTH - MARGIN) // _group_width(finding.pictures[0])
        strips += [
            _odd_strip(splits, finding.pictures[i : i + groups])
            for i in range(0, len(finding.pictures), groups)
        ]
    write_strips(path, strips)


def _sample_strip(digits: Digits, rows: Rows) -> Image.Image:
    strip = Image.new("L", (WIDTH, SAMPLE_SIDE + 4), GROUND)
    for column, row in enumerate(rows):
        strip.paste(
            tile(digits.images[row], SAMPLE_SIDE), (SAMPLE_LEFT + column * (SAMPLE_SIDE + 4), 2)
        )
    return strip


def _odd_strip(splits: Mapping[Split, Digits], groups: Sequence[Sequence[Picture]]) -> Image.Image:
    strip = Image.new("L", (WIDTH, ODD_SIDE + 42), GROUND)
    draw = ImageDraw.Draw(strip)
    for i, group in enumerate(groups):
        for j, (split, row) in enumerate(group):
            digits = splits[split]
            left = MARGIN + i * _group_width(group) + j * ODD_STEP
            strip.paste(tile(digits.images[row], ODD_SIDE), (left, 4))
            draw.text((left, ODD_SIDE + 6), caption(digits.place(row)), FAINT_TEXT, font(11))
            if digits.labels is not None:
                label = f"labelled {digits.labels[row]}"
                draw.text((left, ODD_SIDE + 19), label, TEXT, font(12))
    return strip


def _group_width(group: Sequence[Picture]) -> int:
    return len(group) * ODD_STEP + GROUP_GAP


def caption(place: str, characters: int = CAPTION_CHARACTERS) -> str:
    """The end of a place, without the folders and the archive that it lies in."""
    return printable_line(re.split(r"[/\\]|: ", place)[-1])[-characters:]


def tile(image: Images, side: int) -> Image.Image:
    """Enlarge an image uint8 [28, 28] to `side` pixels, without smoothing."""
    return Image.fromarray(image).resize((side, side), Image.Resampling.NEAREST)


def _spread(rows: Rows, count: int) -> Rows:
    """At most `count` of the rows, evenly spread over all."""
    chosen = np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(np.int64)
    return rows[chosen]


def text_strip(text: str, size: int) -> Image.Image:
    """Draw a line of text; a heading, which is larger, has some room above it."""
    above = MARGIN if size == HEADING else 2
    strip = Image.new("L", (WIDTH, above + size + 8), GROUND)
    ImageDraw.Draw(strip).text((MARGIN, above), text, TEXT, font(size))
    return strip


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def write_strips(path: Path, strips: Sequence[Image.Image]) -> None:
    """Write the strips, each WIDTH wide, from top to bottom. Raises OutputError."""
    sheet = Image.new("L", (WIDTH, sum(strip.height for strip in strips) + MARGIN), GROUND)
    top = 0
    for strip in strips:
        sheet.paste(strip, (0, top))
        top += strip.height
    write_whole(path, lambda file: sheet.save(file, "PNG"))
