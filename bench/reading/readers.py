"""Other readers of pictures beside tenfold, and what each needs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from bench.reading.case import Case
from bench.reading.usual_framing import resized, thresholded
from tenfold.classifier import Classifier
from tenfold.framing import Picture, open_picture
from tenfold.framing.frame import Tile

PEERS = Path(__file__).parents[1] / "peers"
ENLARGED = 112  # pixels: smaller pictures are enlarged for OCR, which is made for pages
SHRUNK = 1000  # pixels: larger ones are made smaller
BORDER = 0.25  # of the longer side: paper around a picture, as OCR expects it around a line
LOOK_ALIKES = str.maketrans("oOQDо。〇○lI|丨zZsSbBgq", "00000000111122556899")

Read = Callable[[Sequence[Case]], list[str]]


@dataclass(frozen=True)
class Reader:
    """`read` gives the digits of each picture, as text. `missing` says what to install or do."""

    title: str
    read: Read
    missing: str | None = None
    singles_only: bool = False


@dataclass(frozen=True)
class Programs:
    """`trained`: the folder that train_peer.py leaves of keras_notebook."""

    keras: Path
    trained: Path | None
    ocr: Path
    tesseract: str


def readers(programs: Programs) -> list[Reader]:
    no_notebook = _absent(programs.keras, "requirements.txt")
    if programs.trained is None or not (programs.trained / "result.json").exists():
        no_notebook = "train it with bench/peers/train_peer.py, then --notebook FOLDER"
    no_ocr = _absent(programs.ocr, "requirements-ocr.txt")
    no_tesseract = None if shutil.which(programs.tesseract) else "install tesseract-ocr"
    return [
        Reader("rows, resized", partial(rows_model, resized), singles_only=True),
        Reader("rows, Otsu", partial(rows_model, thresholded), singles_only=True),
        Reader("notebook, resized", partial(notebook, programs, resized), no_notebook, True),
        Reader("notebook, Otsu", partial(notebook, programs, thresholded), no_notebook, True),
        Reader("Tesseract", partial(tesseract, programs.tesseract), no_tesseract),
        Reader("RapidOCR", partial(rapid_ocr, programs.ocr), no_ocr),
    ]


def _absent(python: Path, requirements: str) -> str | None:
    if python.exists():
        return None
    return f"no {python}: make that environment with -r bench/peers/{requirements}"


def rows_model(frame: Callable[[Picture], Tile], cases: Sequence[Case]) -> list[str]:
    tiles = np.stack([frame(picture_of(case)) for case in cases])
    return [str(digit) for digit in Classifier.load("mnist").predict(tiles)]


def notebook(
    programs: Programs, frame: Callable[[Picture], Tile], cases: Sequence[Case]
) -> list[str]:
    assert programs.trained is not None
    result = json.loads((programs.trained / "result.json").read_text(encoding="utf-8"))
    checkpoint = programs.trained / result["checkpoint"]
    with tempfile.TemporaryDirectory() as folder:
        tiles = Path(folder, "tiles.npy")
        np.save(tiles, np.stack([frame(picture_of(case)) for case in cases]))
        program = PEERS / "keras_tiles.py"
        digits = json.loads(output_of(programs.keras, program, checkpoint, tiles))
    return [str(digit) for digit in digits]


def tesseract(program: str, cases: Sequence[Case]) -> list[str]:
    """Read with Tesseract, which is told whether there is one digit (psm 10) or a number (psm 6, a
    block: some have rows)."""
    texts = dict.fromkeys(range(len(cases)), "")
    with tempfile.TemporaryDirectory() as folder:
        paths = written(cases, folder)
        for mode, single in (("10", True), ("6", False)):
            chosen = [i for i, case in enumerate(cases) if (len(case.label) == 1) == single]
            if not chosen:
                continue
            listed = Path(folder, f"{mode}.txt")
            listed.write_text("".join(f"{paths[i]}\n" for i in chosen), encoding="utf-8")
            options = ("--psm", mode, "-c", "tessedit_char_whitelist=0123456789")
            pages = output_of(program, listed, "stdout", *options).split("\f")[: len(chosen)]
            texts |= dict(zip(chosen, pages, strict=True))
    return [digits_in(text) for text in texts.values()]


def rapid_ocr(python: Path, cases: Sequence[Case]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        written(cases, folder)
        texts = json.loads(output_of(python, PEERS / "rapid_ocr.py", folder))
    return [digits_in(text) for text in texts]


def digits_in(text: str) -> str:
    """Return the digits of what OCR read; a letter that looks like a digit counts as it."""
    return "".join(c for c in text.translate(LOOK_ALIKES) if c in "0123456789")


def picture_of(case: Case) -> Picture:
    return open_picture(case.content, case.name)


def written(cases: Sequence[Case], folder: str) -> list[Path]:
    """Write the pictures as files for OCR, whose names follow their order."""
    paths = [Path(folder, f"{number:05d}.png") for number in range(len(cases))]
    for path, case in zip(paths, cases, strict=True):
        for_ocr(picture_of(case)).save(path)
    return paths


def for_ocr(picture: Picture) -> Image.Image:
    """Bring the picture to a medium size, with paper around it."""
    image = Image.fromarray(picture.pixels)
    side = max(image.size)
    scale = min(max(side, ENLARGED), SHRUNK) / side
    image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    pixels = np.asarray(image)
    ring = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    paper = np.atleast_1d(np.median(ring, axis=0).astype(np.uint8))
    border = round(BORDER * max(image.size))
    size = (image.width + 2 * border, image.height + 2 * border)
    sheet = Image.new(image.mode, size, tuple(paper.tolist()))
    sheet.paste(image, (border, border))
    return sheet


def output_of(*command: object) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        sys.exit(f"{words[0]}: {done.stderr.strip()[-500:]}")
    return done.stdout
