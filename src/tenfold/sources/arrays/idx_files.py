"""Which IDX files belong together: images and labels, training and test, by their names."""

from __future__ import annotations

import os
from functools import partial

from tenfold.console import printable_line
from tenfold.errors import DataError
from tenfold.files import natural_order
from tenfold.sources.arrays.array_names import ArrayName, read_name
from tenfold.sources.arrays.idx import HINT_NAMES, kind_of_idx, read_idx
from tenfold.sources.contents import DigitsAndNotes, Readers
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.left_out import is_left_out
from tenfold.sources.unpacking.compression import open_unpacked, unpacked_name

TYPE_WORDS = ("idx", "ubyte", "int")  # of the names, beside the numbers of dimensions


def idx_kind(path: str) -> str | None:
    """What an IDX file holds: "images" or "labels"; None for any other file."""
    with file_errors_as_data_error(path), open_unpacked(path) as stream:
        return kind_of_idx(stream.read(4))


def is_images_name(name: str) -> bool:
    """Whether a file is named like MNIST's image files, such as train-images-idx3-ubyte or
    t10k-images.idx3-ubyte.gz."""
    return "idx3" in os.path.basename(name) and not is_left_out(os.path.basename(name))


def labels_name(images_name: str) -> str:
    """The label file that belongs to an image file."""
    folder, name = os.path.split(images_name)
    return os.path.join(folder, name.replace("images", "labels").replace("idx3", "idx1"))


def labels_file(images_name: str) -> str | None:
    """The existing label file of an image file, plain or packed; None where there is none."""
    return _file_beside(images_name, "labels")


def idx_readers(path: str) -> Readers:
    """A reader for the images at `path`, or for those that belong to the labels at `path`.

    Raises DataError for labels without images.
    """
    images: str | None = path
    if idx_kind(path) == "labels":
        images = _file_beside(path, "images")
        if images is None:
            raise DataError(f"{path}: holds labels, and no images are beside it", hint=HINT_NAMES)
    assert images is not None
    labels, split = labels_file(images), _name(images).split
    if labels is None and split == "train":
        labels = labels_name(images)  # reading it will say that it is missing
    is_test = labels is None or split == "test"
    return {"test" if is_test else "train": partial(_read, images, labels)}


def folder_readers(folder: str) -> Readers:
    """Readers for the IDX files of a folder: MNIST's four, or QMNIST's, or one set of EMNIST's.

    {} where there are none. Raises DataError for several sets of the same split.
    """
    found: dict[str, list[str]] = {}
    for entry in sorted(os.listdir(folder), key=natural_order):
        if is_images_name(entry) and os.path.isfile(os.path.join(folder, entry)):
            found.setdefault(_name(entry).split, []).append(entry)
    readers: Readers = {}
    for split, entries in sorted(found.items(), reverse=True):  # train before test
        if split not in ("train", "test") and len(found) > 1:
            continue  # all of QMNIST's other rows are among those of its two splits
        sets = {unpacked_name(entry): entry for entry in reversed(entries)}  # plain before packed
        if len(sets) > 1:
            first, second = sorted(sets.values(), key=natural_order)[:2]
            raise DataError(
                f"{folder}: {first} and {second} are of different data sets",
                hint="give the file that you mean, such as "
                + printable_line(os.path.join(folder, first)),
            )
        readers |= idx_readers(os.path.join(folder, *sets.values()))
    return readers


def _read(images: str, labels: str | None) -> DigitsAndNotes:
    return read_idx(images, labels), ()


def _file_beside(path: str, role: str) -> str | None:
    """The file that has the labels of images, or the images of labels, by its name."""
    folder, name = os.path.split(path)
    wanted = _common(_name(name))
    for entry in sorted(os.listdir(folder or "."), key=natural_order):
        other, beside = _name(entry), os.path.join(folder, entry)
        if entry == name or other.role != role or _common(other) != wanted:
            continue
        if os.path.isfile(beside) and idx_kind(beside) == role:
            return beside
    return None


def _name(path: str) -> ArrayName:
    return read_name(unpacked_name(os.path.basename(path)))


def _common(name: ArrayName) -> tuple[str, ...]:
    """The words that images and labels have in common."""
    return tuple(word for word in name.rest if word not in TYPE_WORDS and not word.isdigit())
