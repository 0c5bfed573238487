"""Names of arrays and of their files: images or labels, of training or of test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy.typing as npt

from tenfold.digits import CLASSES, PIXELS, SIDE
from tenfold.errors import DataError

Split = Literal["train", "test", "validation", ""]
Role = Literal["images", "labels", ""]

SPLIT_WORDS: dict[str, Split] = {
    **dict.fromkeys(("train", "training", "trn"), "train"),
    **dict.fromkeys(("test", "testing", "tst", "t10k"), "test"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "validation"),
}
ROLE_WORDS: dict[str, Role] = {
    **dict.fromkeys(
        ("x", "image", "images", "img", "imgs", "pixel", "pixels", "data", "features", "inputs",
         "digits", "samples"), "images",
    ),
    **dict.fromkeys(
        ("y", "label", "labels", "target", "targets", "class", "classes", "lbl", "lbls"), "labels"
    ),
}  # fmt: skip
# what is neither images nor labels, such as target_names
OTHER_WORDS = frozenset(("name", "names", "id", "ids", "index", "indices", "descr", "shape"))
SPARSE = frozenset(("indices", "indptr", "format", "shape", "data"))  # SciPy's save_npz
WORD = re.compile(r"t10k|[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
JOINED = re.compile(r"(x|y)(train|training|test|testing|val|valid)|(train|test|val)(x|y)")


@dataclass(frozen=True)
class ArrayName:
    """What a name says of an array: its split and its role, "" where it says nothing; and the
    words that are left without the role, which images and their labels have in common."""

    split: Split
    role: Role
    rest: tuple[str, ...] = ()


def read_name(name: str) -> ArrayName:
    """What a name such as x_train, testLabels or train-images says."""
    words: list[str] = []
    for word in map(str.lower, WORD.findall(name)):
        found = JOINED.fullmatch(word)
        words += [part for part in found.groups() if part] if found else [word]
    splits = [SPLIT_WORDS[word] for word in words if word in SPLIT_WORDS]
    others = OTHER_WORDS.intersection(words)
    roles = [ROLE_WORDS[word] for word in words if word in ROLE_WORDS and not others]
    # labels win: `digit_labels`, `data_y`
    role: Role = "labels" if "labels" in roles else (roles[0] if roles else "")
    rest = tuple(word for word in words if word not in ROLE_WORDS)
    return ArrayName(splits[0] if splits else "", role, rest)


@dataclass(frozen=True)
class Pair:
    """The names of the images and of their labels, if there are any."""

    images: str
    labels: str | None


def names_tell(names: Iterable[str]) -> bool:
    """Whether names alone say which arrays are images and which labels; what has another name
    beside both is left out."""
    roles = {read_name(name).role for name in names}
    return bool(roles) and ("" not in roles or roles >= {"images", "labels"})


def pairs_of(
    arrays: Mapping[str, npt.NDArray[Any]], place: str
) -> tuple[dict[str, Pair], Sequence[str]]:
    """The images and labels for "train" and "test", or for the whole "file", and names that are
    left out. Names decide, else shapes. Raises DataError where neither does."""
    if arrays.keys() >= SPARSE:
        raise DataError(
            f"{place}: is a sparse matrix of SciPy",
            hint="write it densely, with its labels as y=... if you have them:\n"
            "  import numpy, scipy.sparse\n"
            "  numpy.savez('OTHER.npz', X=scipy.sparse.load_npz('FILE').toarray())",
        )
    if names_tell(arrays):
        all_names = {name: read_name(name) for name in arrays}
        named = {name: said for name, said in all_names.items() if said.role}
        splits = {said.split for said in named.values()}
        found: dict[str, Pair] = {
            split or "file": _named_pair(named, split, place) for split in sorted(splits)
        }
        if "file" in found and len(found) > 1:
            found = {"train" if split == "file" else split: found[split] for split in found}
        others = [name for name in arrays if name not in named]
        if set(found) == {"validation"}:
            return {"file": found["validation"]}, others
        found.pop("validation", None)
        validation = [name for name, said in named.items() if said.split == "validation"]
        return found, [*validation, *others]
    return _shaped_pairs(arrays, place), []


def _named_pair(named: Mapping[str, ArrayName], split: Split, place: str) -> Pair:
    of_split = {name: said.role for name, said in named.items() if said.split == split}
    images = [name for name, role in of_split.items() if role == "images"]
    labels = [name for name, role in of_split.items() if role == "labels"]
    if len(images) != 1 or len(labels) > 1:
        raise _unclear(list(named), place)
    return Pair(images[0], labels[0] if labels else None)


def _shaped_pairs(arrays: Mapping[str, npt.NDArray[Any]], place: str) -> dict[str, Pair]:
    """Pairs in the order of the arrays: the first is for training, the second for test."""
    images = [name for name, array in arrays.items() if _has_pixels(array)]
    labels = [name for name, array in arrays.items() if _may_be_labels(array)]
    if not images or len(images) > 2 or len(labels) not in (0, len(images)):
        raise _unclear(list(arrays), place)
    if len(images) + len(labels) < len(arrays):
        raise _unclear(list(arrays), place)
    pairs = [Pair(name, labels[number] if labels else None) for number, name in enumerate(images)]
    return dict(zip(("train", "test") if len(pairs) > 1 else ("file",), pairs, strict=False))


def _has_pixels(array: npt.NDArray[Any]) -> bool:
    columns = array.shape[1] if array.ndim == 2 else 0
    return array.ndim > 2 or PIXELS <= columns <= PIXELS + CLASSES + 1


def _may_be_labels(array: npt.NDArray[Any]) -> bool:
    return array.ndim == 1 or (array.ndim == 2 and array.shape[1] in (1, CLASSES))


def _unclear(names: Sequence[str], place: str) -> DataError:
    listed = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    return DataError(
        f"{place}: holds {listed or 'nothing'}: which are the images of {SIDE} x {SIDE} and which "
        "their labels is not clear",
        hint="save them under these names: numpy.savez(OTHER, x_train=..., y_train=..., "
        "x_test=..., y_test=...), or numpy.savez(OTHER, X=..., y=...)",
    )
