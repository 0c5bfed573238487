"""A folder of pictures: a subfolder for each class (`0` to `9`), or pictures alone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Sequence

import numpy as np

from tenfold.digits import CLASSES, DataFile, Digits
from tenfold.errors import DataError
from tenfold.files import natural_order
from tenfold.framing import formats
from tenfold.framing.picture import ENDINGS
from tenfold.sources.isolated import Unreadable, read_tiles

CLASS_NAMES = tuple(str(digit) for digit in range(CLASSES))
TILES_MAX = 2_000_000  # 1.6 GB


def is_class_folder(folder: str) -> bool:
    """Whether a folder has subfolders named by digits."""
    return any(os.path.isdir(os.path.join(folder, name)) for name in CLASS_NAMES)


def has_pictures(folder: str) -> bool:
    """Whether a folder holds pictures, by the endings of their names."""
    return any(entry.lower().endswith(ENDINGS) for entry in os.listdir(folder))


def read_folder(folder: str) -> tuple[Digits, tuple[str, ...]]:
    """Read labelled digits from subfolders `0` to `9`, or else unlabelled ones from the pictures
    inside; and a note on the other files.

    Pictures are framed unless they are tiles already. Raises DataError, naming every file that
    cannot be read.
    """
    if is_class_folder(folder):
        found = [
            (path, digit)
            for digit, name in enumerate(CLASS_NAMES)
            for path in _pictures(os.path.join(folder, name))
        ]
    else:
        found = [(path, -1) for path in _pictures(folder)]
    if not found:
        raise DataError(f"{folder}: holds no pictures", hint=f"known: {' '.join(ENDINGS)}")
    if len(found) > TILES_MAX:
        raise DataError(
            f"{folder}: {len(found):,} pictures, more than {TILES_MAX:,}",
            hint="give it in several folders",
        )
    results = read_tiles([path for path, _ in found])
    faults = [result for result in results if isinstance(result, Unreadable)]
    if faults:
        raise DataError(faults, hint=_remedy(faults))
    good = (result for result in results if not isinstance(result, Unreadable))
    tiles, stored, digests, sizes, _ = zip(*good, strict=True)
    labels = np.array([digit for _, digit in found], dtype=np.int64)
    names = tuple(path for path, _ in found)
    lineage = hashlib.sha256()
    for (path, _), digest in zip(found, digests, strict=True):
        inside = os.path.relpath(path, folder).replace(os.sep, "/")
        lineage.update(os.fsencode(inside) + f"\0{digest}\n".encode())
    file = DataFile(folder, lineage.hexdigest(), sum(sizes), len(found))
    framed = any(tile is not picture for tile, picture in zip(tiles, stored, strict=True))
    digits = Digits(
        np.stack(tiles),
        labels if labels[0] >= 0 else None,
        (file,),
        names,
        np.stack(stored) if framed else None,
    )
    others = _left_out(folder, frozenset(names))
    return digits, () if others is None else (others,)


def _pictures(folder: str) -> list[str]:
    """The files in `folder` whose names are those of pictures, 2.png before 10.png."""
    if not os.path.isdir(folder):
        return []
    names = sorted(
        (
            entry.name
            for entry in os.scandir(folder)
            if entry.is_file() and entry.name.lower().endswith(ENDINGS)
        ),
        key=natural_order,
    )
    return [os.path.join(folder, name) for name in names]


def _left_out(folder: str, read: Collection[str]) -> str | None:
    """A note on the other files of a folder, with documents by name; None where there are none."""
    others = [
        path
        for here, _, files in os.walk(folder)
        for file in files
        if (path := os.path.join(here, file)) not in read
    ]
    if not others:
        return None
    documents = [path for path in others if path.lower().endswith(formats.ENDINGS)]
    named = [os.path.relpath(path, folder) for path in sorted(documents, key=natural_order)]
    listed = f", among them {', '.join(named[:3])}" if named else ""
    files = "1 other file was" if len(others) == 1 else f"{len(others):,} other files were"
    return f"{folder}: {files} left out{listed}"


def _remedy(faults: Sequence[Unreadable]) -> str:
    """The remedy of the files, where all have the same; else one for all of them."""
    remedies = {fault.remedy for fault in faults}
    return remedies.pop() if len(remedies) == 1 else "save each again as PNG, or move it elsewhere"
