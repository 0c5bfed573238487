"""Why an answer is uncertain, in words: terminal, tables and sheets all use these."""

from __future__ import annotations

from tenfold.reading.answers.number import Number, Reading
from tenfold.reading.detections import AT_EDGE

NO_ANSWER = {
    "blank": "nothing on it",
    "no_digits": "no digits",
    "too_much_text": "too much text: give the part with the digits",
}
NOT_SURE = {
    "low_confidence": "not sure",
    "not_a_digit": "partly no digit",
    "cut_off": AT_EDGE,
    "unexpected": "nothing that it may be matches what is expected",
}
ALTERNATIVES_SHOWN = 3
SHOWN_MIN = 0.0005  # would be shown as 0.0 %


def guesses_of(number: Number) -> str:
    """What a number may be, the likeliest first: `67891 90.7%, 61891 8.5%`."""
    first = (number.likeliest, number.probability)
    rest = [guess for guess in number.alternatives if guess[1] >= SHOWN_MIN]
    guesses = [first, *rest][:ALTERNATIVES_SHOWN]
    return ", ".join(f"{text} {share:.1%}" for text, share in guesses)


def uncertainty_of(number: Number) -> str:
    """Why a number is not sure, and what it may be; empty where it is sure."""
    if number.reason is None:
        return ""
    if number.reason == "low_confidence":
        return f"not sure: {guesses_of(number)}"
    words = NOT_SURE[number.reason]
    # the shares of an unsure text say how clear its digits are, not whether they are whole
    return words if number.reason == "unexpected" else f"{words} (perhaps {number.likeliest})"


def fault_of(reading: Reading) -> str:
    """Why there is no number in a reading; empty where there is one."""
    if reading.error is not None:
        return f"error: {reading.error}"
    return NO_ANSWER[reading.reason] if reading.reason is not None else ""


def numbers_of(reading: Reading) -> list[tuple[int, Number]]:
    """The numbers of a reading in reading order, each with its row, from 1."""
    if reading.error is not None or reading.reason is not None:
        return []
    rows = [[n for n in row if n.is_number] for row in reading.rows]
    return [
        (row, number) for row, numbers in enumerate(filter(None, rows), 1) for number in numbers
    ]
