"""A folder of pictures: one subfolder a class (`0` to `9`), or pictures alone."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from tenfold.digits import CLASSES, DataFile, Digits
from tenfold.environment import threads_available
from tenfold.errors import DataError, Fault
from tenfold.framing import open_picture, tile_of
from tenfold.framing.frame import Tile
from tenfold.framing.image import ENDINGS

CLASS_NAMES = tuple(str(digit) for digit in range(CLASSES))
FILE_BYTES_MAX = 100_000_000
TILES_MAX = 2_000_000  # 1.6 GB
THREADS_MAX = 4  # each may hold a picture of 50 million pixels


def is_class_folder(folder: str) -> bool:
    """Whether a folder has subfolders named by digits."""
    return any(os.path.isdir(os.path.join(folder, name)) for name in CLASS_NAMES)


def has_pictures(folder: str) -> bool:
    return any(entry.lower().endswith(ENDINGS) for entry in os.listdir(folder))


def read_folder(folder: str) -> tuple[Digits, tuple[str, ...]]:
    """Labelled digits from subfolders `0` to `9`, else unlabelled ones from the pictures inside;
    and a note on what else lies there.

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
    with ThreadPoolExecutor(min(THREADS_MAX, threads_available())) as threads:
        results = list(threads.map(_read_tile, [path for path, _ in found]))
    faults = [result for result in results if isinstance(result, Fault)]
    if faults:
        raise DataError(faults, hint="remove these files, or save them again as PNG or JPEG")
    good = (result for result in results if not isinstance(result, Fault))
    tiles, stored, digests, sizes = zip(*good, strict=True)
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
    everything = sum(len(files) for _, _, files in os.walk(folder))
    others = everything - len(found)
    return digits, (f"{folder}: {others:,} other files were left out",) if others else ()


def _pictures(folder: str) -> list[str]:
    """Every file in `folder` that is meant to be a picture, in the order of names."""
    if not os.path.isdir(folder):
        return []
    names = sorted(
        entry.name
        for entry in os.scandir(folder)
        if entry.is_file() and entry.name.lower().endswith(ENDINGS)
    )
    return [os.path.join(folder, name) for name in names]


def _read_tile(path: str) -> tuple[Tile, Tile, str, int] | Fault:
    """(tile, what was stored, SHA-256, bytes) of a picture file, or what is wrong with it."""
    try:
        if os.path.getsize(path) > FILE_BYTES_MAX:
            return Fault(path, f"is larger than {FILE_BYTES_MAX // 1_000_000} MB")
        content = Path(path).read_bytes()
        picture = open_picture(content, path)
        tile = tile_of(picture)
    except DataError as problem:
        return Fault(path, problem.message.removeprefix(f"{path}: "))
    except OSError as problem:
        return Fault(path, problem.strerror or "cannot be read")
    return tile, _stored(picture.grey, tile), hashlib.sha256(content).hexdigest(), len(content)


def _stored(grey: Tile, tile: Tile) -> Tile:
    """A picture of a tile's size before framing, ink bright; of another size, the tile."""
    if grey.shape != tile.shape or np.array_equal(grey, tile):
        return tile
    return ~grey if grey.mean() > 127 else grey
