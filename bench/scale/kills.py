"""Kill `tenfold score` at random moments, run it again, and compare the bytes with an unbroken run.

    python -m bench.scale.kills digit-recognizer.zip --kills 20

Each time the job begins anew, is ended by SIGKILL at a moment between its start and its usual end,
and is run again. Prints a line for each kill and ends in one JSON line.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.scale.made_rows import write_csv
from tenfold.sources import open_digits


def content_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill and resume tenfold score.")
    parser.add_argument("data", help="digit-recognizer.zip")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    moments = random.Random(given.seed)
    images = open_digits(given.data, ("train",)).training_rows().images
    same = left = 0
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        with (work / "rows.csv").open("wb") as file:
            write_csv(images, given.rows, file)
        command = [sys.executable, "-m", "tenfold", "score", str(work / "rows.csv"), "--quiet"]
        command += ["--shard-rows", "1000", "--workers", "2", "-o"]
        began = time.monotonic()
        subprocess.run([*command, str(work / "whole")], check=True)
        usual = time.monotonic() - began
        whole = content_of(work / "whole")
        for number in range(given.kills):
            out = work / f"out-{number}"
            process = subprocess.Popen([*command, str(out)])
            time.sleep(moments.uniform(0.05, 0.95) * usual)
            process.kill()
            process.wait()
            journal = out / "parts.jsonl"
            done = journal.read_bytes().count(b"\n") if journal.exists() else 0
            subprocess.run([*command, str(out)], check=True)
            equal = content_of(out) == whole
            same, left = same + equal, left + done
            print(
                f"kill {number}: {done} parts were done; {'the same' if equal else 'OTHER'} bytes"
            )
    print(json.dumps({"kills": given.kills, "same": same, "parts_done_before": left}))


if __name__ == "__main__":
    main()
