"""Folders of pictures of digits in the layouts that people have, for the tests of sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tenfold.digits import Digits
from tenfold.sources.class_names import NUMBER_WORDS

Write = Callable[[Path, Digits], None]
WORDS = list(NUMBER_WORDS)


def save(digits: Digits, row: int, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(digits.images[row]).save(path)


def by_class(name: Callable[[int], str]) -> Write:
    def write(folder: Path, digits: Digits) -> None:
        for row, label in enumerate(digits.labelled().tolist()):
            save(digits, row, folder / name(label) / f"{row}.png")

    return write


def flat(name: Callable[[int, int], str]) -> Write:
    def write(folder: Path, digits: Digits) -> None:
        for row, label in enumerate(digits.labelled().tolist()):
            save(digits, row, folder / name(row, label))

    return write


def tabled(
    table: str, pictures: str = "", head: str = "filename,label", cell: str = "{}.png"
) -> Write:
    """Pictures with names that say nothing, and a table in their folder."""

    def write(folder: Path, digits: Digits) -> None:
        lines = [head] if head else []
        for row, label in enumerate(digits.labelled().tolist()):
            save(digits, row, folder / pictures / f"pic{row:03}.png")
            lines.append(f"{cell.format(f'pic{row:03}')},{label}")
        (folder / table).write_text("\n".join(lines) + "\n")

    return write


LAYOUTS: dict[str, Write] = {
    "0 to 9": by_class(str),
    "zero to nine": by_class(lambda digit: WORDS[digit]),
    "Zero to Nine": by_class(lambda digit: WORDS[digit].capitalize()),
    "digit_7": by_class(lambda digit: f"digit_{digit}"),
    "in a folder alone": by_class(lambda digit: f"my digits/{digit}"),
    "train by class": by_class(lambda digit: f"training/{digit}"),
    "7_0012.png": flat(lambda row, label: f"{label}_{row:04}.png"),
    "img_12_label_7.png": flat(lambda row, label: f"img_{row}_label_{label}.png"),
    "train, flat": flat(lambda row, label: f"train/{label}_{row:04}.png"),
    "labels.csv inside": tabled("labels.csv"),
    "labels.csv around": tabled("labels.csv", "images"),
    "labels.csv around, with the path": tabled("labels.csv", "images", cell="images/{}.png"),
    "names without endings": tabled("train.csv", "train", head="id,label", cell="{}"),
    "a table without header": tabled("annotations.txt", head=""),
}
