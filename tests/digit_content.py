"""What Digits hold, to be compared; and how many rows of the sample the forms hold."""

from __future__ import annotations

from tenfold.digits import Digits

ROWS = 40


def content(digits: Digits) -> list[tuple[int, bytes]]:
    """Whatever the order of the rows."""
    labels = digits.labelled().tolist()
    return sorted((y, x.tobytes()) for y, x in zip(labels, digits.images, strict=True))
