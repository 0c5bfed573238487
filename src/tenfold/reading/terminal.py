"""Readings as text for a terminal: a line for each, which people and `cut` can read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tenfold.console import Drawing, printable_line
from tenfold.framing.frame import Tile
from tenfold.reading.answers.number import Digit, Reading
from tenfold.reading.answers.uncertainty import fault_of, numbers_of, uncertainty_of

UNSURE = "unsure"
TURNED = re.compile("^turned by [0-9]+ degrees$")
SAID = re.compile(f"{TURNED.pattern}|not read$")  # notes that are for everybody
TRUE_COLOUR = "\x1b[38;2;{0};{0};{0}m\x1b[48;2;{1};{1};{1}m▀"
RESET = "\x1b[0m"


def lines_of(reading: Reading, *, tiles: bool = False, colour: bool = False) -> Iterator[str]:
    """The answer in one line, and the tiles if wanted.

    Four fields parted by tabs: the file with its page, the numbers, the probability of each, and
    why there is none, what is unsure, which numbers are written with marks, and what has to be said
    of the whole picture: that it was turned, or that a box was not read.
    """
    yield "\t".join(_field(field) for field in _fields(reading))
    if tiles:
        for digit in reading:
            yield f"  {_description(digit)}"
            yield from half_blocks(digit.tile, colour=colour)


def place_of(reading: Reading) -> str:
    """The file of a reading, and the page where it has several."""
    return reading.file if reading.pages == 1 else f"{reading.file} page {reading.page}"


def _fields(reading: Reading) -> tuple[str, str, str, str]:
    numbers = [number for _, number in numbers_of(reading)]
    said = [note for note in reading.notes if SAID.search(note)]
    if not numbers:
        said = [note for note in said if not TURNED.search(note)]  # of nothing it says nothing
        return place_of(reading), "", "", "; ".join([fault_of(reading), *said])
    shares = (UNSURE if n.reason else f"{n.probability:.1%}" for n in numbers)
    doubts = [f"{n.text} {uncertainty_of(n)}" for n in numbers if n.reason]
    written = [f"{n.text} is written {n.written}" for n in numbers if n.text != n.written]
    return place_of(reading), reading.text, " ".join(shares), "; ".join(doubts + written + said)


def _field(text: str) -> str:
    return printable_line(text).replace("\t", "\\t")


def _description(digit: Digit) -> str:
    left, top, right, bottom = digit.box
    answer = "?" if digit.digit is None else str(digit.digit)
    why = f", {digit.reason}: {digit.likeliest}" if digit.reason else ""
    notes = f"; {', '.join(digit.notes)}" if digit.notes else ""
    return f"{answer} {digit.probability:.1%}{why}, at {left},{top} to {right},{bottom}{notes}"


def half_blocks(tile: Tile, *, colour: bool) -> Iterator[str]:
    """A tile, two rows of pixels a line: in grey on a terminal, in characters elsewhere."""
    for upper, lower in zip(tile[::2].tolist(), tile[1::2].tolist(), strict=True):
        pairs = zip(upper, lower, strict=True)
        if colour:
            yield Drawing(f"  {''.join(TRUE_COLOUR.format(a, b) for a, b in pairs)}{RESET}")
        else:
            yield "  " + "".join(_block(a > 96, b > 96) for a, b in pairs).rstrip()


def _block(upper: bool, lower: bool) -> str:
    return {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}[(int(upper), int(lower))]
