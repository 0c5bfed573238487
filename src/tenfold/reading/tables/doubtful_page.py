"""A web page of what is not sure: each number with its picture, in one file without scripts."""

from __future__ import annotations

import base64
import contextlib
import io
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from PIL import Image, ImageDraw

from tenfold.console import printable_line
from tenfold.files import encoded, os_errors_as_output_error, staged_file
from tenfold.reading.answers.number import Digit, Number, Reading
from tenfold.reading.answers.places import reading_upright
from tenfold.reading.answers.uncertainty import fault_of, numbers_of, uncertainty_of
from tenfold.reading.detections import Box
from tenfold.reading.terminal import place_of

HEIGHT = 64  # pixels of a number on the page; 4.0 is the most that a picture is enlarged
ENLARGED_MAX = 4.0
AROUND = 0.6  # of a number's height: what is shown around it
WIDTH_MAX, PAGE_SIDE = 1000, 420  # pixels of a number's picture, and of a whole page's
MARK = (230, 120, 0)  # the line under a digit that is not sure
HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>What is not sure</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
article { border-top: 1px solid #8886; padding: 1rem 0; break-inside: avoid }
img { display: block; max-width: 100%; height: auto; border: 1px solid #8886; background: #fff }
p { margin: .3rem 0 } .text { font: 600 1.5rem/1.3 ui-monospace, monospace }
.place { opacity: .75; overflow-wrap: anywhere }
</style></head><body><h1>What is not sure</h1>
<p>A digit that is not sure is ? in the text, and has a line below it in the picture.</p>
"""
TAIL = "</body></html>\n"


@contextlib.contextmanager
def doubtful_page(path: Path) -> Iterator[Callable[[Reading], int]]:
    """Yield a function that adds what is not sure in a reading, and says how much that was. The
    readings must have their pictures. Raises OutputError."""
    with staged_file(path) as file:
        added = 0

        def write(text: str) -> None:
            with os_errors_as_output_error(path):
                file.write(encoded(text))

        def add(reading: Reading) -> int:
            nonlocal added
            entries = list(_entries(reading))
            for entry in entries:
                write(entry)
            added += len(entries)
            return len(entries)

        write(HEAD)
        yield add
        write("" if added else "<p>Nothing: all that was read is sure.</p>")
        write(TAIL)


def _entries(reading: Reading) -> Iterator[str]:
    reading = reading_upright(reading)
    numbers = numbers_of(reading)
    if not numbers and reading.reason != "blank":
        yield _entry(place_of(reading), "", fault_of(reading), _picture_of_page(reading))
    for row, number in numbers:
        if number.reason is not None:
            place = f"{place_of(reading)}, row {row}"
            yield _entry(place, number.text, uncertainty_of(number), _picture_of(reading, number))


def _entry(place: str, text: str, why: str, picture: Image.Image | None) -> str:
    shown = f'<p class="text">{escape(text)}</p>' if text else ""
    words = escape(printable_line(why[:1].upper() + why[1:]))
    return (
        f'<article><p class="place">{escape(printable_line(place))}</p>{_image(picture, text)}'
        f"{shown}<p>{words}</p></article>\n"
    )


def _image(picture: Image.Image | None, text: str) -> str:
    if picture is None:
        return ""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    content = base64.b64encode(file.getvalue()).decode("ascii")
    return (
        f'<img alt="{escape(text or "the page")}" width="{picture.width}" '
        f'height="{picture.height}" src="data:image/jpeg;base64,{content}">'
    )


def _picture_of_page(reading: Reading) -> Image.Image | None:
    if reading.picture is None:
        return None
    picture = Image.fromarray(reading.picture).convert("RGB")
    picture.thumbnail((PAGE_SIDE, PAGE_SIDE))
    return picture


def _picture_of(reading: Reading, number: Number) -> Image.Image | None:
    """A number with what is around it; digits that are not sure have a line below them."""
    if reading.picture is None:
        return None
    shrunk = reading.picture.shape[1] / reading.width
    left, top, right, bottom = (value * shrunk for value in number.box)
    room = AROUND * (bottom - top)
    height, width = reading.picture.shape[:2]
    window = (
        max(0, int(left - room)),
        max(0, int(top - room)),
        min(width, int(right + room) + 1),
        min(height, int(bottom + room) + 1),
    )
    cut = reading.picture[window[1] : window[3], window[0] : window[2]]
    if not cut.size:
        return None
    scale = min(ENLARGED_MAX, HEIGHT / max(1.0, bottom - top), WIDTH_MAX / cut.shape[1])
    size = max(1, round(scale * cut.shape[1])), max(1, round(scale * cut.shape[0]))
    picture = Image.fromarray(cut).convert("RGB").resize(size, Image.Resampling.BICUBIC)
    for digit in number.digits:
        if digit.digit is None:
            _underline(picture, digit, shrunk, window, scale)
    return picture


def _underline(
    picture: Image.Image, digit: Digit, shrunk: float, window: Box, scale: float
) -> None:
    left, _, right, bottom = (value * shrunk for value in digit.box)
    below = min(picture.height - 3, round(scale * (bottom - window[1])) + 3)
    ends = (round(scale * (left - window[0])), round(scale * (right - window[0])))
    ImageDraw.Draw(picture).line([(ends[0], below), (ends[1], below)], MARK, 3)
