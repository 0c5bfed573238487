"""A reading in a notebook's cell: its text, and a box for each digit on the picture."""

from __future__ import annotations

import contextlib
import html
import io
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold import notebook_html
from tenfold.errors import TenfoldError
from tenfold.reading.opening.isolated import IsolatedFind
from tenfold.reading.opening.opening import read_file

SHOWN_SIDE = 480  # pixels of the picture in the cell
BOXES_MAX = 200
COLOURS = {None: "#1f8f4d", "low_confidence": "#d9822b", "not_a_digit": "#8a8f98"}


def reading_html(reading: Any) -> str:
    """HTML of a `number.Reading`: at most BOXES_MAX boxes on a picture of some 50 kB."""
    if reading.error:
        return notebook_html.cell(notebook_html.lines([f"{reading.file}: {reading.error}"]))
    digits = reading.digits
    left = len(digits) - BOXES_MAX
    return notebook_html.cell(
        notebook_html.title(reading.text or f"nothing to read ({reading.reason})"),
        _drawing(reading, digits[:BOXES_MAX]) if digits else "",
        notebook_html.faint(f"and {left:,} more digits") if left > 0 else "",
        *(notebook_html.faint(f"note: {note}") for note in reading.notes),
    )


def _drawing(reading: Any, digits: Sequence[Any]) -> str:
    """The picture, or in its place the tiles, with the boxes and what was read in them."""
    width, height = max(reading.width, 1), max(reading.height, 1)
    scale = min(1.0, SHOWN_SIDE / max(width, height))
    picture = _picture_of(reading)
    whole = f'<image width="{width}" height="{height}" href="{picture}"/>'
    parts = [] if picture is None else [whole]
    parts += [_box(digit, tile=picture is None, line=2 / scale) for digit in digits]
    shown_width = max(1, round(width * scale))
    size = f'width="{shown_width}" viewBox="0 0 {width} {height}"'
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'
    # as a picture: an <svg> of its own is left out where a notebook is not trusted, as a shared one
    address = notebook_html.uri(drawn.encode(), "svg+xml")
    spoken = html.escape(", ".join(f"{d.likeliest} {d.probability:.1%}" for d in digits))
    return (
        f'<img alt="{spoken}" title="{spoken}" width="{shown_width}" src="{address}" '
        f'style="max-width:100%;border:{notebook_html.LINE}">'
    )


def _box(digit: Any, *, tile: bool, line: float) -> str:
    left, top, right, bottom = digit.box
    width, height = max(right - left, 1), max(bottom - top, 1)
    place = f'x="{left}" y="{top}" width="{width}" height="{height}"'
    colour = COLOURS.get(digit.reason, COLOURS[None])
    answer = "?" if digit.digit is None else str(digit.digit)
    shown = f'<image {place} href="{notebook_html.png_uri(digit.tile)}"/>' if tile else ""
    label = max(height * 0.35, 6 * line)
    return (
        f'{shown}<rect {place} fill="none" stroke="{colour}" stroke-width="{line:.2f}"/>'
        f'<text x="{left + line:.1f}" y="{top + label:.1f}" font-size="{label:.1f}" '
        f'font-family="sans-serif" font-weight="bold" fill="{colour}">{answer}</text>'
    )


def _picture_of(reading: Any) -> str | None:
    """The picture as the address of an <image>: from its file, if that is still there and has the
    size that was read; None for a picture that came from memory. It is opened in a process that
    can be killed, since whoever read it so cannot know that a cell opens it again."""
    if reading.picture is not None:
        return _jpeg(reading.picture)
    if not reading.file or not os.path.isfile(reading.file):
        return None
    try:
        content = read_file(reading.file, reading.file)
        with contextlib.closing(IsolatedFind(1)) as isolated:
            opened = isolated.open(content, reading.file, reading.page)
    except TenfoldError:
        return None
    if (opened.width, opened.height) != (reading.width, reading.height) or opened.picture is None:
        return None
    return _jpeg(opened.picture)


def _jpeg(pixels: npt.NDArray[Any]) -> str:
    from PIL import Image

    shown = pixels if pixels.dtype == np.uint8 else (pixels * 255).round().astype(np.uint8)
    picture = Image.fromarray(shown).convert("RGB")
    picture.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=80)
    return notebook_html.uri(file.getvalue(), "jpeg")
