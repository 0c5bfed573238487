"""From the string reader's outputs for a strip to strings of characters with their boxes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tenfold.classifier.strips import StripOutputs
from tenfold.framing.strip import STRIP_DIGIT_HEIGHT, STRIP_HEIGHT
from tenfold.reading.detections import Box, mass_of
from tenfold.reading.layout import numbers_of
from tenfold.reading.strings.date_strings import DATE_PRIOR, dates_among, favoured, is_written_date
from tenfold.reading.strings.decoding import Hypothesis, LogProbabilities, align, likeliest_strings
from tenfold.reading.strings.symbols import BLANK, FIRST_DIGIT, SYMBOLS, is_digit

QUIET = math.log(0.1)  # a strip whose frames are all less likely to hold a symbol is empty
NEXT_BOX = 1.5  # times the pitch of boxes: what is farther apart has an empty one between
VARIANTS_MAX = 4  # forms of a string
VARIANT_MIN = 0.01  # of the likeliest form's probability
SURE = math.log(0.95)  # a string that is likelier is read from one view of its strip
VIEW_BEAM = 4  # prefixes: of the other views only the likeliest string is sought
MASS_MIN, SHARE_MIN = 1e-300, 1e-30  # so that nothing is divided by zero

BoxInStrip = tuple[float, float, float, float]  # left, top, right, bottom in pixels of the strip


@dataclass(frozen=True)
class CharacterInStrip:
    """A symbol, and its box in the strip."""

    symbol: str
    box: BoxInStrip


@dataclass(frozen=True, eq=False)
class VariantInStrip:
    """Strings of one form: the characters of the likeliest, its probability, and the share of each
    digit at each of its k places, float64 [k, 10]. `alone`: the probability of the string that
    stands for the form, by the strip itself."""

    characters: tuple[CharacterInStrip, ...]
    probability: float
    digits: npt.NDArray[np.float64]
    alone: float = 1.0


StringInStrip = tuple[VariantInStrip, ...]  # in order of probability


def no_views() -> Sequence[LogProbabilities]:
    return ()


def strings_in(
    outputs: StripOutputs,
    pitch: float = 0.0,
    other_views: Callable[[], Sequence[LogProbabilities]] = no_views,
) -> list[StringInStrip]:
    """The strings of a strip from left to right; wide gaps part them, in a row of boxes `pitch`
    pixels apart only those of an empty box.

    Where a string is not sure, `other_views` is asked for the log probabilities of the strip's
    other views, frame by frame beside `outputs`, and the mean over all views counts.
    """
    logs = outputs.log_probabilities
    if logs[:, BLANK + 1 :].max(initial=-math.inf) < QUIET:
        return []
    hypotheses = likeliest_strings(logs)
    if not hypotheses[0].symbols:
        return []
    frames = align(logs[None], hypotheses[0].symbols).frames[0]
    parts = _parts(_boxes(outputs.boxes, frames), len(logs), frames, pitch)
    found = []
    for first, last in parts:
        part = StripOutputs(logs[first:last], outputs.boxes[first:last])
        if len(parts) > 1:
            hypotheses = likeliest_strings(part.log_probabilities)
        views = [part.log_probabilities]
        if hypotheses[0].log_probability < SURE:
            views += [view[first:last] for view in other_views()]
        if hypotheses[0].symbols:
            found.append(_variants(part.boxes, np.stack(views), hypotheses))
    return found


def _parts(
    boxes: Sequence[BoxInStrip],
    count: int,
    frames: npt.NDArray[np.int64],
    pitch: float,
) -> list[tuple[int, int]]:
    """The ranges of frames that hold one string each: a wide gap between boxes parts them."""
    rows: list[Box] = [
        (round(left), 0, round(right), STRIP_DIGIT_HEIGHT) for left, _, right, _ in boxes
    ]
    (starts,) = numbers_of([rows])
    middles = [(left + right) / 2 for left, _, right, _ in boxes]
    starts = [at for at in starts if not at or middles[at] - middles[at - 1] > NEXT_BOX * pitch]
    ends = [(int(frames[at - 1]) + int(frames[at]) + 1) // 2 for at in starts[1:]]
    return list(pairwise([0, *ends, count]))


def _variants(
    boxes: npt.NDArray[np.float32], views: LogProbabilities, hypotheses: Sequence[Hypothesis]
) -> StringInStrip:
    """The forms that a string may have, with the shares of other digits at its places; and the
    dates that they may be. `boxes` [frames, 4] and `hypotheses` are those of the first of the
    `views`, float32 [n, frames, symbols]."""
    favourites = [likeliest_strings(view, VIEW_BEAM)[0] for view in views[1:]]
    forms: dict[tuple[int, ...], tuple[int, ...]] = {}
    least = hypotheses[0].log_probability + math.log(VARIANT_MIN)
    for symbols, log_probability in (hypotheses[0], *favourites, *hypotheses[1:]):
        if len(forms) < VARIANTS_MAX and log_probability >= least:
            forms.setdefault(_form(symbols), symbols)
    variant_of = partial(_variant, boxes, views)
    variants = [variant_of(symbols) for symbols in forms.values()]
    dates = [d for d in dates_among(h.symbols for h in hypotheses) if _form(d) not in forms]
    rare = max(variant.probability for variant in variants) * VARIANT_MIN
    written = [date for date in map(variant_of, dates) if date.probability >= rare / DATE_PRIOR]
    return _weighed([*(v for v in variants if v.probability >= rare), *written])


def _variant(
    boxes: npt.NDArray[np.float32], views: LogProbabilities, symbols: tuple[int, ...]
) -> VariantInStrip:
    """The variant of a string, whatever its digits: the mean over the views, of the shares of
    digits weighed by how likely the form is in each view."""
    alignment = align(views, symbols)
    characters = tuple(
        CharacterInStrip(SYMBOLS[symbol], box)
        for symbol, box in zip(symbols, _boxes(boxes, alignment.frames[0]), strict=True)
    )
    places = [place for place, symbol in enumerate(symbols) if is_digit(symbol)]
    shares = alignment.digits[:, places]
    of_string = shares[:, range(len(places)), [symbols[place] - FIRST_DIGIT for place in places]]
    logs = alignment.log_probability - np.log(np.maximum(of_string, SHARE_MIN)).sum(axis=1)
    masses = np.exp(np.minimum(0.0, logs))  # of the form: of all its strings together
    digits = (shares * masses[:, None, None]).sum(axis=0) / max(masses.sum(), MASS_MIN)
    probability = float(masses.mean() * digits.max(axis=1, initial=0.0).prod())
    alone = math.exp(min(0.0, float(alignment.log_probability[0])))
    return VariantInStrip(characters, probability, digits, alone)


def _weighed(variants: Sequence[VariantInStrip]) -> StringInStrip:
    """The variants in order of probability, where dates are favoured."""
    symbols = [tuple(SYMBOLS.index(c.symbol) for c in v.characters) for v in variants]
    masses = [mass_of(variant.probability, variant.digits) for variant in variants]
    weighed = favoured(masses, [is_written_date(s) for s in symbols])
    changed = [
        replace(variant, probability=variant.probability * after / max(before, MASS_MIN))
        for variant, before, after in zip(variants, masses, weighed, strict=True)
    ]
    return tuple(sorted(changed, key=lambda variant: -variant.probability))


def _form(symbols: tuple[int, ...]) -> tuple[int, ...]:
    """The symbols with all digits made equal."""
    return tuple(-1 if is_digit(symbol) else symbol for symbol in symbols)


def _boxes(boxes: npt.NDArray[np.float32], frames: npt.NDArray[np.int64]) -> list[BoxInStrip]:
    """The boxes at some frames, in order and within the strip's height."""
    found = []
    for left, top, right, bottom in boxes[frames].tolist():
        left, right = min(left, right), max(left, right, left + 1.0)
        top, bottom = max(0.0, min(top, bottom)), min(float(STRIP_HEIGHT), max(top, bottom))
        found.append((left, top, right, max(bottom, top + 1.0)))
    return found
