"""Open a picture file safely, as grey levels."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from tenfold.errors import DataError

PIXELS_MAX = 50_000_000  # a 48-megapixel phone picture; 150 MB once decoded as RGB
SIDE_MAX = 2048  # a digit of 28 x 28 needs no more, and memory stays small
# named, because Pillow would also try decoders that start other programs (EPS)
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
HINT = "open it in a picture program and save it again as PNG or JPEG"

GreyPicture = npt.NDArray[np.uint8]  # [height, width], 0 black, 255 white


def open_grey(content: bytes, name: str) -> GreyPicture:
    """uint8 [height, width] of a picture file's bytes, turned as its EXIF orientation says;
    transparent is white paper.

    The size is checked before anything is decoded. Raises DataError, beginning with `name`.
    """
    too_large = DataError(
        f"{name}: more than {PIXELS_MAX // 1_000_000} million pixels", hint="make it smaller"
    )
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        if picture.width * picture.height > PIXELS_MAX:
            raise too_large
        picture.draft("L", (SIDE_MAX, SIDE_MAX))  # a JPEG is decoded at a fraction of its size
        picture.thumbnail((SIDE_MAX, SIDE_MAX))
        return _grey(ImageOps.exif_transpose(picture))
    except (DataError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_large from None
    except UnidentifiedImageError as problem:
        raise DataError(f"{name}: not a picture that can be read", hint=HINT) from problem
    except Exception as problem:  # the exceptions of Pillow's decoders share no base class
        raise DataError(f"{name}: broken picture: {problem}", hint=HINT) from problem


def _grey(picture: Image.Image) -> GreyPicture:
    """uint8 [height, width]; 16-bit levels scaled down, transparency laid on white."""
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        deep = np.asarray(picture, dtype=np.float64)
        scale = 255 / 65535 if deep.max(initial=0) > 255 else 1.0
        return np.clip(deep * scale, 0, 255).round().astype(np.uint8)
    if picture.has_transparency_data:
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture.convert("RGBA"))
    return np.asarray(picture.convert("L"))
