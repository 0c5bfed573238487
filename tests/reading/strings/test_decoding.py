"""CTC decoding, against sums over all paths."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from tenfold.reading.strings.decoding import align, likeliest_strings
from tenfold.reading.strings.symbols import BLANK, SYMBOLS, text_of

SOME = (BLANK, 1, 2, 8, 11)  # the blank, 0, 1, 7 and the full stop: the others never occur


def random_frames(seed: int, frames: int) -> np.ndarray:
    """Log probabilities float32 [frames, 18] with mass on SOME alone."""
    random = np.random.default_rng(seed)
    probabilities = np.full((frames, len(SYMBOLS)), 1e-12)
    probabilities[:, SOME] = random.dirichlet([0.5] * len(SOME), frames)
    return np.log(probabilities / probabilities.sum(axis=1, keepdims=True)).astype(np.float32)


def collapsed(path: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(symbol for symbol, _ in itertools.groupby(path) if symbol != BLANK)


def all_strings(frames: np.ndarray) -> dict[tuple[int, ...], float]:
    """The probability of each string, as the sum over all paths."""
    strings: dict[tuple[int, ...], float] = {}
    for path in itertools.product(SOME, repeat=len(frames)):
        log = sum(float(frames[t, symbol]) for t, symbol in enumerate(path))
        strings[collapsed(path)] = strings.get(collapsed(path), 0.0) + math.exp(log)
    return strings


@pytest.mark.parametrize("seed", range(6))
def test_a_wide_beam_finds_the_probabilities(seed: int) -> None:
    frames = random_frames(seed, 5)
    expected = all_strings(frames)
    found = likeliest_strings(frames, beam=10_000)
    for symbols, log_probability in found[:20]:
        assert math.exp(log_probability) == pytest.approx(expected[symbols], abs=3e-3)
    best = max(expected, key=lambda symbols: expected[symbols])
    assert found[0].symbols == best


@pytest.mark.parametrize("seed", range(6))
def test_alignment_has_the_exact_probability_of_its_string(seed: int) -> None:
    frames = random_frames(seed, 6)
    expected = all_strings(frames)
    for symbols in sorted(expected, key=lambda s: -expected[s])[:12]:
        alignment = align(frames[None], symbols)
        assert math.exp(alignment.log_probability[0]) == pytest.approx(expected[symbols], rel=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_shares_of_digits_are_those_of_strings_with_one_digit_replaced(seed: int) -> None:
    frames = random_frames(seed, 6)
    expected = all_strings(frames)
    for symbols in [(1, 2), (2, 2), (1, 11, 8), (8, 1, 8)]:
        shares = align(frames[None], symbols).digits[0]
        for place in range(len(symbols)):
            replaced = [
                expected.get((*symbols[:place], digit, *symbols[place + 1 :]), 0.0)
                for digit in range(1, 11)
            ]
            assert shares[place] == pytest.approx(np.array(replaced) / sum(replaced), abs=1e-5)


def test_each_symbol_stands_at_its_peak() -> None:
    frames = np.full((12, len(SYMBOLS)), 0.001)
    frames[:, BLANK] = 0.9
    for frame, symbol in [(2, 5), (5, 11), (6, 11), (9, 5)]:
        frames[frame] = 0.001
        frames[frame, symbol] = 0.9
    logs = np.log(frames / frames.sum(axis=1, keepdims=True)).astype(np.float32)
    best = likeliest_strings(logs)[0]
    assert text_of(best.symbols) == "4.4"
    assert align(logs[None], best.symbols).frames.tolist() in ([[2, 5, 9]], [[2, 6, 9]])


def test_a_thousand_unlikely_frames_do_not_vanish() -> None:
    logs = np.full((1024, len(SYMBOLS)), -math.log(len(SYMBOLS)), np.float32)
    found = likeliest_strings(logs, beam=4)
    assert math.isfinite(found[0].log_probability)
    assert math.isfinite(align(logs[None], found[0].symbols).log_probability[0])


def test_a_string_longer_than_its_strip_does_not_fit() -> None:
    assert align(random_frames(0, 3)[None], (1, 1, 1)).log_probability[0] == -math.inf


def test_the_empty_string_is_the_path_of_blanks() -> None:
    frames = random_frames(1, 4)
    alignment = align(frames[None], ())
    assert alignment.log_probability[0] == pytest.approx(float(frames[:, BLANK].sum()), rel=1e-5)
    assert alignment.digits.shape == (1, 0, 10)


def test_views_are_aligned_each_by_itself() -> None:
    views = np.stack([random_frames(seed, 6) for seed in range(3)])
    together = align(views, (1, 2))
    for at, view in enumerate(views):
        alone = align(view[None], (1, 2))
        assert together.log_probability[at] == pytest.approx(alone.log_probability[0])
        assert together.frames[at].tolist() == alone.frames[0].tolist()
        np.testing.assert_allclose(together.digits[at], alone.digits[0])
