"""What images and labels come in together: data sets, loaders, pairs, frames.

Other libraries are recognised by their methods and never imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tenfold.digits.array_forms import is_frame, is_picture
from tenfold.digits.column_names import is_label_name
from tenfold.errors import DataError

COLUMNS_MAX = 12  # of a frame with a column of images; one of pixels has 784
IMAGE_KEYS = ("image", "img", "pixels", "pixel_values", "x", "X")
LABEL_KEYS = ("label", "labels", "y", "digit", "target")
HINT_BYTES = (
    "open the pictures:\n"
    "  import io; from PIL import Image\n"
    "  X = [Image.open(io.BytesIO(cell['bytes'])) for cell in X[{column!r}]]"
)


def taken_apart(data: Any, name: str) -> tuple[Any, Any]:
    """The images and the labels of what holds both, or the data and None. Raises DataError."""
    if hasattr(data, "data") and hasattr(data, "target"):  # sklearn's Bunch
        return data.data, data.target
    if hasattr(data, "collect") and not hasattr(data, "__array__"):
        raise DataError(f"{name}: is computed later", hint="compute it: X = X.collect()")
    if is_frame(data):
        return _from_frame(data, name)
    if hasattr(data, "dataset") and hasattr(data, "batch_size"):  # torch's DataLoader
        data = data.dataset
    if hasattr(data, "__next__"):  # zip, a generator
        data = list(data)
    return _examples(data, name) if is_data_set(data) or is_pairs(data) else (data, None)


def is_data_set(data: Any) -> bool:
    """Whether `data` is a data set of single examples, as torch and Hugging Face have them."""
    indexed = hasattr(data, "__getitem__") and hasattr(data, "__len__")
    plain = isinstance(data, (str, bytes, list, tuple, Mapping))
    is_array = hasattr(data, "__array__") or hasattr(data, "toarray")
    return indexed and not plain and not is_array and not is_frame(data)


def is_pairs(data: Any) -> bool:
    """Whether a list holds (image, label) for each row."""
    return (
        isinstance(data, list)
        and bool(data)
        and all(isinstance(pair, tuple) and len(pair) == 2 for pair in data)
        and all(_is_image(image) and np.ndim(label) == 0 for image, label in data)
    )


def _is_image(cell: Any) -> bool:
    return is_picture(cell) or (not isinstance(cell, (str, bytes)) and np.ndim(cell) > 0)


def _examples(data: Any, name: str) -> tuple[list[Any], list[Any] | None]:
    """The images and labels of a data set: of pairs, of mappings, or of images alone."""
    images: list[Any] = []
    labels: list[Any] = []
    for row in range(len(data)):
        image, label = _pair(data[row], name)
        images.append(image)
        labels += [] if label is None else [label]
    if labels and len(labels) != len(images):
        raise DataError(
            f"{name}: {len(labels):,} of {len(images):,} examples have labels",
            hint="give all of them labels, or none",
        )
    return images, labels or None


def _pair(example: Any, name: str) -> tuple[Any, Any]:
    if isinstance(example, Mapping):
        image = next((example[key] for key in IMAGE_KEYS if key in example), None)
        label = next((example[key] for key in LABEL_KEYS if key in example), None)
        if image is None:
            raise DataError(
                f"{name}: its examples have {', '.join(map(str, example))}, and no image",
                hint="call the image 'image' and its digit 'label'",
            )
        return image, label
    if isinstance(example, (tuple, list)) and len(example) == 2 and np.ndim(example[1]) == 0:
        return example[0], example[1]
    if isinstance(example, (tuple, list)) and len(example) == 1:
        return example[0], None
    return example, None


def _from_frame(frame: Any, name: str) -> tuple[Any, Any]:
    """A frame with a column of images: that, and the column of the labels."""
    columns = list(frame.columns)
    if not 0 < len(columns) <= COLUMNS_MAX or not len(frame):
        return frame, None
    first = {column: next(iter(frame[column])) for column in columns}
    if packed := [c for c, cell in first.items() if isinstance(cell, Mapping) and "bytes" in cell]:
        hint = HINT_BYTES.format(column=packed[0])
        raise DataError(f"{name}: column '{packed[0]}' holds files of pictures", hint=hint)
    images = [column for column, cell in first.items() if _is_image(cell)]
    if len(images) != 1:
        return frame, None
    others = [column for column in columns if column != images[0]]
    labels = [column for column in others if is_label_name(str(column))] or others
    if len(labels) > 1:
        raise DataError(
            f"{name}: columns '{labels[0]}' and '{labels[1]}' may both be the label",
            hint=f"leave one out: X = X.drop(columns={labels[1]!r})",
        )
    return list(frame[images[0]]), frame[labels[0]] if labels else None
