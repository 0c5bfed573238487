"""How `weights/pictures` is made.

    python -m bench.accuracy.train_pictures digit-recognizer.zip swiss_numbers.npz WORK

Lays out the digits of four of the seven writers of kensanata's "numbers" (public domain) as tiles
under WORK, and trains the recipe `ink` on them and on train.csv; the other three writers stay
unseen, for measuring. Each digit is there twice: framed as tenfold frames pictures, and with the
thin strokes of its pen left as they are. `swiss_numbers.npz` holds `images` uint8 [n, 56, 56],
dark on white, `labels` and `person`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from bench.fixtures.writers import WRITERS, framed_tile, thin_tile


def lay_out(swiss: str, work: Path) -> list[Path]:
    """Write the digits of WRITERS as folders of tiles by class; return the folders."""
    folders = []
    with np.load(swiss, allow_pickle=False) as arrays:
        chosen = np.isin(arrays["person"], WRITERS)
        rows, images = np.flatnonzero(chosen), arrays["images"][chosen]
        labels, people = arrays["labels"][chosen], arrays["person"][chosen]
    for name, framed in (("thin", thin_tile), ("framed", framed_tile)):
        folders.append(work / name)
        for row, image, label, person in zip(rows, images, labels, people, strict=True):
            place = work / name / str(label)
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(framed(image)).save(place / f"{person}-{row}.png")
    return folders


def main(data: str, swiss: str, folder: str) -> None:
    work = Path(folder)
    sources = [data, *map(str, lay_out(swiss, work))]
    train = ["train", *sources, "--recipe", "pictures", "--out", str(work / "run")]
    subprocess.run([sys.executable, "-m", "tenfold", *train], check=True)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(
            "usage: python -m bench.accuracy.train_pictures digit-recognizer.zip "
            "swiss_numbers.npz WORK"
        )
    main(*sys.argv[1:])
