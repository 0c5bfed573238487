"""PDF documents: the number of pages, and a page as a picture, by PDFium.

PDFium is not thread-safe, and reads what strangers made: it runs in isolated processes alone.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any

from tenfold.errors import DataError, MissingExtraError
from tenfold.framing.pages import no_such_page
from tenfold.framing.picture import SIDE_MAX, Picture, picture_of_array

PAGES_MAX = 10_000  # of a document; what says that it has more is hardly one
POINTS_PER_INCH = 72  # a point is the unit of PDF
RESOLUTION = 200  # dots per inch: a digit 4 mm high has 31 pixels
ROUNDING = 1e-4  # of the scale: sizes are rounded up, and 310.0001 pixels would be 311
AGAIN = "export it from its program again, or print it to a new PDF"


def count_pdf_pages(content: bytes, name: str) -> int:
    """The number of pages of a PDF. Raises DataError, MissingExtraError."""
    with _opened(content, name) as document:
        return len(document)


def picture_of_pdf_page(content: bytes, page: int, name: str) -> tuple[Picture, int]:
    """A page of a PDF, counted from 1, and the number of pages. Raises DataError,
    MissingExtraError.

    The page has at most SIDE_MAX pixels a side, whatever size it says; RESOLUTION where that is
    less; and if it is nothing but a scan, the scan's own pixels.
    """
    with _opened(content, name) as document:
        from pypdfium2 import PdfiumError

        count = len(document)
        if not 1 <= page <= count:
            raise no_such_page(name, page, count)
        try:
            opened = document[page - 1]
            width, height = opened.get_size()
            if not (width > 0 and height > 0):
                raise DataError(f"{name}: page {page}: has no area", hint=AGAIN)
            dots = _scan_resolution(opened, width * height) or RESOLUTION
            dots *= 1 - ROUNDING
            scale = min(dots / POINTS_PER_INCH, (SIDE_MAX - 1) / max(width, height))
            pixels = opened.render(scale=scale, rev_byteorder=True).to_numpy()
        except PdfiumError as problem:
            raise DataError(f"{name}: page {page}: is damaged", hint=AGAIN) from problem
        picture = picture_of_array(pixels, name)
    notes = (f"drawn at {scale * POINTS_PER_INCH:.0f} dots per inch",)
    return Picture(picture.pixels, picture.width, picture.height, notes), count


def _scan_resolution(page: Any, area: float) -> float | None:
    """Dots per inch of a page that is one picture and nothing else; None for any other."""
    from pypdfium2 import raw

    if raw.FPDFPage_CountObjects(page) != 1 or raw.FPDFPage_GetAnnotCount(page):
        return None
    for image in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE], max_depth=1):
        left, bottom, right, top = image.get_bounds()
        width, height = image.get_px_size()
        covered = (right - left) * (top - bottom)
        if covered >= area / 2:
            return POINTS_PER_INCH * math.sqrt(width * height / covered)
    return None


@contextlib.contextmanager
def _opened(content: bytes, name: str) -> Iterator[Any]:
    """A document of PDFium with its forms filled in. Raises DataError, MissingExtraError."""
    try:
        import pypdfium2
        from pypdfium2 import raw
    except ImportError as problem:
        raise MissingExtraError("reading PDF documents", "documents") from problem
    # some failures leave the code of the last one in its place; this sets it to "no PDF"
    raw.FPDF_LoadMemDocument64(b"", 0, None)
    try:
        document = pypdfium2.PdfDocument(content)
        document.init_forms()
        count = len(document)
    except pypdfium2.PdfiumError as problem:
        if problem.err_code == raw.FPDF_ERR_PASSWORD:
            raise DataError(
                f"{name}: a PDF that is locked with a password",
                hint="save a copy without one: qpdf --decrypt --password=... FILE.pdf OPEN.pdf",
            ) from problem
        if problem.err_code == raw.FPDF_ERR_SECURITY:
            raise DataError(
                f"{name}: a PDF of an encryption that cannot be opened", hint=AGAIN
            ) from problem
        raise DataError(
            f"{name}: a damaged PDF",
            hint=f"copy it again from where it was made; qpdf FILE.pdf MENDED.pdf mends some; or "
            f"{AGAIN}",
        ) from problem
    with contextlib.closing(document):
        if not 1 <= count <= PAGES_MAX:
            raise DataError(
                f"{name}: a PDF of {count:,} pages",
                hint=f"there may be 1 to {PAGES_MAX:,}; divide it: "
                "qpdf --split-pages=1000 FILE.pdf PART-%d.pdf",
            )
        yield document
