"""Readings as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from tenfold.console import Drawing, printable_line
from tenfold.framing.frame import Tile
from tenfold.reading.number import Digit, Number, Reading

REASONS = {
    "blank": "nothing on it",
    "no_digits": "no digits",
    "too_much_text": "too much text: give the part with the digits",
}
ALTERNATIVES_SHOWN = 3
TRUE_COLOUR = "\x1b[38;2;{0};{0};{0}m\x1b[48;2;{1};{1};{1}m▀"
RESET = "\x1b[0m"


def lines_of(reading: Reading, *, tiles: bool = False, colour: bool = False) -> Iterator[str]:
    """The answer in one line, the alternatives of unsure numbers, and the tiles if wanted."""
    yield printable_line(f"{reading.file}: {_answer(reading)}")
    for row in reading.rows:
        for number in row:
            if number.is_number and any(digit.digit is None for digit in number.digits):
                yield f"  {number.text}: {_alternatives(number)}"
    if tiles:
        for digit in reading:
            yield f"  {_description(digit)}"
            yield from half_blocks(digit.tile, colour=colour)


def _answer(reading: Reading) -> str:
    if reading.error is not None:
        return f"error: {reading.error}"
    if reading.reason is not None:
        return f"({REASONS[reading.reason]})"
    numbers = [number for row in reading.rows for number in row if number.is_number]
    probabilities = " ".join(f"{number.probability:.1%}" for number in numbers)
    return f"{reading.text}  {probabilities}"


def _alternatives(number: Number) -> str:
    real = [digit for digit in number.digits if digit.reason != "not_a_digit"]
    likeliest = "".join(str(digit.likeliest) for digit in real)
    texts = [(likeliest, number.probability), *number.alternatives][:ALTERNATIVES_SHOWN]
    return "unsure; " + ", ".join(f"{text} {probability:.1%}" for text, probability in texts)


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
