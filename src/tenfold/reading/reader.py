"""The reader: from a picture to a Reading.

Search and classification are separate (`find`, then `answer`), for servers that gather the tiles of
many pictures into one batch.
"""

from __future__ import annotations

import os
from typing import Any, Protocol

from tenfold.classifier import Classifier, Outputs
from tenfold.digits import SIDE, Images
from tenfold.isolation import Bounds
from tenfold.reading.answer import answer_of, digit_of
from tenfold.reading.expect import Expect, expectation
from tenfold.reading.found import Found
from tenfold.reading.isolated import IsolatedFind
from tenfold.reading.number import Digit, Reading
from tenfold.reading.opening import Framed, PictureSource, Turn, find


class Find(Protocol):
    """A function such as `opening.find`, which may work in another process."""

    def __call__(
        self, picture: PictureSource, *, framed: Framed, file: str, stages: bool, turn: Turn
    ) -> Found: ...


class Reader:
    """A classifier for whole pictures; without state, and safe to call from several threads."""

    def __init__(
        self, classifier: Classifier, *, reject: float | None = None, find: Find = find
    ) -> None:
        """Make a reader.

        `reject` is the probability below which there is no answer; None is the model's threshold.
        `find` opens and searches pictures; by default in this process.
        """
        self.classifier = classifier
        self._find = find
        self.reject = classifier.model.reject_threshold if reject is None else reject

    def __call__(
        self,
        picture: PictureSource,
        *,
        expect: Expect = None,
        framed: Framed = "auto",
        marks: bool = False,
        turn: Turn = "auto",
    ) -> Reading:
        """Read a picture: a path, the bytes of a file, a Pillow image, or an array, uint8 or float
        in 0..1; [28, 28] is a tile, [h, w], [h, w, 3] and [h, w, 4] are pictures. `marks` puts
        the marks that stand in a number into its text; `turn` is in degrees clockwise.

        Raises DataError, or MissingExtraError where OpenCV is needed and absent.
        """
        found = self.find(picture, framed=framed, turn=turn)
        outputs = self.classifier.outputs(found.tiles)
        return self.answer(found, outputs, expect=expect, marks=marks)

    def find(
        self,
        picture: PictureSource,
        *,
        framed: Framed = "auto",
        file: str = "",
        stages: bool = False,
        turn: Turn = "auto",
    ) -> Found:
        """The candidate tiles of a picture and their clusters, without the model."""
        return self._find(picture, framed=framed, file=file, stages=stages, turn=turn)

    def close(self) -> None:
        """End the processes that search pictures for this reader, also during a picture."""
        if isinstance(self._find, IsolatedFind):
            self._find.close()

    def answer(
        self, found: Found, outputs: Outputs, *, expect: Expect = None, marks: bool = False
    ) -> Reading:
        """The reading of a picture from the classifier's outputs for `found.tiles`."""
        return answer_of(found, outputs, self.reject, expectation(expect), marks=marks)

    def tiles(self, images: Images) -> list[Digit]:
        """Classify tiles uint8 [n, 28, 28] that are framed already."""
        return self.answer_tiles(images, self.classifier.outputs(images))

    def answer_tiles(self, images: Images, outputs: Outputs) -> list[Digit]:
        """Digits of framed tiles uint8 [n, 28, 28], from the classifier's outputs for them."""
        whole = (0, 0, SIDE, SIDE)
        return [
            digit_of(tile, probabilities, float(is_digit), whole, self.reject)
            for tile, probabilities, is_digit in zip(images, *outputs, strict=True)
        ]


def load(
    model: str | os.PathLike[str] = "pictures",
    *,
    reject: float | None = None,
    isolated: bool | Bounds = False,
    **options: Any,
) -> Reader:
    """A reader with a model: a model folder, a run, or the name of a shipped model. `options` go to
    `Classifier.load`. Raises ModelError.

    `isolated`: files and bytes are opened and searched in processes that are killed when a picture
    costs more than the bounds. Use it for untrusted pictures. The processes end with the reader.
    """
    if isolated is False:
        return Reader(Classifier.load(model, **options), reject=reject)
    isolated_find = IsolatedFind(bounds=None if isolated is True else isolated)
    isolated_find.start()  # while this process loads the model
    return Reader(Classifier.load(model, **options), reject=reject, find=isolated_find)
