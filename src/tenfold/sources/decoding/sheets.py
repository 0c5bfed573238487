"""Pictures that hold many tiles of 28 x 28: strips and sheets, which are no single digits."""

from __future__ import annotations

from tenfold.digits import SIDE
from tenfold.errors import DataError

HINT_SHEET = (
    "of a sheet of digits, each in a square of 28 x 28:\n"
    "  import numpy; from PIL import Image; X = numpy.asarray(Image.open('FILE').convert('L'))\n"
    "  X = X.reshape(X.shape[0] // 28, 28, X.shape[1] // 28, 28).swapaxes(1, 2)"
    ".reshape(-1, 28, 28); numpy.save('OTHER.npy', X)\n"
    "of one with an image in each row of 784 pixels, save X as it is"
)


def refuse_strip(shape: tuple[int, ...], path: str) -> None:
    """Raise DataError for a picture that is one tile high, or wide, and two tiles or more long."""
    long, short = max(shape), min(shape)
    if short == SIDE and long % SIDE == 0 and long > SIDE:
        raise DataError(
            f"{path}: is a strip of {long // SIDE} tiles of {SIDE} x {SIDE}, not one digit",
            hint=HINT_SHEET,
        )
