"""Files that hold several pictures: pages of a TIFF, frames of a moving picture."""

from __future__ import annotations

import contextlib

from PIL import Image

from tenfold.errors import DataError

PAGES_COUNTED = 1000  # of a TIFF; a chain of pages may be made to have no end
NEW_SUBFILE_TYPE, NO_PAGE = 254, 0b101  # TIFF 6.0: bit 0, a reduced page; bit 2, a mask


def select_page(image: Image.Image, name: str) -> tuple[str, ...]:
    """Seek the only page of an opened file; notes on what else the file holds.

    Thumbnails, masks and the further views of a camera's multi-picture file are no pages. Raises
    DataError where there are several pages.
    """
    if not getattr(image, "is_animated", False):
        return ()
    if image.format == "MPO":
        return (f"the first of {_count(image)} pictures in the file, as cameras keep them",)
    if image.format == "TIFF":
        return _page_of_tiff(image, name)
    # those of a GIF would have to be searched for
    count = "several" if image.format == "GIF" else _count(image)
    raise DataError(
        f"{name}: a moving picture ({count} frames), and one picture is read at a time",
        hint="save the frames that you mean as PNG: magick FILE frame-%d.png (ImageMagick)",
    )


def page_note(image: Image.Image) -> tuple[str, ...]:
    """A note on the current page of a Pillow image, where it has several pages."""
    if not getattr(image, "is_animated", False):
        return ()
    return (f"page {image.tell() + 1} of {_count(image)}",)


def _count(image: Image.Image) -> str:
    return f"{getattr(image, 'n_frames', 1):,}"


def _page_of_tiff(image: Image.Image, name: str) -> tuple[str, ...]:
    pages, others, ended = [], 0, False
    for number in range(PAGES_COUNTED):
        try:
            image.seek(number)
        except EOFError:
            ended = True
            break
        if _is_page(image):
            pages.append(number)
        else:
            others += 1
    if len(pages) > 1:
        least = "" if ended else "at least "
        raise DataError(
            f"{name}: holds {least}{len(pages):,} pages, and one is read at a time",
            hint="make a picture of each page, and read those: magick FILE.tif page-%d.png "
            "(ImageMagick)",
        )
    with contextlib.suppress(EOFError):
        image.seek(pages[0] if pages else 0)
    return (f"{others} smaller copies or masks in the file left out",) if pages else ()


def _is_page(image: Image.Image) -> bool:
    kind = image.tag_v2.get(NEW_SUBFILE_TYPE, 0)  # type: ignore[attr-defined]
    return not (isinstance(kind, int) and kind & NO_PAGE)
