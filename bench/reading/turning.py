"""How many turned pictures are found upright.

    python -m bench.reading.turning ../shared/photos [--folders amounts numbers wild ...]

Each labelled picture is turned clockwise by 0, 90, 180 and 270 degrees and opened as `tenfold read`
opens it. Prints for each folder, numbers and single digits apart, how many came upright of each
turn; the pictures as they are must not be turned. Ends in one JSON line.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from bench.reading.cases import FOLDERS, labelled
from tenfold.environment import describe
from tenfold.framing import open_picture
from tenfold.reading.opening.opening import find
from tenfold.reading.opening.turning import turned

TURNS = (0, 90, 180, 270)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("root", type=Path)
    parser.add_argument("--folders", nargs="*", default=FOLDERS)
    arguments = parser.parse_args()
    right: Counter[tuple[str, int]] = Counter()
    pictures: Counter[str] = Counter()
    for folder in arguments.folders:
        for case in labelled(arguments.root, folder):
            if not case.label:
                continue
            group = f"{folder}, {'number' if len(case.label) > 1 else 'single digit'}"
            pixels = open_picture(case.content, case.name).pixels
            pictures[group] += 1
            for turn in TURNS if len(case.label) > 1 else TURNS[:1]:
                found = find(turned(pixels, turn), file=case.name)
                right[group, turn] += (found.turn + turn) % 360 == 0
    print(f"{'found upright of those turned by':34}{'n':>5}" + "".join(f"{t:>7}" for t in TURNS))
    for group, count in pictures.items():
        cells = [f"{right[group, t]:7}" if (group, t) in right else " " * 7 for t in TURNS]
        print(f"{group:34}{count:5}{''.join(cells)}")
    found_upright = {group: [right[group, turn] for turn in TURNS] for group in pictures}
    facts = {"pictures": pictures, "upright": found_upright}
    print(json.dumps({"bench": "turning", **facts, "environment": describe()}))


if __name__ == "__main__":
    main()
