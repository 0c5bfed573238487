"""How `reading/answers/sureness.json` is made, which says how sure a number is.

    python -m bench.accuracy.train_sureness digit-recognizer.zip swiss_numbers.npz WORK
        --typefaces FONTS [--pen-digits penbased.dat] [--write]

Composes pictures with one number and pictures without any, reads them with the shipped models, and
fits two logistic regressions of what speaks for each number: whether it is right, and whether it is
one. Those of every fourth seed are kept aside and measured. What was read is kept under WORK, a
file for each kind, and used again. --write puts the weights in place. Needs the extras `photo` and
`report`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from bench.fixtures import nothing_to_read, number_pictures
from bench.fixtures.typefaces import typefaces_of
from tenfold.files import sha256_of
from tenfold.reading.answers.answer import numbers_of_components
from tenfold.reading.answers.evidence import NAMES, Witnesses, evidence_of
from tenfold.reading.answers.rescoring import RescoredString
from tenfold.reading.answers.string_answer import NO_MARKS, candidate_of, written_texts
from tenfold.reading.answers.sureness import FILE, Sureness
from tenfold.reading.reader import Reader, load
from tenfold.sources import open_digits

NUMBERS = {"cheque": 2000, "ground": 1000, "spaced": 300, "photo": 300}  # pictures of each kind
EMPTY = {
    "word": 300, "lines": 200, "figures": 120, "signature": 120, "shapes": 120, "boxes": 120,
    "ruling": 120, "dots": 120, "stamp": 120,
}  # fmt: skip
EMPTY_SHARE = 0.25  # of the weight of all numbers that what was read on empty pictures has
RIDGE = 30.0  # penalty on the squares of the weights
STEPS = 30  # of Newton's method
ASIDE = 4  # every fourth seed measures
SHARES = 0.98, 0.99, 0.995  # right of the answered

Array = npt.NDArray[np.float64]


class Numbers(NamedTuple):
    """Numbers that were read: `evidence` float64 [n, k], whether each is right, whether its picture
    has a number at all, and the seed of the picture."""

    evidence: Array
    right: npt.NDArray[np.bool_]
    number: npt.NDArray[np.bool_]
    seed: npt.NDArray[np.int64]


def read_numbers(reader: Reader, picture: bytes, label: str) -> list[tuple[Array, bool]]:
    """What speaks for each number of a picture, and whether it is right."""
    found = reader.find(picture)
    outputs = reader.classifier.outputs(found.tiles)
    witnesses = Witnesses(outputs, numbers_of_components(found, outputs, reader.reject, None, []))
    read = []
    for string in found.strings or ():
        rescored = RescoredString(string, outputs, marks=False)
        ranked = written_texts(rescored)
        if ranked and len(ranked[0].variant.shares):
            candidate = candidate_of(string, rescored, ranked)
            text = "".join(c for c in ranked[0].text.translate(NO_MARKS) if c.isdecimal())
            read.append((evidence_of(candidate, witnesses), text))
    right = right_ones([text for _, text in read], label)
    return [(evidence, is_right) for (evidence, _), is_right in zip(read, right, strict=True)]


def right_ones(texts: Sequence[str], label: str) -> list[bool]:
    """Which of several numbers are right, of which the label has the digits one after another:
    those that are in it, and beside which it has no digit that was left out."""
    whole = "".join(texts)
    wrong = np.zeros(len(whole), bool)
    lost_before = np.zeros(len(whole) + 1, bool)
    for kind, first, last, start, end in SequenceMatcher(
        None, whole, label, autojunk=False
    ).get_opcodes():
        if kind != "equal":
            wrong[first:last] = True
        if end - start > last - first:
            lost_before[[first, last]] = True
    ends = np.cumsum([len(text) for text in texts]).tolist()
    begins = [0, *ends][:-1]
    return [
        bool(label) and not wrong[begin:end].any() and not lost_before[begin : end + 1].any()
        for begin, end in zip(begins, ends, strict=True)
    ]


def read_kind(
    file: Path, reader: Reader, count: int, picture: Callable[[int], tuple[bytes, str]]
) -> Numbers:
    """The numbers of `count` pictures, read now or before."""
    if not file.exists():
        found = []
        for seed in range(count):
            content, label = picture(seed)
            entries = read_numbers(reader, content, label)
            found += [(evidence, right, label != "", seed) for evidence, right in entries]
        np.savez(
            file,
            evidence=np.array([entry[0] for entry in found]).reshape(-1, len(NAMES)),
            right=np.array([entry[1] for entry in found], bool),
            number=np.array([entry[2] for entry in found], bool),
            seed=np.array([entry[3] for entry in found], np.int64),
        )
        print(f"{file.name}: {len(found):,} numbers on {count:,} pictures", flush=True)
    with np.load(file, allow_pickle=False) as saved:
        return Numbers(*(saved[name] for name in Numbers._fields))


def logistic(inputs: Array, wanted: npt.NDArray[np.bool_], weight: Array) -> Array:
    """Weights of a logistic regression, the constant last, by Newton's method with a ridge."""
    with_constant = np.hstack([inputs, np.ones((len(inputs), 1))])
    ridge = np.diag([RIDGE] * inputs.shape[1] + [1e-6])
    weights = np.zeros(with_constant.shape[1])
    for _ in range(STEPS):
        probability = 1 / (1 + np.exp(-with_constant @ weights))
        gradient = with_constant.T @ (weight * (wanted - probability)) - ridge @ weights
        curved = with_constant * (weight * probability * (1 - probability))[:, None]
        weights = weights + np.linalg.solve(with_constant.T @ curved + ridge, gradient)
    return weights


def fitted(numbers: Numbers) -> Sureness:
    """The weights that say which numbers are right, and which are numbers."""
    written, empty = numbers.number.sum(), (~numbers.number).sum()
    light = np.where(numbers.number, 1.0, EMPTY_SHARE * written / max(1, empty))
    even = np.where(numbers.number, 0.5 / written, 0.5 / max(1, empty)) * len(numbers.number)
    centre, scale = numbers.evidence.mean(axis=0), numbers.evidence.std(axis=0) + 1e-6
    standard = (numbers.evidence - centre) / scale
    right = logistic(standard, numbers.right, light)
    return Sureness(centre, scale, right, logistic(standard, numbers.number, even))


def answered(scores: Array, right: npt.NDArray[np.bool_], share: float) -> tuple[float, float]:
    """The largest share of the numbers that can be answered so that `share` of them are right, and
    the least score among them."""
    order = np.argsort(-scores, kind="stable")
    right_so_far = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(right_so_far >= share)
    last = int(enough[-1]) if len(enough) else 0
    return (last + 1) / len(order), float(scores[order][last])


def report(kept: Numbers, sureness: Sureness) -> None:
    """What the weights gain on pictures that were kept aside."""
    judged = [sureness(evidence) for evidence in kept.evidence]
    written = kept.number
    scores = {
        "the string's probability alone": kept.evidence[written][:, NAMES.index("probability")],
        "all that speaks for it": np.array([j.right for j in judged])[written],
    }
    print(
        f"{written.sum():,} numbers kept aside, {kept.right[written].mean():.1%} right; answered:"
    )
    for name, values in scores.items():
        found = [answered(values, kept.right[written], share) for share in SHARES]
        shown = (
            f"{share:.1%} at {least:.1%} right (from {score:.3f})"
            for least, (share, score) in zip(SHARES, found, strict=True)
        )
        print(f"  {name}: {', '.join(shown)}")
    for least in (0.8, 0.85, 0.9, 0.92, 0.94, 0.96):
        sure = np.array([j.right for j in judged]) >= least
        of_sure = kept.right[sure & written]
        print(
            f"  from {least}: {of_sure.size / written.sum():.1%}, {of_sure.mean():.1%} right; "
            f"{(sure & ~written).sum()} of {(~written).sum()} on empty pictures"
        )
    odds = np.array([j.number for j in judged])
    for least in (-4, -3, -2, -1, 0, 1, 2):
        lost = (odds[written & kept.right] < least).mean()
        print(
            f"  log odds below {least}: {lost:.2%} of right numbers, "
            f"{(odds[written & ~kept.right] < least).mean():.1%} of wrong ones, "
            f"{(odds[~written] < least).mean():.1%} of what is none"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data")
    parser.add_argument("swiss")
    parser.add_argument("work", type=Path)
    parser.add_argument("--typefaces", type=Path, required=True, help="fonts of handwriting")
    parser.add_argument("--pen-digits", type=Path, help="penbased.dat of the KEEL repository")
    parser.add_argument("--write", action="store_true", help="put the weights in place")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    arguments.work.mkdir(parents=True, exist_ok=True)
    digits = open_digits(arguments.data).training_rows()
    swiss, typefaces = arguments.swiss, arguments.typefaces
    hands = number_pictures.hands_of(digits, swiss, typefaces, arguments.pen_digits)
    fonts = typefaces_of(typefaces)
    reader = load()
    parts = []
    for kind, count in NUMBERS.items():
        picture = partial(number_pictures.number_picture, hands, kind)
        parts.append(read_kind(arguments.work / f"{kind}.npz", reader, count, picture))
    for kind, count in EMPTY.items():
        picture = partial(nothing_to_read.empty_picture, hands.banks, fonts, kind)
        parts.append(read_kind(arguments.work / f"{kind}.npz", reader, count, picture))
    numbers = Numbers(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
    aside = numbers.seed % ASIDE == ASIDE - 1
    report(
        Numbers(*(array[aside] for array in numbers)),
        fitted(Numbers(*(array[~aside] for array in numbers))),
    )
    sureness = fitted(Numbers(*(array[~aside] for array in numbers)))
    if arguments.write:
        write(FILE, sureness, numbers, [arguments.data, swiss, arguments.pen_digits])


def write(file: Path, sureness: Sureness, numbers: Numbers, sources: list[object]) -> None:
    """Write the weights with what they were learned from."""
    saved = {
        "made_by": "python -m bench.accuracy.train_sureness",
        "learned_from": {
            "pictures": {**NUMBERS, **EMPTY},
            "kept_aside": f"every seed that leaves {ASIDE - 1} when divided by {ASIDE}",
            "numbers_read": len(numbers.right),
            "files": {
                Path(str(source)).name: sha256_of(Path(str(source)))
                for source in sources
                if source is not None
            },
        },
        "names": list(NAMES),
        **{
            name: [round(float(value), 5) for value in getattr(sureness, name)]
            for name in ("centre", "scale", "right", "number")
        },
    }
    file.write_text(json.dumps(saved, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
