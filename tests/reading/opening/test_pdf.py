"""PDF documents: what a page becomes, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from conftest import NEEDS_DOCUMENTS
from pdf_files import BLANK, ONE, SEVEN, pdf_of
from picture_files import encoded
from tenfold.errors import DataError
from tenfold.framing.picture import SIDE_MAX
from tenfold.reading.opening import pdf


@pytest.fixture(autouse=True)
def _needs_documents() -> None:
    pytest.importorskip("pypdfium2", reason=NEEDS_DOCUMENTS)


def test_pages_are_counted_and_drawn_in_their_order() -> None:
    content = pdf_of(SEVEN, BLANK, ONE)
    assert pdf.count_pdf_pages(content, "a.pdf") == 3
    pictures = [pdf.picture_of_pdf_page(content, page, "a.pdf")[0] for page in (1, 2, 3)]
    inks = [int((picture.grey < 128).sum()) for picture in pictures]
    assert inks[0] > inks[2] > inks[1] == 0
    assert {(p.width, p.height) for p in pictures} == {(556, 556)}  # 200 points at 200 dots an inch


def test_a_scan_keeps_its_own_pixels() -> None:
    scan = Image.effect_noise((310, 200), 60)
    for resolution in (72, 100, 300):
        content = encoded(scan, "PDF", resolution=resolution, quality=95)
        picture, count = pdf.picture_of_pdf_page(content, 1, "a.pdf")
        assert count == 1
        assert abs(picture.width - 310) <= 1
        assert abs(picture.height - 200) <= 1
    assert np.abs(picture.grey[:200, :310].astype(int) - np.asarray(scan)).mean() < 20


@pytest.mark.parametrize("box", ["0 0 14400 14400", "0 0 14400 3", "0 0 1e9 1e9", "0 0 0 0"])
def test_no_page_has_more_pixels_than_a_picture(box: str) -> None:
    picture, _ = pdf.picture_of_pdf_page(pdf_of(SEVEN, box=box), 1, "a.pdf")
    assert max(picture.width, picture.height) <= SIDE_MAX


@pytest.mark.parametrize(
    ("content", "said", "remedy"),
    [
        (pdf_of(SEVEN, locked=True), "a.pdf: a PDF that is locked with a password", "qpdf --dec"),
        (pdf_of(SEVEN)[:300], "a.pdf: a damaged PDF", "copy it again"),
        (pdf_of(), "a.pdf: a damaged PDF", "copy it again"),
        (b"%PDF-1.7\n", "a.pdf: a damaged PDF", "copy it again"),
    ],
    ids=["locked", "cut off", "no pages", "nothing in it"],
)
def test_what_cannot_be_opened_is_named_with_a_remedy(
    content: bytes, said: str, remedy: str
) -> None:
    for opened in (pdf.count_pdf_pages, lambda c, name: pdf.picture_of_pdf_page(c, 1, name)):
        with pytest.raises(DataError) as refused:
            opened(content, "a.pdf")
        assert refused.value.message == said
        assert remedy in refused.value.hint


def test_the_code_of_an_earlier_failure_is_not_taken_for_this_one() -> None:
    for content, said in ((pdf_of(SEVEN, locked=True), "locked"), (pdf_of(), "damaged")):
        with pytest.raises(DataError, match=said):
            pdf.count_pdf_pages(content, "a.pdf")


def test_a_page_that_is_not_there_is_named() -> None:
    content = pdf_of(SEVEN, None)
    with pytest.raises(DataError, match=r"^a\.pdf: page 2: is damaged"):
        pdf.picture_of_pdf_page(content, 2, "a.pdf")
    for page in (0, 3):
        with pytest.raises(DataError, match=rf"^a\.pdf: has no page {page}, but 2 pages"):
            pdf.picture_of_pdf_page(content, page, "a.pdf")


def test_more_pages_than_a_document_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PAGES_MAX", 2)
    with pytest.raises(DataError, match=r"^a\.pdf: a PDF of 3 pages") as refused:
        pdf.count_pdf_pages(pdf_of(SEVEN, ONE, BLANK), "a.pdf")
    assert "there may be 1 to 2; divide it" in refused.value.hint


def test_scripts_of_a_document_cannot_run() -> None:
    from pypdfium2.version import PDFIUM_INFO

    assert not {"V8", "XFA"} & set(PDFIUM_INFO.flags)
