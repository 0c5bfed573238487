"""Data in memory, in the shapes in which programs hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tenfold.digits import AUTO, IN_MEMORY, DataOptions, Digits
from tenfold.errors import DataError
from tenfold.sources.arrays.array_names import names_tell, pairs_of

SPLITS = ("train", "test")


def read_memory(
    data: Any, options: DataOptions = AUTO
) -> tuple[dict[str, Digits], tuple[str, ...]]:
    """Digits for "train" and "test" of what is in memory, and notes.

    `data` is a `Digits`, whatever `Digits.of` takes, (X, y), ((X, y), (X_test, y_test)) as Keras
    gives MNIST, or a mapping with "train" and "test", or with arrays named as in an .npz. Rows
    without labels are to be predicted. Raises DataError.
    """
    left_out: Sequence[str] = ()
    if isinstance(data, Mapping) and not hasattr(data, "target") and names_tell(data):
        data, left_out = _by_name(data)
    if isinstance(data, Mapping) and set(data) & set(SPLITS):
        found = {split: _digits(data[split], split, options) for split in SPLITS if split in data}
    elif isinstance(data, tuple) and len(data) == 2 and all(_is_pair(part) for part in data):
        found = {
            split: _digits(part, split, options) for split, part in zip(SPLITS, data, strict=True)
        }
    else:
        digits = _digits(data, "", options)
        found = {"test" if digits.labels is None else "train": digits}
    notes = [note for digits in found.values() for note in digits.notes]
    notes += [f"{IN_MEMORY}: left out: {', '.join(left_out)}"] if left_out else []
    return found, tuple(notes)


def _by_name(arrays: Mapping[str, Any]) -> tuple[Any, Sequence[str]]:
    """(images, labels), or those of "train" and "test", of arrays that are named; and the names
    that are left out."""
    pairs, left_out = pairs_of(arrays, IN_MEMORY)
    found = {
        split: (arrays[pair.images], None if pair.labels is None else arrays[pair.labels])
        for split, pair in pairs.items()
    }
    return found.get("file", found), left_out


def _is_pair(data: Any) -> bool:
    return isinstance(data, tuple) and len(data) == 2


def _digits(data: Any, split: str, options: DataOptions) -> Digits:
    if isinstance(data, Digits):
        return data
    name = f"{IN_MEMORY} ({split})" if split else IN_MEMORY
    images, labels = data if _is_pair(data) else (data, None)
    digits = Digits.of(images, labels, label=options.label, name=name)
    if not len(digits):
        raise DataError(f"{name}: hold no images", hint="give at least one")
    return digits
