"""Open a picture safely: the bytes of a file, a Pillow image or an array."""

from __future__ import annotations

import dataclasses
import importlib
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from tenfold.errors import DataError
from tenfold.framing.kinds import KINDS, kind_of, refuse_other_kinds
from tenfold.framing.pages import no_such_page, refuse_moving_picture, tiff_page
from tenfold.framing.percentile import percentile
from tenfold.framing.signatures import format_of
from tenfold.framing.tiff import refuse_costly_tiff

FILE_BYTES_MAX = 100_000_000
DECODERS_MAX = 4  # pictures decoded at once; each may hold PIXELS_MAX
PIXELS_MAX = 50_000_000  # a 48-megapixel phone picture; 150 MB once decoded as RGB
DRAFT_SIDE = 2000  # a JPEG is decoded at a half, quarter or eighth that is no smaller; half of 4000
SIDE_MAX = 2016  # a digit of 28 x 28 needs no more; half of 4032, the width that telephones take
ORIENTATION, TURNED, SIDEWAYS = 0x0112, range(2, 9), range(5, 9)  # the EXIF tag and its values
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
HEIF_ENDINGS = (".heic", ".heif")  # read where Pillow's plug-in is installed
FIRST_LINE_MAX, CELLS_MIN = 1 << 16, 9  # of a text that is taken for a table
HINT = "open it in a picture program and save it again as PNG or JPEG"
SCALE = (
    "give levels 0..255 as uint8; or as floats 0..1, where 0 is the lowest level that there can be "
    "and 1 the highest"
)
OPAQUE = 128  # alpha from which a pixel counts as drawn
# of the pixels: from here on it is a drawing without ground, not a photo with soft edges
TRANSPARENT_SHARE = 0.3
BRIGHT_INK = 176  # opaque pixels nearly all brighter than this were drawn for a dark ground

GreyPicture = npt.NDArray[np.uint8]  # [height, width], 0 black, 255 white


@dataclass(frozen=True, eq=False)
class Picture:
    """An opened picture: `pixels` uint8 [h, w] or [h, w, 3], at most SIDE_MAX a side.

    `width` and `height` are those of the whole picture, turned by its EXIF orientation.
    """

    pixels: npt.NDArray[np.uint8]
    width: int
    height: int
    notes: tuple[str, ...] = ()

    @property
    def grey(self) -> GreyPicture:
        """The picture in grey, uint8 [h, w]."""
        if self.pixels.ndim == 2:
            return self.pixels
        return np.asarray(Image.fromarray(self.pixels).convert("L"))


def open_picture(
    content: bytes, name: str, kinds: tuple[str, ...] = KINDS, *, page: int | None = None
) -> Picture:
    """Open the bytes of a picture file of one of `kinds`.

    The size is checked before anything is decoded. Raises DataError that begins with `name`, also
    for a TIFF of several pages if no `page`, counted from 1, is given.
    """
    kind = kind_of(content)
    if kind is None or (kind == "HEIF" and not _opens_heif()):
        description, hint = _other_file(content)
        raise DataError(f"{name}: {description}", hint=hint)
    refuse_other_kinds(kind, kinds, name)
    notes: tuple[str, ...] = ()
    if kind == "TIFF":
        content, notes = tiff_page(content, page, name)
        refuse_costly_tiff(content, name)
    elif page not in (None, 1):
        raise no_such_page(name, page, 1)
    try:
        image = Image.open(io.BytesIO(content), formats=(kind,))
        notes += refuse_moving_picture(image, name)
        if image.width * image.height > PIXELS_MAX:
            raise _too_large(name)
        size = image.size
        image.draft("RGB", (DRAFT_SIDE * size[0] // max(size), DRAFT_SIDE * size[1] // max(size)))
        picture = picture_of_image(image, size)
        return dataclasses.replace(picture, notes=(*notes, *picture.notes))
    except (DataError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(name) from None
    except UnidentifiedImageError as problem:  # whose message is the address of an object
        raise DataError(f"{name}: broken picture", hint=HINT) from problem
    except Exception as problem:  # the exceptions of Pillow's decoders share no base class
        raise DataError(f"{name}: broken picture: {problem}", hint=HINT) from problem


def _too_large(name: str) -> DataError:
    return DataError(
        f"{name}: more than {PIXELS_MAX // 1_000_000} million pixels", hint="make it smaller"
    )


def _opens_heif() -> bool:
    """Whether the plug-in for HEIF is installed; if so, it is registered with Pillow."""
    try:
        importlib.import_module("pillow_heif").register_heif_opener()
    except ImportError:
        return False
    return True


def _other_file(content: bytes) -> tuple[str, str]:
    """A description of a file that is no picture, and the remedy."""
    if not content:
        return "an empty file, not a picture", "copy it again from where it was made"
    if known := format_of(content):
        return f"{known.name}, which cannot be opened as a picture", known.remedy
    if _is_table(content):
        return "a table of numbers, not a picture", "read its rows with: tenfold predict FILE"
    return "not a picture that can be read", HINT


def _is_table(content: bytes) -> bool:
    """Whether the first line is text with many cells, as in test.csv."""
    first = content[:FIRST_LINE_MAX].partition(b"\n")[0]
    cells = max(first.count(delimiter) for delimiter in (b",", b";", b"\t"))
    return cells >= CELLS_MIN and first.isascii() and b"\0" not in first


def picture_of_image(image: Image.Image, size: tuple[int, int] | None = None) -> Picture:
    """A Pillow image of any mode as Picture; EXIF orientation is applied, transparency is paper.

    `size` is that of the whole picture, where the image was decoded smaller.
    """
    orientation = image.getexif().get(ORIENTATION, 1)
    width, height = size or image.size
    if orientation in SIDEWAYS:
        width, height = height, width
    notes: tuple[str, ...] = ("turned by EXIF",) if orientation in TURNED else ()
    plain = _smaller(_plain(image))
    if orientation in TURNED:
        plain.getexif()[ORIENTATION] = orientation
        plain = ImageOps.exif_transpose(plain)
    if plain.mode == "RGBA":
        plain, paper_notes = _on_paper(plain)
        notes += paper_notes
    levels = np.asarray(plain)
    if levels.ndim == 3:
        levels = np.ascontiguousarray(levels[..., 0] if _is_grey(levels) else levels[..., :3])
    return Picture(levels, width, height, notes)


def _plain(image: Image.Image) -> Image.Image:
    """The image in mode L, RGB or RGBA. Bits and palettes could only be resized by nearest
    neighbours, which lose thin strokes."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        deep = np.asarray(image, dtype=np.float32)
        scale = 255 / 65535 if deep.max(initial=0) > 255 else 1.0
        return Image.fromarray(np.clip(deep * scale, 0, 255).round().astype(np.uint8))
    mode = "L" if image.mode in ("1", "L") else "RGB"
    if image.has_transparency_data:
        mode = "RGBA"
    return image if image.mode == mode else image.convert(mode)


def _smaller(image: Image.Image) -> Image.Image:
    """The image, resized where a side is longer than SIDE_MAX."""
    if max(image.size) <= SIDE_MAX:
        return image
    copy = image.copy()
    copy.thumbnail((SIDE_MAX, SIDE_MAX), Image.Resampling.BOX)
    return copy


def _is_grey(levels: npt.NDArray[np.uint8]) -> bool:
    """Whether red, green and blue are the same."""
    red, green, blue = np.moveaxis(levels[..., :3], 2, 0)
    return np.array_equal(red, green) and np.array_equal(green, blue)


def _on_paper(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Put a transparent picture on white paper, or on black where bright ink was drawn on a
    transparent ground; the result is RGBA and opaque."""
    levels = np.asarray(image).reshape(-1, 4)
    drawn = np.flatnonzero(levels[:, 3] > OPAQUE)
    drawing = 0 < len(drawn) < (1 - TRANSPARENT_SHARE) * len(levels)
    bright = drawing and percentile(levels[drawn][:, :3].mean(axis=1), 20) > BRIGHT_INK
    paper = Image.new("RGBA", image.size, "black" if bright else "white")
    notes = ("bright ink on a transparent ground, laid on black",) if bright else ()
    return Image.alpha_composite(paper, image), notes


def picture_of_array(array: npt.NDArray[Any], name: str = "array") -> Picture:
    """An array as Picture: uint8 0..255 or float 0..1; [h, w], [h, w, 1], [h, w, 3] or [h, w, 4].
    Raises DataError."""
    levels = np.asarray(array)
    if levels.ndim == 3 and levels.shape[2] == 1:
        levels = levels[..., 0]
    if levels.size == 0 or not (
        levels.ndim == 2 or (levels.ndim == 3 and levels.shape[2] in (3, 4))
    ):
        raise DataError(
            f"{name}: shape {list(levels.shape)}, expected [h, w], [h, w, 3] or [h, w, 4]",
            hint="give one picture at a time, channels last",
        )
    if levels.shape[0] * levels.shape[1] > PIXELS_MAX:
        raise _too_large(name)
    return picture_of_image(Image.fromarray(np.ascontiguousarray(_bytes(levels, name))))


def _bytes(levels: npt.NDArray[Any], name: str) -> npt.NDArray[np.uint8]:
    if levels.dtype == np.uint8:
        return levels
    if levels.dtype == np.bool_:
        return levels.astype(np.uint8) * np.uint8(255)
    if not np.issubdtype(levels.dtype, np.floating):
        raise DataError(f"{name}: {levels.dtype}, expected uint8 or float", hint=SCALE)
    if not np.isfinite(levels).all():
        raise DataError(f"{name}: holds NaN or infinity", hint="replace what is not a number")
    if levels.min() < 0 or levels.max() > 1:
        raise DataError(
            f"{name}: floats from {levels.min():.3g} to {levels.max():.3g}, expected 0..1",
            hint=SCALE,
        )
    return (levels * 255).round().astype(np.uint8)
