"""CTC decoding: the likeliest strings of a strip, and the share of each digit at each place.

Connectionist temporal classification (Graves et al., ICML 2006): each frame has a symbol or the
blank; a string's probability is the sum over all ways to write it, one symbol over one run of
frames, equal neighbours parted by a blank. The search is the prefix beam search of Hannun et al.
(arXiv:1408.2873, algorithm 1) without a language model.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tenfold.digits import CLASSES
from tenfold.reading.strings.symbols import BLANK, FIRST_DIGIT

LogProbabilities = npt.NDArray[np.float32]  # [frames, symbols], of one strip
Probabilities = npt.NDArray[np.float64]

BEAM = 16  # prefixes that are kept from frame to frame
RESCALED = 16  # frames after which the masses are made shares again: no product vanishes
SYMBOL_MIN = 1e-3  # of the likeliest symbol of a frame: a less likely one starts no prefix
DIGITS = slice(FIRST_DIGIT, FIRST_DIGIT + CLASSES)


class Hypothesis(NamedTuple):
    """A string of symbols, and the log of its probability."""

    symbols: tuple[int, ...]
    log_probability: float


def likeliest_strings(log_probabilities: LogProbabilities, beam: int = BEAM) -> list[Hypothesis]:
    """The likeliest strings, at most `beam`, the likeliest first.

    With a beam that holds all prefixes the probabilities are exact; they are never too high.
    """
    prefixes, log_scale = _Prefixes(), 0.0
    beams: dict[int, tuple[float, float]] = {_Prefixes.EMPTY: (1.0, 0.0)}  # ends in blank, or not
    for frame in np.exp(log_probabilities.astype(np.float64)):
        beams = _advanced(beams, frame, prefixes)
        kept = sorted(beams.items(), key=lambda entry: -sum(entry[1]))[:beam]
        total = sum(kept[0][1])  # the best prefix becomes 1: no product of many frames vanishes
        log_scale += math.log(total)
        beams = {prefix: (a / total, b / total) for prefix, (a, b) in kept}
    ranked = sorted(beams.items(), key=lambda entry: -sum(entry[1]))
    return [
        Hypothesis(prefixes.symbols_of(prefix), math.log(sum(ends)) + log_scale)
        for prefix, ends in ranked
        if sum(ends) > 0
    ]


class _Prefixes:
    """Prefixes as numbers: each is its parent and one symbol more."""

    EMPTY = 0

    def __init__(self) -> None:
        self._parents, self.last = [0], [BLANK]
        self._known: dict[tuple[int, int], int] = {}

    def extended(self, prefix: int, symbol: int) -> int:
        known = self._known.setdefault((prefix, symbol), len(self.last))
        if known == len(self.last):
            self._parents.append(prefix)
            self.last.append(symbol)
        return known

    def symbols_of(self, prefix: int) -> tuple[int, ...]:
        symbols = []
        while prefix != self.EMPTY:
            symbols.append(self.last[prefix])
            prefix = self._parents[prefix]
        return tuple(reversed(symbols))


def _advanced(
    beams: dict[int, tuple[float, float]], frame: Probabilities, prefixes: _Prefixes
) -> dict[int, tuple[float, float]]:
    """The prefixes after one frame more, each with its probability to end in a blank and in its
    last symbol."""
    likely = [
        int(symbol)
        for symbol in np.flatnonzero(frame > SYMBOL_MIN * frame.max())
        if symbol != BLANK
    ]
    shares = frame.tolist()
    after: dict[int, tuple[float, float]] = {}
    for prefix, (blank, symbol_last) in beams.items():
        last, both = prefixes.last[prefix], blank + symbol_last
        repeated = symbol_last * shares[last] if prefix != prefixes.EMPTY else 0.0
        _add(after, prefix, both * shares[BLANK], repeated)
        for symbol in likely:
            starts = blank if symbol == last else both
            if starts:
                _add(after, prefixes.extended(prefix, symbol), 0.0, starts * shares[symbol])
    return after


def _add(
    beams: dict[int, tuple[float, float]], prefix: int, blank: float, symbol_last: float
) -> None:
    a, b = beams.get(prefix, (0.0, 0.0))
    beams[prefix] = (a + blank, b + symbol_last)


class Alignment(NamedTuple):
    """How likely a string is by each of n views of a strip, where its symbols stand, and which
    digits may stand at its places instead.

    `log_probability` float64 [n] is that of the string; `frames` int64 [n, length] the frame at
    which each symbol is most likely; `digits` float64 [n, length, 10] the share of each digit at
    each place, all other symbols as they are, on condition that a digit stands there.
    """

    log_probability: Probabilities
    frames: npt.NDArray[np.int64]
    digits: Probabilities


def align(log_probabilities: LogProbabilities, symbols: tuple[int, ...]) -> Alignment:
    """Align a string with the frames of views of a strip, float32 [n, frames, symbols]. A string
    that does not fit has the log probability -inf."""
    shares = np.exp(log_probabilities.astype(np.float64)).transpose(1, 0, 2)
    before, after = _masses(shares, symbols)
    total = before.blanks[-1, :, -1] + before.written[-1, :, -1:].sum(axis=1)
    log_probability = np.full(len(total), -math.inf)
    np.log(total, out=log_probability, where=total > 0)
    log_probability += before.log_scale[-1]
    frames = _peaks(shares, symbols, before, after)
    return Alignment(log_probability, frames, _digit_shares(shares, symbols, before, after))


def _peaks(
    shares: Probabilities, symbols: tuple[int, ...], before: _Mass, after: _Mass
) -> npt.NDArray[np.int64]:
    """The frame at which each symbol is most likely, int64 [n, length]."""
    scale = before.log_scale[1:] + after.log_scale[:-1]
    scale = np.exp(scale - scale.max(axis=0))[:, :, None]
    at_symbol = before.written[1:] * after.written[:-1] * scale
    at_symbol /= np.maximum(shares[:, :, list(symbols)], 1e-300)  # which both contain
    frames: npt.NDArray[np.int64] = at_symbol.argmax(axis=0)
    return frames


class _Mass(NamedTuple):
    """After so many frames: the mass of the paths that have written so many symbols and end in a
    blank (or have not begun), [frames + 1, n, length + 1], and of those in the midst of a symbol,
    [frames + 1, n, length]; each frame's as shares, with the log of their scale [frames + 1, n]."""

    blanks: Probabilities
    written: Probabilities
    log_scale: Probabilities


def _masses(shares: Probabilities, symbols: tuple[int, ...]) -> tuple[_Mass, _Mass]:
    """The mass before each frame of `shares` [frames, n, symbols], and that of what follows: the
    reversed string in reversed frames."""
    frames, views, _ = shares.shape
    length, rows = len(symbols), 2 * views
    blanks, written = np.zeros((frames + 1, rows, length + 1)), np.zeros((frames + 1, rows, length))
    totals = np.ones((frames + 1, rows))
    blanks[0, :, 0] = 1.0
    of_symbols = shares[:, :, list(symbols)]
    of_symbols = np.concatenate([of_symbols, of_symbols[::-1, :, ::-1]], axis=1)
    of_blank = np.concatenate([shares[:, :, BLANK], shares[::-1, :, BLANK]], axis=1)[..., None]
    differs = np.array([a != b for a, b in zip(symbols[1:], symbols, strict=False)], np.float64)
    differs = np.repeat([differs, differs[::-1]], views, axis=0)
    for t in range(frames):
        now, then = written[t], written[t + 1]
        np.add(blanks[t, :, :-1], now, out=then)
        then[:, 1:] += now[:, :-1] * differs
        then *= of_symbols[t]
        ended = blanks[t + 1]
        ended[:] = blanks[t]
        ended[:, 1:] += now
        ended *= of_blank[t]
        if t % RESCALED == RESCALED - 1 or t == frames - 1:
            totals[t + 1] = np.maximum(ended.sum(axis=1) + then.sum(axis=1), 1e-300)
            ended /= totals[t + 1, :, None]
            then /= totals[t + 1, :, None]
    log_scale = np.cumsum(np.log(totals), axis=0)
    return (
        _Mass(blanks[:, :views], written[:, :views], log_scale[:, :views]),
        _Mass(blanks[::-1, views:, ::-1], written[::-1, views:, ::-1], log_scale[::-1, views:]),
    )


def _digit_shares(
    shares: Probabilities, symbols: tuple[int, ...], before: _Mass, after: _Mass
) -> Probabilities:
    """The share of each digit at each place, float64 [n, length, 10]."""
    views, length = shares.shape[1], len(symbols)
    if not length:
        return np.zeros((views, 0, CLASSES))
    digits = np.arange(FIRST_DIGIT, FIRST_DIGIT + CLASSES)
    left = np.array([BLANK, *symbols[:-1]])[:, None] != digits  # may follow without a blank
    right = np.array([*symbols[1:], BLANK])[:, None] != digits
    steps = np.exp(before.log_scale[:-1] - before.log_scale[1:])[:, :, None, None]
    scale = before.log_scale[1:] + after.log_scale[1:]
    scale = np.exp(scale - scale.max(axis=0))[:, :, None, None]
    of_digits = shares[:, :, None, DIGITS] * steps
    entering = np.repeat(before.blanks[:-1, :, :-1, None], CLASSES, axis=3)
    entering[:, :, 1:] += before.written[:-1, :, :-1, None] * left[1:]
    leaving = np.repeat(after.blanks[1:, :, 1:, None], CLASSES, axis=3)
    leaving[:, :, :-1] += after.written[1:, :, 1:, None] * right[:-1]
    leaving *= scale
    started, total = np.zeros((views, length, CLASSES)), np.zeros((views, length, CLASSES))
    for t in range(len(shares)):
        started += entering[t]
        started *= of_digits[t]
        total += started * leaving[t]
    sums = total.sum(axis=2, keepdims=True)
    return np.divide(total, sums, out=np.full_like(total, 1 / CLASSES), where=sums > 0)
