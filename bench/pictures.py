"""How well pictures are read, source by source.

    python bench/pictures.py ../shared/photos [--model ink] [--out DIR] [--made N [--things DIR]]

Reads every labelled picture (folders with a labels.csv, and swiss_numbers.npz) and prints, for each
folder, source and kind: how many pictures, right when forced to answer (the likeliest class of
every digit found; a number is right when all of it is), how many were answered in full and how many
of these were right. The figure of a folder, and that of all real ones together without the Swiss
writers that the model `ink` learned from, is the mean over its sources. --made adds pictures made
here (made_pictures.py): papers that the others lack, and pictures with no digit on them, some of
them cut from the photographs in --things. --out writes a sheet of the stages of every miss, and a
list of them. Ends in one JSON line.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tenfold.environment import describe
from tenfold.errors import TenfoldError
from tenfold.metrics import calibration
from tenfold.reading.number import Reading
from tenfold.reading.reader import Reader, load
from tenfold.reading.sheet import write_sheet
from train_ink import WRITERS

FOLDERS = ("photographed", "drawn", "numbers")
SWISS = "swiss_numbers.npz"
SEEN, UNSEEN = "swiss, learned from", "swiss, unseen"  # by the model `ink`
REAL = (*FOLDERS, UNSEEN)


@dataclass(frozen=True)
class Case:
    """A picture (a file's bytes) and what is written on it: '' for nothing to read."""

    folder: str
    source: str
    kind: str
    name: str
    label: str
    content: bytes


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


def labelled(root: Path, folder: str) -> Iterator[Case]:
    with (root / folder / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            content = (root / folder / row["file"]).read_bytes()
            yield Case(folder, row["source"], row["kind"], row["file"], row["label"], content)


def swiss(root: Path) -> Iterator[Case]:
    stored = np.load(root / SWISS)
    for i, (image, label, person) in enumerate(
        zip(stored["images"], stored["labels"], stored["person"], strict=True)
    ):
        folder = SEEN if person in WRITERS else UNSEEN
        yield Case(folder, f"person {person}", "pen", f"{i}", str(label), png(image))


def png(image: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.asarray(image)).save(file, "PNG")
    return file.getvalue()


def judge(reader: Reader, case: Case, *, stages: bool = False) -> Result:
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
    """The share that was read right, as the mean over sources."""
    return mean(mean(r.right for r in group) for group in sources_of(results))


def summary(results: Sequence[Result]) -> dict[str, Any]:
    """Means over sources; and what was answered, over all pictures."""
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
    """A sheet of the stages of every miss, headed by what is right; and a list of all,
    misses.csv, with those that could not be opened."""
    out.mkdir(parents=True, exist_ok=True)
    rows = [("sheet", "folder", "source", "kind", "file", "right", "read", "confidence", "notes")]
    for result in results:
        if result.right:
            continue
        case, again = result.case, judge(reader, result.case, stages=True)
        name = f"{case.folder}_{case.label or 'none'}_read_{again.forced or 'none'}"
        name, notes = f"{name}_{Path(case.name).stem[-40:]}.png", "could not be read"
        if again.reading is None:
            name = ""
        else:
            right = f"{case.name}, which shows {case.label or 'nothing'}"
            write_sheet(out / name, replace(again.reading, file=right))
            notes = ", ".join(note for digit in again.reading for note in digit.notes)
        where = (case.folder, case.source, case.kind, case.name)
        rows.append((name, *where, case.label, again.forced, f"{again.confidence:.3f}", notes))
    with (out / "misses.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def cases_of(root: Path, made: int, things: Path | None = None) -> Iterator[Case]:
    for folder in FOLDERS:
        if (root / folder).is_dir():
            yield from labelled(root, folder)
    if (root / SWISS).is_file():
        yield from swiss(root)
        if made:
            from made_pictures import made_cases

            yield from made_cases(root / SWISS, made, things=things)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("root", type=Path)
    parser.add_argument("--model", default="ink")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--made", type=int, default=0, metavar="N", help="pictures of each kind")
    parser.add_argument("--things", type=Path, help="a folder of photographs of other things")
    parser.add_argument("--only", nargs="*", help="folders")
    arguments = parser.parse_args()
    reader = load(arguments.model)
    results = [
        judge(reader, case)
        for case in cases_of(arguments.root, arguments.made, arguments.things)
        if not arguments.only or case.folder in arguments.only
    ]
    table(results)
    folders = sorted({result.case.folder for result in results})
    summaries = {f: summary([r for r in results if r.case.folder == f]) for f in folders}
    if real := [r for r in results if r.case.folder in REAL]:
        summaries["all real, writers unseen"] = summary(real)
    for folder, numbers in summaries.items():
        shown = {k: round(v, 4) if isinstance(v, float) else v for k, v in numbers.items()}
        print(folder, shown)
    if arguments.out:
        write_misses(reader, results, arguments.out)
    facts = {"model": reader.classifier.model.version, "folders": summaries}
    print(json.dumps({"bench": "pictures", **facts, "environment": describe()}))


if __name__ == "__main__":
    main()
