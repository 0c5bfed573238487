"""Documents of several pages: an answer for each page, and none that comes too late."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from conftest import NEEDS_DOCUMENTS, paint
from pdf_files import FOUR, ONE, SEVEN, pdf_of
from served import Server, form_of, serving
from tenfold.errors import DataError, MissingExtraError
from tenfold.reading.detections import NO_TILES, Detections
from tenfold.serving.documents import PAGES_AT_ONCE, find_first, find_others
from tenfold.serving.gate.refusals import Refused, busy


def tiff_of(*digits: str) -> bytes:
    first, *others = map(paint, digits)
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=others)
    return file.getvalue()


def found(page: int) -> Detections:
    return Detections(NO_TILES, (), 9, 9, "a.pdf", "blank", page=page, pages=9)


@pytest.mark.parametrize("kind", ["tiff", "pdf"])
def test_each_page_of_an_upload_has_its_answer(server: Server, kind: str) -> None:
    if kind == "pdf":
        pytest.importorskip("pypdfium2", reason=NEEDS_DOCUMENTS)
    content = tiff_of("7", "1") if kind == "tiff" else pdf_of(SEVEN, ONE)
    media_type = "image/tiff" if kind == "tiff" else "application/pdf"
    answer = server.post("/predict", content, media_type)
    assert answer.status == 200
    assert answer.json["file"] == "picture"
    readings = answer.json["readings"]
    assert [(r["page"], r["pages"], r["text"]) for r in readings] == [(1, 2, "7"), (2, 2, "1")]
    body, form = form_of(content, "form")
    named = server.post("/predict?tiles=true", body, form).json
    assert [r["file"] for r in named["readings"]] == ["form", "form"]
    assert all("tile" in r["rows"][0][0]["digits"][0] for r in named["readings"])
    one = server.post("/predict?page=2", content, media_type)
    assert (one.json["page"], one.json["pages"], one.json["text"]) == (2, 2, "1")
    for page, said in (("3", "has no page 3, but 2 pages"), ("0", "page is '0'")):
        refused = server.post(f"/predict?page={page}", content, media_type)
        assert refused.status == 422
        assert said in refused.json["error"]


def test_a_bad_page_has_an_error_and_the_others_are_read(server: Server) -> None:
    pytest.importorskip("pypdfium2", reason=NEEDS_DOCUMENTS)
    for bad in (0, 1):
        pages: list[str | None] = [SEVEN, FOUR]
        pages.insert(bad, None)
        answer = server.post("/predict", pdf_of(*pages), "application/pdf")
        assert answer.status == 200
        readings = answer.json["readings"]
        assert [reading["page"] for reading in readings] == [1, 2, 3]
        assert "is damaged" in readings.pop(bad)["error"]
        assert [(reading["text"], reading["error"]) for reading in readings] == [
            ("7", None), ("4", None),
        ]  # fmt: skip
        alone = server.post(f"/predict?page={bad + 1}", pdf_of(*pages), "application/pdf")
        assert alone.status == 422


@pytest.mark.parametrize(
    ("content", "said"),
    [(pdf_of(SEVEN, locked=True), "locked with a password"), (b"%PDF-1.7\n", "a damaged PDF")],
)
def test_a_document_that_cannot_be_opened_is_one_error(
    server: Server, content: bytes, said: str
) -> None:
    pytest.importorskip("pypdfium2", reason=NEEDS_DOCUMENTS)
    for media_type in ("application/pdf", "application/octet-stream"):
        answer = server.post("/predict", content, media_type)
        assert answer.status == 422
        assert said in answer.json["error"]


def test_what_is_expected_is_told_where_nothing_matches(server: Server) -> None:
    answer = server.post("/predict?expect=isbn", tiff_of("7", "1"), "image/tiff")
    numbers = [reading["rows"][0][0] for reading in answer.json["readings"]]
    assert [(n["text"], n["reason"]) for n in numbers] == [("7", "unexpected"), ("1", "unexpected")]
    refused = server.post("/predict?expect=31..1", tiff_of("7"), "image/tiff")
    assert refused.status == 422
    assert refused.json["hint"] == "the lower end comes first: 1..31"


def test_more_pages_than_are_read_at_once_are_asked_for_one_by_one(tmp_path: Path) -> None:
    with serving(tmp_path, "--pages-max", "2") as server:
        content = tiff_of("7", "1", "4")
        refused = server.post("/predict", content, "image/tiff")
        assert refused.status == 413
        assert "holds 3 pages, and at most 2 are read for one request" in refused.json["error"]
        assert "?page=1" in refused.json["hint"]
        assert server.post("/predict?page=3", content, "image/tiff").json["text"] == "4"


def test_what_is_not_done_in_time_says_so_and_the_rest_is_answered() -> None:
    async def find(page: int) -> Detections:
        if page == 3:
            raise DataError("a.pdf: page 3: is damaged", hint="mend it")
        if page == 4:
            raise busy("too many pictures at once that take long to open")
        if page > 4:
            await asyncio.sleep(60)
        return found(page)

    async def run() -> list[Detections]:
        end_seconds = asyncio.get_running_loop().time() + 0.2
        return await find_others(find, "a.pdf", 6, end_seconds)

    pages = asyncio.run(run())
    assert [page.page for page in pages] == [2, 3, 4, 5, 6]
    assert [page.error for page in pages] == [
        None,
        "is damaged (mend it)",
        "too many pictures at once that take long to open "
        "(ask for it by itself, a little later: ?page=4)",
        "not read in time (ask for it by itself: ?page=5)",
        "not read in time (ask for it by itself: ?page=6)",
    ]


def test_a_document_has_few_pages_in_work_at_once() -> None:
    now = most = 0

    async def find(page: int) -> Detections:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return found(page)

    async def run() -> None:
        await find_others(find, "a.pdf", 40, asyncio.get_running_loop().time() + 60)

    asyncio.run(run())
    assert most == PAGES_AT_ONCE


def test_a_refusal_of_the_whole_request_is_no_error_of_a_page() -> None:
    async def find(page: int) -> Detections:
        raise Refused(422, "expect: of 50 readings too few match", hint="expect less")

    with pytest.raises(Refused, match="too few match"):
        asyncio.run(find_others(find, "a.pdf", 3, float("inf")))


def test_a_server_without_the_extra_says_what_both_sides_can_do() -> None:
    class Absent:
        def count_pages(self, content: bytes, name: str, cancellation: None) -> int:
            raise MissingExtraError("reading PDF documents", "documents")

    with pytest.raises(Refused, match="this server reads none") as refused:
        find_first(Absent(), b"%PDF-1.7", "form.pdf", None, 20, {})  # type: ignore[arg-type]
    assert refused.value.status == 422
    assert "tenfold read FILE.pdf" in refused.value.hint
    assert "[documents]" in refused.value.hint
