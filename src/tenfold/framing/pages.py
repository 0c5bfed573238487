"""Files that hold several pictures: pages of a TIFF, frames of a moving picture."""

from __future__ import annotations

from PIL import Image

from tenfold.errors import DataError
from tenfold.framing.kinds import kind_of
from tenfold.framing.tiff import beginning_at, directories_of


def count_pages(content: bytes, name: str) -> int:
    """The number of pages of a picture file: 1, or that of a TIFF. Nothing is decoded.

    Raises DataError for a broken TIFF, and for one of too many pages.
    """
    return len(directories_of(content, name).pages) if kind_of(content) == "TIFF" else 1


def tiff_page(content: bytes, page: int | None, name: str) -> tuple[bytes, tuple[str, ...]]:
    """A TIFF whose first page is `page`, counted from 1, and notes on what else the file holds.

    None means that the file has one page. Raises DataError where there are several, and where there
    are fewer.
    """
    directories = directories_of(content, name)
    count = len(directories.pages)
    if page is None and count > 1:
        raise DataError(
            f"{name}: holds {count:,} pages, and one is read at a time",
            hint="make a picture of each page, and read those: magick FILE.tif page-%d.png "
            "(ImageMagick)",
        )
    number = 1 if page is None else page
    if not 1 <= number <= count:
        raise no_such_page(name, number, count)
    notes = (f"{directories.others} smaller copies or masks in the file left out",)
    return (
        beginning_at(content, directories.pages[number - 1]),
        notes if directories.others and count == 1 else (),
    )


def no_such_page(name: str, page: int, count: int) -> DataError:
    """The error for a page that a file does not have."""
    pages = "1 page" if count == 1 else f"{count:,} pages"
    return DataError(f"{name}: has no page {page}, but {pages}", hint="pages count from 1")


def refuse_moving_picture(image: Image.Image, name: str) -> tuple[str, ...]:
    """Notes on further pictures in an opened file, such as the views of a camera's file. Raises
    DataError for a moving picture, which has no page that would be meant."""
    if image.format == "TIFF" or not getattr(image, "is_animated", False):
        return ()
    if image.format == "MPO":
        return (f"the first of {_count(image)} pictures in the file, as cameras keep them",)
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
