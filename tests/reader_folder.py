"""The folder in which the commands of the documents are tried: every file that they name, in small.

What stands in: 200 rows of drawn digits for Kaggle's train.csv, and trainings of one epoch of a
network 16 channels wide for every recipe. The pictures are those of `examples/pictures`, as the
documents say.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import tenfold
from code_blocks import ROOT
from conftest import REAL_ZIP, csv_text, drawn_digits, edited_csv, paint, write_kaggle_zip
from data_forms import fractions, label_first, label_last, text
from picture_folders import save
from tenfold.digits import Digits, join
from tenfold.recipes import RECIPES
from tenfold.recipes.fine_tuning import FINE_TUNING
from tenfold.sources.sample import read_sample

PICTURES = ROOT / "examples" / "pictures"
SMALL = {"channels": 16, "batch_size": 128, "epochs": 1, "steps_min": 0, "members": 1}


def shrink_recipes(patch: pytest.MonkeyPatch) -> None:
    """Every recipe, and fine-tuning, trains for a second."""
    for name, recipe in RECIPES.items():
        small = SMALL if recipe.network != "notebook" else {"epochs": 1}
        patch.setitem(RECIPES, name, recipe.replace(small))
    patch.setitem(FINE_TUNING, "steps_min", 2)


def write_labelled_pictures(folder: Path, digits: Digits) -> None:
    """`0/0.png` and so on: as `serve --keep` stores corrections."""
    for number, (image, label) in enumerate(zip(digits.images, digits.labelled(), strict=True)):
        place = folder / str(label)
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(place / f"{number}.png")


def prepare(folder: Path) -> None:
    """Write all data files, and a finished run, runs/mine."""
    folder.mkdir()
    for path in PICTURES.iterdir():
        shutil.copy(path, folder)
    shutil.copy(folder / "photo.jpg", folder / "scan.jpg")
    shutil.copy(folder / "form.pdf", folder / "forms.pdf")
    shutil.copy(folder / "photo.jpg", folder / "form.jpg")
    for name in ("scans", "more-scans"):
        (folder / name).mkdir()
        shutil.copy(folder / "card.png", folder / name / "1.png")
    pages = [paint("3", 120), paint("8", 120)]
    pages[0].save(folder / "scans.tif", save_all=True, append_images=pages[1:])
    paint("7", 120).save(folder / "drawing.png")

    train, test = drawn_digits(200), drawn_digits(40, seed=1)
    write_kaggle_zip(folder / "digit-recognizer.zip", train, Digits(test.images, None))
    with zipfile.ZipFile(folder / "digit-recognizer.zip") as archive:
        archive.extractall(folder)
    for seed, name in enumerate(("mine", "new", "labelled", "validation"), 2):
        (folder / f"{name}.csv").write_text(csv_text(drawn_digits(100, seed=seed)))
    write_labelled_pictures(folder / "more", drawn_digits(60, seed=7))
    write_labelled_pictures(folder / "corrections", drawn_digits(40, seed=8))

    def spoil(table: list[list[str]]) -> None:
        table[4][1] = "x"

    edited_csv(folder / "broken.csv", spoil)
    digits = drawn_digits(300, seed=9)
    (folder / "digits.txt").write_text(text(fractions(digits), separator=";"))
    digits.images[:, 27, 27] = np.arange(300) % 7  # as if the last pixel were a label too
    (folder / "numbers.csv").write_text(text(label_first(digits)))
    (folder / "no-header.csv").write_text(text(label_last(digits)))
    (folder / "days").mkdir()
    shutil.copy(folder / "test.csv", folder / "days" / "1.csv")
    (folder / "deploy").mkdir()
    sample, _ = read_sample()
    turned = Digits(sample.images[:100].transpose(0, 2, 1).copy(), sample.labelled()[:100])
    (folder / "emnist-digits-test.csv").write_text(text(label_first(turned)))
    for row, name in enumerate(("0_1", "0_2", "1_1")):  # label and counter both digits
        save(sample, row, folder / "pairs" / f"{name}.png")
    write_seen_rows(folder)
    tile = digits.images[0].tolist()
    (folder / "tiles.json").write_text(json.dumps({"images": [tile]}))
    (folder / "token.txt").write_text("sesame\n")
    tenfold.train(folder / "digit-recognizer.zip", "fast", out=folder / "runs" / "mine")
    shutil.copytree(folder / "runs" / "mine" / "model", folder / "downloaded-model")


def write_seen_rows(folder: Path) -> None:
    """mixed.csv: 100 rows that the shipped model was trained on among 900 that it has not seen."""
    if REAL_ZIP.exists():
        with zipfile.ZipFile(REAL_ZIP) as archive, archive.open("train.csv") as file:
            lines = [file.readline().decode() for _ in range(101)]
        seen = np.array([line.split(",") for line in lines[1:]], dtype=np.int64)
        known = Digits(seen[:, 1:].reshape(-1, 28, 28).astype(np.uint8), seen[:, 0])
        mixed = join([known, drawn_digits(900, seed=10)])
    else:
        mixed = drawn_digits(1000, seed=10)
    (folder / "mixed.csv").write_text(csv_text(mixed))


def put_kaggle_data(folder: Path) -> None:
    """Kaggle's own test.csv in the place of the small one."""
    with zipfile.ZipFile(REAL_ZIP) as archive:
        archive.extract("test.csv", folder)
