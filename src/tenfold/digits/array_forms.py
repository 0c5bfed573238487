"""Arrays from what people have in memory: tensors, frames, lists, pictures.

Other libraries are recognised by their methods and never imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.digits.tile import SIDE
from tenfold.errors import DataError

Array = npt.NDArray[Any]

HINT_FORMS = (
    "give an array of images [n, 28, 28] or [n, 784], with or without labels [n]; a frame with a "
    "column for each pixel; or a data set of (image, label)"
)


def is_frame(data: Any) -> bool:
    """Whether `data` is a table with named columns (pandas, polars and the like)."""
    return hasattr(data, "columns") and hasattr(data, "to_numpy")


def is_picture(data: Any) -> bool:
    """Whether `data` is a Pillow image."""
    return hasattr(data, "convert") and hasattr(data, "getbands")


def to_array(data: Any, name: str) -> Array:
    """The array of a tensor, a frame, a list of arrays or pictures, or whatever has one.

    Raises DataError for anything else, for objects and for pictures of another size than 28 x 28.
    """
    if isinstance(data, np.ndarray):
        array = np.asarray(data)  # of a matrix, a plain one
    elif is_picture(data):
        array = _picture(data, name)
    elif hasattr(data, "detach"):  # a tensor, on whatever device
        tensor = data.detach().cpu()
        array = (tensor.float() if tensor.dtype.is_floating_point else tensor).numpy()
    elif hasattr(data, "toarray"):  # sparse
        array = data.toarray()
    elif hasattr(data, "to_numpy"):
        array = np.asarray(data.to_numpy())
    elif hasattr(data, "__array__"):
        array = np.asarray(data)
    elif isinstance(data, (list, tuple)):
        array = _stacked(data, name)
    else:
        raise DataError(f"{name}: is {_kind(data)}, no array of images", hint=HINT_FORMS)
    return _plain(array, name)


def _stacked(data: Sequence[Any], name: str) -> Array:
    if not data:
        raise DataError(f"{name}: is empty", hint=HINT_FORMS)
    if all(isinstance(item, (int, float, str, bool)) for item in data):
        return np.asarray(data)
    arrays = [to_array(item, f"{name}[{row}]") for row, item in enumerate(data)]
    shapes = {array.shape for array in arrays}
    if len(shapes) > 1:
        listed = ", ".join(str(list(shape)) for shape in sorted(shapes)[:3])
        raise DataError(
            f"{name}: its items have different shapes: {listed}",
            hint=f"make all of them {SIDE} x {SIDE}, or give pictures in a folder: they are framed",
        )
    return np.stack(arrays)


def _picture(image: Any, name: str) -> Array:
    if image.size != (SIDE, SIDE):
        raise DataError(
            f"{name}: is a picture of {image.size[0]} x {image.size[1]}, expected {SIDE} x {SIDE}",
            hint="frame it: from tenfold.framing import picture_of_image, tile_of; "
            "tile = tile_of(picture_of_image(picture))",
        )
    return np.asarray(image.convert("L"))


def _plain(array: Array, name: str) -> Array:
    """The array, if it holds numbers or text; of objects, the numbers or text that they are."""
    if array.dtype.kind == "O":
        items: Iterable[Any] = array.ravel()
        if all(isinstance(item, (int, float, str, bool, np.number, np.bool_)) for item in items):
            array = np.array(array.tolist())
        elif array.ndim == 1 and len(array):
            array = _stacked(list(array), name)
    if array.dtype.kind not in "biufUS":
        kind = "objects" if array.dtype.kind == "O" else array.dtype
        raise DataError(
            f"{name}: is an array of {kind}, expected numbers",
            hint="convert it: X = X.astype('float32'), or, of arrays, numpy.stack(list(X))",
        )
    return array


def _kind(data: Any) -> str:
    kind = type(data).__name__
    return f"an {kind}" if kind[:1].lower() in "aeiou" else f"a {kind}"
