"""Arrays in files: .npz, and pairs of .npy (or of .npz with one array each)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tenfold.digits import AUTO, DataFile, DataOptions, Digits
from tenfold.digits.memory import digits_from
from tenfold.errors import DataError
from tenfold.sources.arrays.array_names import SPARSE, Pair, names_tell, pairs_of, read_name
from tenfold.sources.arrays.npy import MAGIC, StoredArray, read_npy
from tenfold.sources.contents import DigitsAndNotes, Readers
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.left_out import is_left_out
from tenfold.sources.unpacking.compression import open_unpacked, unpacked_name
from tenfold.sources.unpacking.unpack import SafeZip, open_zip

ARRAYS_MAX = 100
CODE = re.compile(r"(.*?:) ((?:from tenfold|X = |y = ).*)", re.DOTALL)


def is_npy(path: str) -> bool:
    """Whether a file holds a NumPy array, packed or not."""
    with file_errors_as_data_error(path), open_unpacked(path) as stream:
        return stream.read(len(MAGIC)) == MAGIC


def is_npz(members: Mapping[str, int]) -> bool:
    """Whether a zip with these members is NumPy's."""
    return bool(members) and all(name.endswith(".npy") for name in members)


def npz_readers(path: str, options: DataOptions = AUTO) -> Readers:
    """A reader for each of "train" and "test" in an .npz, or for the whole "file".

    Raises DataError. Nothing is kept of an array until its reader is called, but its shape.
    """
    with file_errors_as_data_error(path), open_zip(path) as archive:
        names = [name.removesuffix(".npy") for name in archive.sizes_bytes]
        if len(names) > ARRAYS_MAX:
            raise DataError(
                f"{path}: holds {len(names):,} arrays",
                hint="save images as one array and labels as another",
            )
        if len(names) == 1 and (other := _other_file(path)):
            return _pair_readers(path, other, options)
        named = names_tell(names) or frozenset(names) >= SPARSE
        # shapes are needed only where names say nothing
        arrays = {n: None if named else _member(archive, path, n).array for n in names}
    pairs, left_out = pairs_of(arrays, path)  # type: ignore[arg-type]
    notes = (f"{path}: left out: {', '.join(left_out)}",) if left_out else ()

    def reader(pair: Pair) -> Callable[[], DigitsAndNotes]:
        def read() -> DigitsAndNotes:
            with file_errors_as_data_error(path), open_zip(path) as archive:
                images = _member(archive, path, pair.images)
                labels = None if pair.labels is None else _member(archive, path, pair.labels)
            code = f"data = numpy.load('FILE'); X = data['{pair.images}']"
            code += f"; y = data['{pair.labels}']" if labels is not None else ""
            return _digits(f"{path}: {pair.images}", images, labels, options, notes, code)

        return read

    return {split: reader(pair) for split, pair in pairs.items()}


def npy_readers(path: str, options: DataOptions = AUTO) -> Readers:
    """A reader for an .npy of images, with the labels of the file beside it, if there is one."""
    name = _stem(path)
    if read_name(name).role == "labels":
        other = _other_file(path)
        if other is None:
            raise DataError(
                f"{path}: is called labels, and no images are beside it",
                hint="give the file of the images, or put it beside it: x_train.npy, y_train.npy",
            )
        return _pair_readers(other, path, options)
    return _pair_readers(path, _other_file(path), options)


def pair_files(folder: str) -> dict[str, str]:
    """The files of images in a folder of .npy files: for "train" and "test", or "file"."""
    found: dict[str, str] = {}
    for entry in sorted(os.listdir(folder)):
        said = read_name(_stem(entry))
        if _is_array_file(entry) and said.role == "images" and said.split != "validation":
            found.setdefault(said.split or "file", os.path.join(folder, entry))
    if len(found) > 1 and "file" in found:
        found = {split: path for split, path in found.items() if split != "file"}
    return found


def _pair_readers(images: str, labels: str | None, options: DataOptions) -> Readers:
    def read() -> DigitsAndNotes:
        stored = _array_file(images)
        beside = None if labels is None else _array_file(labels)
        code = "X = numpy.load('FILE')"
        code += f"; y = numpy.load({labels!r})" if labels is not None else ""
        with file_errors_as_data_error(images):
            return _digits(images, stored, beside, options, (), code)

    split = read_name(_stem(images)).split
    return {split if split in ("train", "test") and labels else "file": read}


def _digits(
    name: str,
    images: StoredArray,
    labels: StoredArray | None,
    options: DataOptions,
    notes: tuple[str, ...],
    read_code: str,
) -> DigitsAndNotes:
    """The digits of arrays. `read_code` is the Python that reads them as X and y, for remedies."""
    try:
        tiles, found, words = digits_from(
            images.array, None if labels is None else labels.array, name, options
        )
    except DataError as problem:
        problem.hint = _with_file_code(problem.hint, read_code, labelled=labels is not None)
        raise
    files = [DataFile(name, images.sha256, images.size_bytes, len(tiles))]
    if labels is not None:  # it brings no rows of its own
        files.append(DataFile(f"{name} (labels)", labels.sha256, labels.size_bytes, 0))
    said = (f"{name}: {', '.join([*words, f'{len(tiles):,} rows'])}",) if words else ()
    return Digits(tiles, found, tuple(files)), (*said, *notes)


def _with_file_code(hint: str, read: str, *, labelled: bool) -> str:
    """A remedy for an array X or y, between the lines that read it from its file and save it."""
    found = CODE.fullmatch(hint)
    if found is None:
        return hint
    saved = "X=X, y=y" if labelled else "X=X"
    return f"{found[1]}\n  import numpy; {read}\n  {found[2]}; numpy.savez('OTHER.npz', {saved})"


def _member(archive: SafeZip, path: str, name: str) -> StoredArray:
    with archive.open(f"{name}.npy") as stream:
        return read_npy(stream, f"{path}: {name}")


def _array_file(path: str) -> StoredArray:
    """The array of an .npy, or the only one of an .npz."""
    with file_errors_as_data_error(path):
        if path.lower().endswith(".npz"):
            with open_zip(path) as archive:
                return _member(archive, path, next(iter(archive.sizes_bytes)).removesuffix(".npy"))
        with open_unpacked(path) as stream:
            return read_npy(stream, path)


def _other_file(path: str) -> str | None:
    """The file of the labels beside that of images, or the reverse; None where there is none."""
    folder, name = os.path.split(path)
    said = read_name(_stem(name))
    wanted = {"images": "labels", "labels": "images"}.get(said.role)
    if wanted is None:
        return None
    for entry in _siblings(folder or "."):
        other = read_name(_stem(entry))
        if entry != name and (other.role, other.rest) == (wanted, said.rest):
            return os.path.join(folder, entry)
    return None


def _siblings(folder: str) -> Iterator[str]:
    return (entry for entry in sorted(os.listdir(folder)) if _is_array_file(entry))


def _is_array_file(name: str) -> bool:
    return unpacked_name(name).lower().endswith((".npy", ".npz")) and not is_left_out(name)


def _stem(path: str) -> str:
    return Path(unpacked_name(os.path.basename(path))).stem
