"""How well tenfold and others read the same pictures.

    python bench/picture_peers.py ../shared/photos [--notebook TRAINED] [--each 3] [--keep]
        [--only amounts numbers wild] [--record NAME]

The others are networks trained on MNIST alone behind the two ways in which tutorials bring a
picture to 28 x 28 (reading/usual_framing.py): tenfold's own `mnist`, and the notebook's (TRAINED is
what peers/train_peer.py leaves of keras_notebook); and general OCR: Tesseract, held to digits, and
RapidOCR. Whoever is not installed is skipped, and said so. All answers are forced and scored as
pictures.py scores them: a number is right when all of it is; the mean over sources, and that of
each kind. Everyone is given pictures as tenfold opens them (turned by EXIF, transparent laid on
paper). Seconds a picture are of the whole job over its pictures, start and opening included.
Prints a table and ends in one JSON line; --keep writes both to records/<date>_NAME. --only chooses
folders; of pictures with nothing to read none is asked about.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

if not __package__:  # run by its path: the package `bench` is beside it
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.reading.case import Case
from bench.reading.cases import SEEN, cases_of
from bench.reading.readers import Programs, Reader, output_of, readers
from bench.reading.results import Result, mean, read_case, right_over_sources, sources_of
from tenfold.environment import describe
from tenfold.files import staged_folder, write_whole
from tenfold.reading.reader import load

RECORDS = Path(__file__).parent / "records"
OURS = ("README.md", "picture-peers.json")
PAGE = """# tenfold and others on the same pictures, {date}

`{command}`; {machine}; {versions}. Answers forced. {trained}
Everyone is given pictures as tenfold opens them; OCR with a margin, small ones enlarged, and
letters that look like digits counted as these; Tesseract is told whether there is one digit or a
number, and who reads tiles is given single digits only. tenfold's framing was made while looking
at these pictures.

{table}
"""

Group = tuple[str, ...]  # a folder, or a folder and a kind


def some_of(
    cases: Iterable[Case], each: int | None, only: Sequence[str] | None = None
) -> list[Case]:
    """Draw at most `each` cases of a source by chance, without the Swiss writers that the model
    `ink` learned from, and without pictures of nothing."""
    by_source: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        if only and case.folder not in only:
            continue
        if case.folder not in ("nothing", SEEN) and case.label:
            by_source.setdefault((case.folder, case.source), []).append(case)
    chance = Random(0)  # the same for all, each time
    return [
        case
        for own in by_source.values()
        for case in (own if each is None else chance.sample(own, min(each, len(own))))
    ]


def read_by(reader: Reader, cases: Sequence[Case]) -> list[Result]:
    """Read the pictures that the reader is made for."""
    chosen = [case for case in cases if len(case.label) == 1 or not reader.singles_only]
    begin = time.perf_counter()
    texts = reader.read(chosen) if chosen else []
    seconds = (time.perf_counter() - begin) / max(1, len(chosen))
    return [
        Result(case, text, bool(text), 0.0, seconds, None)
        for case, text in zip(chosen, texts, strict=True)
    ]


def in_groups(results: Sequence[Result]) -> dict[Group, list[Result]]:
    """Group results by folder, each followed by its kinds."""
    groups: dict[Group, list[Result]] = {}
    for result in results:
        case = result.case
        for group in ((case.folder,), (case.folder, case.kind)):
            groups.setdefault(group, []).append(result)
    return dict(sorted(groups.items()))


def shares(results: dict[str, list[Result]]) -> dict[Group, dict[str, float]]:
    """Return for each group the share that each reader read right."""
    found: dict[Group, dict[str, float]] = {}
    for title, read in results.items():
        for group, part in in_groups(read).items():
            found.setdefault(group, {})[title] = right_over_sources(part)
    return dict(sorted(found.items()))


def table(results: dict[str, list[Result]]) -> str:
    """Format in Markdown a line a group of pictures, a column a reader. `tenfold` reads all."""
    head = ["right, mean over sources", "pictures", "sources", *results]
    lines = [head, ["---"] * len(head)]
    measured = shares(results)
    for group, part in in_groups(results["tenfold"]).items():
        own = measured[group]
        cells = [f"{own[title]:.1%}" if title in own else "" for title in results]
        name = group[0] if len(group) == 1 else f"- {group[1]}"
        lines.append([name, str(len(part)), str(len(sources_of(part))), *cells])
    seconds = [f"{mean(r.seconds for r in own):.3f}" for own in results.values()]
    lines.append(["seconds a picture", "", "", *seconds])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def everybody(cases: Sequence[Case], programs: Programs) -> dict[str, list[Result]]:
    """Read the cases with every reader, tenfold first; those that are absent are named on
    stderr."""
    tenfold = load("pictures")
    results = {"tenfold": [read_case(tenfold, case) for case in cases]}
    for reader in readers(programs):
        if reader.missing:
            print(f"{reader.title}: skipped: {reader.missing}", file=sys.stderr)
            continue
        results[reader.title] = read_by(reader, cases)
        print(f"{reader.title} has read", file=sys.stderr, flush=True)
    return results


def about_notebook(trained: Path | None) -> dict[str, Any] | None:
    """Return how far the notebook's network was trained, and its hits on the validation rows."""
    if trained is None or not (trained / "result.json").exists():
        return None
    result = json.loads((trained / "result.json").read_text(encoding="utf-8"))
    epochs = result["epochs"]
    return {"epochs": len(epochs), "hits": epochs[-1]["hits"], "n": result["n"]}


def versions(programs: Programs) -> dict[str, str]:
    """Return the versions of the OCR programs that are there."""
    found = {}
    if shutil.which(programs.tesseract):
        said = output_of(programs.tesseract, "--version")
        found["tesseract"] = said.split()[1]
    if programs.ocr.exists():
        ask = "from importlib.metadata import version; print(version('rapidocr'))"
        found["rapidocr"] = output_of(programs.ocr, "-c", ask).strip()
    return found


def main() -> None:
    options = _parser().parse_args()
    programs = Programs(options.keras, options.notebook, options.ocr, options.tesseract)
    cases = some_of(cases_of(options.root, options.made), options.each, options.only)
    results = everybody(cases, programs)
    drawn = table(results)
    facts = {
        "bench": "picture_peers",
        "notebook": about_notebook(options.notebook),
        "versions": versions(programs),
        "right": {"/".join(group): own for group, own in shares(results).items()},
        "environment": describe(),
    }
    print(drawn, flush=True)
    if options.keep:
        folder = RECORDS / f"{datetime.now(UTC).date()}_{options.record}"
        write_record(folder, drawn, facts, force=options.force)
    print(json.dumps(facts))


def _command(words: Sequence[str]) -> str:
    """Return the command line without the paths of this machine."""
    shown = [Path(word).name if Path(word).is_absolute() else word for word in words]
    return shlex.join(["python", "bench/picture_peers.py", *shown])


def write_record(folder: Path, drawn: str, facts: dict[str, Any], *, force: bool) -> None:
    """Write the record, whole or not at all. Raises OutputError where `folder` exists (with
    `force`: is not ours)."""
    environment, notebook = facts["environment"], facts["notebook"]
    trained = "The notebook's network was not trained."
    if notebook:
        trained = (
            f"The notebook's network was trained for {notebook['epochs']} of its 30 epochs and "
            f"reads {notebook['hits'] / notebook['n']:.2%} of {notebook['n']:,} rows kept out."
        )
    page = PAGE.format(
        date=folder.name[:10],
        command=_command(sys.argv[1:]),
        machine=f"{environment['threads']} threads of {environment['cpu']}",
        versions=", ".join(f"{name} {version}" for name, version in facts["versions"].items()),
        table=drawn,
        trained=trained,
    )
    with staged_folder(folder, force=force, ours=OURS) as staged:
        write_whole(staged / "picture-peers.json", json.dumps(facts) + "\n")
        write_whole(staged / "README.md", page)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="How well tenfold and others read pictures.")
    parser.add_argument("root", type=Path, help="folder of labelled pictures")
    parser.add_argument("--notebook", type=Path, help="what train_peer.py left of keras_notebook")
    parser.add_argument("--keras", type=Path, default=Path(".venv-keras", "bin", "python"))
    parser.add_argument("--ocr", type=Path, default=Path(".venv-ocr", "bin", "python"))
    parser.add_argument("--tesseract", default="tesseract", help="the program (%(default)s)")
    parser.add_argument("--each", type=int, help="at most so many pictures of a source")
    parser.add_argument("--made", type=int, default=0, help="made pictures a kind (%(default)s)")
    parser.add_argument("--only", nargs="*", help="folders")
    parser.add_argument("--record", default="picture-peers", help="its name (%(default)s)")
    parser.add_argument("--keep", action="store_true", help="write a record")
    parser.add_argument("--force", action="store_true", help="replace the record of today")
    return parser


if __name__ == "__main__":
    main()
