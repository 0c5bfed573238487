"""What a reader said of a picture, beside what is written on it; and the shares that were right."""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.reading.case import Case
from tenfold.errors import TenfoldError
from tenfold.metrics import calibration
from tenfold.reading.answers.number import Reading
from tenfold.reading.explanation import write_explanation
from tenfold.reading.reader import Reader


@dataclass(frozen=True)
class Result:
    case: Case
    forced: str
    answered: bool  # every digit found has an answer
    confidence: float
    seconds: float
    reading: Reading | None

    @property
    def right(self) -> bool:
        return self.forced == self.case.label


def read_case(reader: Reader, case: Case, *, stages: bool = False) -> Result:
    """Read a case, with the likeliest digit where there is no answer. A picture that cannot be
    opened reads as ''."""
    begin = time.perf_counter()
    try:
        found = reader.find(case.content, file=case.name, stages=stages)
        reading = reader.answer(found, reader.classifier.outputs(found.tiles))
    except TenfoldError:
        return Result(case, "", False, 0.0, time.perf_counter() - begin, None)
    seconds = time.perf_counter() - begin
    digits = [digit for digit in reading if digit.reason != "not_a_digit"]
    return Result(
        case,
        "".join(str(digit.likeliest) for digit in digits),
        bool(digits) and all(digit.reason is None for digit in digits),
        float(np.prod([digit.probability for digit in digits])) if digits else 0.0,
        seconds,
        reading,
    )


def mean(values: Iterable[float]) -> float:
    listed = list(values)
    return float(np.mean(listed)) if listed else float("nan")


def sources_of(results: Sequence[Result]) -> list[list[Result]]:
    by_source = defaultdict(list)
    for result in results:
        by_source[result.case.source].append(result)
    return list(by_source.values())


def right_over_sources(results: Sequence[Result]) -> float:
    """Return the share that was read right, as the mean over sources."""
    return mean(mean(r.right for r in group) for group in sources_of(results))


def summary(results: Sequence[Result]) -> dict[str, Any]:
    """Summarise results: means over sources, and counts of wrong answers over all pictures."""
    sources = sources_of(results)
    digits = [r for r in results if len(r.case.label) == 1 and len(r.forced) == 1]
    answered = [mean(r.answered for r in group) for group in sources]
    right = [
        mean(r.right for r in group if r.answered)
        for group in sources
        if any(r.answered for r in group)
    ]
    confidence = np.array([r.confidence for r in digits])
    return {
        "pictures": len(results),
        "sources": len(sources),
        "right": right_over_sources(results),
        "answered": mean(answered),
        "right_of_answered": mean(right),
        "answered_wrong": sum(r.answered and not r.right for r in results),
        "ece": calibration(confidence, np.array([r.right for r in digits])).ece if digits else None,
        "ms_median": 1000 * float(np.median([r.seconds for r in results])),
        "ms_max": 1000 * max(r.seconds for r in results),
    }


def table(results: Sequence[Result]) -> None:
    groups = defaultdict(list)
    for result in results:
        groups[result.case.folder, result.case.source, result.case.kind].append(result)
    print(
        f"{'folder':20}{'source':34}{'kind':17}{'n':>5} {'right':>7} {'answered':>9} {'wrong':>6}"
    )
    for (folder, source, kind), group in sorted(groups.items()):
        print(
            f"{folder:20}{source[:32]:34}{kind:17}{len(group):5}"
            f" {mean(r.right for r in group):7.1%}"
            f" {mean(r.answered for r in group):9.1%}"
            f" {sum(r.answered and not r.right for r in group):6}"
        )


def write_misses(reader: Reader, results: Sequence[Result], out: Path) -> None:
    """Write a sheet of the stages of every miss, headed by the right answer, and misses.csv, a list
    of all with those that could not be opened."""
    out.mkdir(parents=True, exist_ok=True)
    rows = [("sheet", "folder", "source", "kind", "file", "right", "read", "confidence", "notes")]
    for result in results:
        if result.right:
            continue
        case, again = result.case, read_case(reader, result.case, stages=True)
        name = f"{case.folder}_{case.label or 'none'}_read_{again.forced or 'none'}"
        name, notes = f"{name}_{Path(case.name).stem[-40:]}.png", "could not be read"
        if again.reading is None:
            name = ""
        else:
            right = f"{case.name}, which shows {case.label or 'nothing'}"
            write_explanation(out / name, replace(again.reading, file=right))
            notes = ", ".join(note for digit in again.reading for note in digit.notes)
        where = (case.folder, case.source, case.kind, case.name)
        rows.append((name, *where, case.label, again.forced, f"{again.confidence:.3f}", notes))
    with (out / "misses.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
