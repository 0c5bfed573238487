"""How well pictures are read, source by source.

    python bench/pictures.py ../shared/photos [--model ink] [--out DIR] [--made N [--things DIR]]

Reads every labelled picture (folders with a labels.csv, and swiss_numbers.npz) and prints, for each
folder, source and kind: how many pictures, right when forced to answer (the likeliest class of
every digit found; a number is right when all of it is), how many were answered in full and how many
of these were right. A second table has numbers, single digits and pictures with nothing to read
apart: exact, answered, right of the answered. The figure of a folder, and that of all real ones
together without the Swiss writers that the model `ink` learned from, is the mean over its sources;
`amounts` and `wild` are not among the real ones, which earlier records have. --made adds pictures
made here (reading/made_cases.py): papers that the others lack, and pictures with no digit on them,
some of them cut from the photographs in --things. --out writes a sheet of the stages of every miss,
and a list of them. Ends in one JSON line.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

if not __package__:  # run by its path: the package `bench` is beside it
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.reading.cases import REAL, cases_of
from bench.reading.numbers import numbers_table
from bench.reading.results import read_case, summary, table, write_misses
from tenfold.environment import describe
from tenfold.reading.reader import load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("root", type=Path)
    parser.add_argument("--model", default="pictures")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--made", type=int, default=0, metavar="N", help="pictures of each kind")
    parser.add_argument("--things", type=Path, help="a folder of photographs of other things")
    parser.add_argument("--only", nargs="*", help="folders")
    arguments = parser.parse_args()
    reader = load(arguments.model)
    results = [
        read_case(reader, case)
        for case in cases_of(arguments.root, arguments.made, arguments.things)
        if not arguments.only or case.folder in arguments.only
    ]
    table(results)
    groups = numbers_table(results)
    folders = sorted({result.case.folder for result in results})
    summaries = {f: summary([r for r in results if r.case.folder == f]) for f in folders}
    if real := [r for r in results if r.case.folder in REAL]:
        summaries["all real, writers unseen"] = summary(real)
    for folder, numbers in summaries.items():
        shown = {k: round(v, 4) if isinstance(v, float) else v for k, v in numbers.items()}
        print(folder, shown)
    if arguments.out:
        write_misses(reader, results, arguments.out)
    facts = {"model": reader.classifier.model.version, "folders": summaries, "groups": groups}
    print(json.dumps({"bench": "pictures", **facts, "environment": describe()}))


if __name__ == "__main__":
    main()
