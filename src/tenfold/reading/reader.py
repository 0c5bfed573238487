"""The reader: a picture to a Reading. Finding and classifying are apart, for servers that gather
the tiles of many pictures into one batch: `find`, then `answer`."""

from __future__ import annotations

import dataclasses
import os
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from tenfold.classifier import Classifier, Outputs
from tenfold.digits import SIDE, Images
from tenfold.errors import DataError
from tenfold.framing import is_framed, open_picture, picture_of_array, picture_of_image
from tenfold.framing.image import Picture
from tenfold.framing.pages import page_note
from tenfold.reading.answer import answer_of, digit_of
from tenfold.reading.expect import Expect, expectation
from tenfold.reading.found import NO_TILES, Found, found_tile
from tenfold.reading.number import Digit, Reading

Framed = Literal["auto", "yes", "no"]
Source = str | os.PathLike[str] | bytes | Image.Image | npt.NDArray[Any]

FILE_BYTES_MAX = 100_000_000
TILE = (SIDE, SIDE)


class Reader:
    """Stateless, and safe to call from several threads."""

    def __init__(self, classifier: Classifier, *, reject: float | None = None) -> None:
        """`reject`: the probability below which there is no answer; the model's own if None."""
        self.classifier = classifier
        self.reject = classifier.model.reject_threshold if reject is None else reject

    def __call__(
        self, picture: Source, *, expect: Expect = None, framed: Framed = "auto"
    ) -> Reading:
        """Read a picture: a path, a file's bytes, a Pillow image, or an array, uint8 or float in
        0..1; [28, 28] is a tile, [h, w], [h, w, 3] and [h, w, 4] are pictures.

        Raises DataError, or MissingExtraError where OpenCV is needed and absent.
        """
        found = self.find(picture, framed=framed)
        return self.answer(found, self.classifier.outputs(found.tiles), expect=expect)

    def find(
        self, picture: Source, *, framed: Framed = "auto", file: str = "", stages: bool = False
    ) -> Found:
        """The tiles that a model must look at, and how they lie. Processor work alone."""
        return find(picture, framed=framed, file=file, stages=stages)

    def answer(self, found: Found, outputs: Outputs, *, expect: Expect = None) -> Reading:
        """`outputs` are what the classifier says of `found.tiles`."""
        return answer_of(found, outputs, self.reject, expectation(expect))

    def tiles(self, images: Images) -> list[Digit]:
        """Digits of tiles uint8 [n, 28, 28] that are framed already."""
        return self.answer_tiles(images, self.classifier.outputs(images))

    def answer_tiles(self, images: Images, outputs: Outputs) -> list[Digit]:
        """The same, where the classifier has said `outputs` of them."""
        whole = (0, 0, SIDE, SIDE)
        return [
            digit_of(tile, probabilities, float(is_digit), whole, self.reject)
            for tile, probabilities, is_digit in zip(images, *outputs, strict=True)
        ]


def load(
    model: str | os.PathLike[str] = "ink", *, reject: float | None = None, **options: Any
) -> Reader:
    """A reader with a model: a folder, a run, or the name of one that ships. `options` go to
    `Classifier.load`. Raises ModelError."""
    return Reader(Classifier.load(model, **options), reject=reject)


def find(
    picture: Source, *, framed: Framed = "auto", file: str = "", stages: bool = False
) -> Found:
    """A picture to candidate tiles. Raises DataError, or MissingExtraError."""
    name = file or _name_of(picture)
    opened, is_tile = _opened(picture, name)
    grey = opened.grey if opened.pixels.shape[:2] == TILE else None
    if grey is not None and (is_tile or framed == "yes" or (framed == "auto" and is_framed(grey))):
        return found_tile(grey, file=name, notes=(*opened.notes, "taken as a framed tile"))
    if framed == "yes":
        raise DataError(
            f"{name}: {opened.width} x {opened.height} pixels, a framed tile has 28 x 28",
            hint="leave --framed yes out",
        )
    if min(opened.pixels.shape[:2]) < SMALLEST or not np.ptp(opened.pixels):
        return Found(NO_TILES, (), opened.width, opened.height, name, "blank", opened.notes)
    from tenfold.reading.find import find_digits

    return find_digits(opened, file=name, stages=stages)


SMALLEST = 5  # pixels; no digit has fewer


def _name_of(picture: Source) -> str:
    if isinstance(picture, str | os.PathLike):
        return os.fspath(picture)
    return {bytes: "bytes", np.ndarray: "array"}.get(type(picture), "picture")


def _opened(picture: Source, name: str) -> tuple[Picture, bool]:
    """The picture, and whether it is a tile by its type."""
    if isinstance(picture, str | os.PathLike):
        return open_picture(read_file(picture, name), name), False
    if isinstance(picture, bytes | bytearray | memoryview):
        return open_picture(bytes(picture), name), False
    if isinstance(picture, Image.Image):
        return open_image(picture, name), False
    if isinstance(picture, np.ndarray) or hasattr(picture, "__array__"):
        array = np.asarray(picture)
        return picture_of_array(array, name), array.shape == TILE
    raise DataError(
        f"{name}: {type(picture).__name__} is no picture",
        hint="give a path, a file's bytes, a Pillow image or an array",
    )


def open_image(image: Image.Image, name: str) -> Picture:
    try:
        picture = picture_of_image(image)
        return dataclasses.replace(picture, notes=(*page_note(image), *picture.notes))
    except (MemoryError, DataError):
        raise
    except Exception as problem:  # a Pillow image may still have to decode its file
        raise DataError(f"{name}: broken picture: {problem}", hint="save it again") from problem


def read_file(path: str | os.PathLike[str], name: str) -> bytes:
    """A file's bytes. Raises DataError."""
    try:
        if os.path.isdir(path):
            raise DataError(f"{name}: is a folder, not a picture", hint="name a file in it")
        with open(path, "rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except (OSError, ValueError) as problem:  # ValueError: a null byte in the name
        said = getattr(problem, "strerror", None) or str(problem)
        raise DataError(f"{name}: {said}", hint="check the path") from problem
    if len(content) > FILE_BYTES_MAX:
        raise DataError(
            f"{name}: larger than {FILE_BYTES_MAX // 1_000_000} MB", hint="make it smaller"
        )
    return content
