"""How `weights/ink` is made: python bench/train_ink.py digit-recognizer.zip swiss_numbers.npz WORK

Lays out the digits of four of the seven writers of kensanata's "numbers" (public domain) as tiles
under WORK, and trains the recipe `ink` on them and on train.csv; the other three writers stay
unseen, for measuring. Each digit is there twice: framed as tenfold frames pictures, and with the
thin strokes of its pen left as they are. `swiss_numbers.npz` holds `images` uint8 [n, 56, 56],
dark on white, `labels` and `person`.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from tenfold.framing import frame_ink, open_picture, tile_of

WRITERS = ("0001_CH4M", "0007_CH3M", "0010_CH3M", "0013_CH3M")
PAPER_SHARE = 0.15  # of the strongest contrast; weaker is paper

Picture = npt.NDArray[np.uint8]


def thin_tile(picture: Picture) -> Picture:
    """Framed without a change of its strokes."""
    contrast = float(np.median(picture[0])) - picture.astype(np.float32)
    ink = np.clip((contrast / contrast.max() - PAPER_SHARE) / (1 - PAPER_SHARE), 0, 1)
    return frame_ink((255 * ink).round().astype(np.uint8))


def framed_tile(picture: Picture) -> Picture:
    """Framed as `tenfold read` does."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return tile_of(open_picture(file.getvalue(), "picture"))


def lay_out(swiss: str, work: Path) -> list[Path]:
    """Folders of tiles by class, of the WRITERS."""
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
    train = ["train", *sources, "--recipe", "ink", "--out", str(work / "run")]
    subprocess.run([sys.executable, "-m", "tenfold", *train], check=True)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: python bench/train_ink.py digit-recognizer.zip swiss_numbers.npz WORK")
    main(*sys.argv[1:])
