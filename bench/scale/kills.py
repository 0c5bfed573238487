"""Kill `tenfold score` at random moments, run it again, and compare the bytes with an unbroken run.

    python -m bench.scale.kills digit-recognizer.zip --kills 20
    python -m bench.scale.kills FOLDER --pictures --rows 300 --kills 20

Each time the job begins anew with one or two workers, is ended by SIGKILL at a moment between its
start and its usual end, and is run again with two or one. Prints a line for each kill and ends in
one JSON line.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.scale.made_rows import write_csv
from tenfold.scale.inputs.picture_names import list_folder
from tenfold.sources import open_digits


def content_of(folder: Path, pattern: str = "**/*") -> dict[str, bytes]:
    """Return the files of a folder that match a pattern, by their paths in it."""
    files = (path for path in folder.glob(pattern) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def pictures_of(folder: str, count: int) -> list[str]:
    """So many of the pictures in a folder and below, taken evenly."""
    names = list_folder(folder).names
    return [f"{folder}/{names[place * len(names) // count]}" for place in range(count)]


def prepared(given: argparse.Namespace, work: Path) -> list[str]:
    """The input of the job and its options."""
    if given.pictures:
        (work / "pictures").mkdir()
        for number, path in enumerate(pictures_of(given.data, given.rows)):
            shutil.copy(path, work / "pictures" / f"{number:04d}{Path(path).suffix}")
        return [str(work / "pictures"), "--pictures", "--shard-rows", str(given.rows // 15)]
    images = open_digits(given.data, ("train",)).training_rows().images
    with (work / "rows.csv").open("wb") as file:
        write_csv(images, given.rows, file)
    return [str(work / "rows.csv"), "--shard-rows", "1000"]


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill and resume tenfold score.")
    parser.add_argument("data", help="digit-recognizer.zip, or a folder of pictures")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rows", type=int, default=20_000, help="or pictures")
    parser.add_argument("--pictures", action="store_true", help="read whole pictures")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    moments = random.Random(given.seed)
    same = left = 0
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        command = [sys.executable, "-m", "tenfold", "score", *prepared(given, work), "--quiet"]

        def job(out: str, workers: int) -> list[str]:
            return [*command, "--workers", str(workers), "-o", str(work / out)]

        seconds = []
        for workers in (1, 2):
            began = time.monotonic()
            subprocess.run(job(f"whole-{workers}", workers), check=True)
            seconds.append(time.monotonic() - began)
        whole = content_of(work / "whole-1")
        unbroken = content_of(work / "whole-2") == whole
        print(f"one and two workers: {'the same' if unbroken else 'OTHER'} bytes", flush=True)
        for number in range(given.kills):
            workers = 2 - number % 2  # what is killed with two goes on with one, and the reverse
            out = work / f"out-{number}"
            process = subprocess.Popen(job(out.name, workers))
            time.sleep(moments.uniform(0.05, 0.95) * seconds[workers - 1])
            process.kill()
            process.wait()
            journal = out / "parts.jsonl"
            done = journal.read_bytes().count(b"\n") if journal.exists() else 0
            subprocess.run(job(out.name, 3 - workers), check=True)
            equal = content_of(out) == whole
            same, left = same + equal, left + done
            print(
                f"kill {number}: {done} parts were done; {'the same' if equal else 'OTHER'} bytes",
                flush=True,
            )
            shutil.rmtree(out)
    told = {"kills": given.kills, "same": same, "parts_done_before": left}
    print(json.dumps(told | {"one_and_two_workers_same": unbroken}))


if __name__ == "__main__":
    main()
