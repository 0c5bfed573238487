"""Many pictures: files, folders and patterns; a bad one does not stop the others."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

import pytest
from PIL import Image

import pdf_files
import tenfold
from conftest import NEEDS_DOCUMENTS, NEEDS_PHOTO, paint
from picture_files import BOMB, encoded
from spaced_text import written
from tenfold.cli import main
from tenfold.isolation import PoolBusy
from tenfold.reading import pictures
from tenfold.reading.detections import NO_TILES, Detections
from tenfold.reading.reader import Reader


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


BAD = {
    "truncated.jpg": (encoded(Image.effect_noise((300, 200), 40), "JPEG")[:4000], "broken"),
    "empty.png": (b"", "an empty file"),
    "drawing.svg.png": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
    "page.png": (b"<!DOCTYPE html><html><body>Sign in", "a web page"),
    "bomb.png": (BOMB, "more than 50 million pixels"),
}


def test_bad_files_are_said_and_the_good_one_still_comes(
    inside: Path, capsys: pytest.CaptureFixture[str], reader: Reader
) -> None:
    for name, (content, _) in BAD.items():
        (inside / name).write_bytes(content)
    paint("7").save("z.png")
    with pytest.raises(SystemExit) as ended:
        main(["read", ".", "missing.png", "*.tiff"])
    told = capsys.readouterr()
    assert ended.value.code == 2
    lines = {line.split("\t")[0]: line.split("\t")[1:] for line in told.out.splitlines()}
    for name, (_, said) in BAD.items():
        assert lines[f"./{name}"][:2] == ["", ""]
        assert lines[f"./{name}"][2].startswith("error: ")
        assert said in lines[f"./{name}"][2]
    assert lines["./z.png"][0] == "7"
    assert "No such file" in lines["missing.png"][2]
    assert "no file matches" in lines["*.tiff"][2]
    assert "Traceback" not in told.err


def test_a_folder_without_pictures_is_said(
    inside: Path, capsys: pytest.CaptureFixture[str], reader: Reader
) -> None:
    (inside / "scans").mkdir()
    with pytest.raises(SystemExit) as ended:
        main(["read", "scans"])
    assert ended.value.code == 2
    assert "scans\t\t\terror: holds no pictures" in capsys.readouterr().out


def test_standard_input_is_a_picture(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, reader: Reader
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(encoded(paint("7")))))
    with pytest.raises(SystemExit) as ended:
        main(["read", "-"])
    assert ended.value.code == 0
    assert "\t7\t" in capsys.readouterr().out


def test_ten_thousand_pictures_stream() -> None:
    """However many there are, few are in work ahead of the one that is asked for."""
    begun, lock = 0, Lock()

    def look(picture: int) -> Detections:
        nonlocal begun
        with lock:
            begun += 1
        return Detections(NO_TILES, (), 1, 1, str(picture))

    def names() -> Iterator[int]:
        yield from range(10_000)

    answered = 0
    for batch in pictures._batches(names(), look, 2):
        for found in batch:
            assert found.file == str(answered)
            answered += 1
        assert begun - answered <= 2 * pictures.AHEAD
    assert answered == 10_000


def test_one_bad_picture_does_not_stop_the_others(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    (tmp_path / "a.png").write_bytes(b"<html>")
    written("7").save(tmp_path / "b.png")
    bad, good = tenfold.read(tmp_path)
    assert bad.error is not None
    assert bad.error.startswith("a web page (HTML), which cannot be opened as a picture (")
    assert good.text == "7"


def test_a_folder_is_read_in_the_order_of_its_numbers(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    for name in ("b10", "b9", "a2", "a10"):
        written("7").save(tmp_path / f"{name}.png")
    (tmp_path / "a2").mkdir()
    written("7").save(tmp_path / "a2" / "1.png")
    expected = ["a2.png", "a10.png", "b9.png", "b10.png", "a2/1.png"]
    for given in (str(tmp_path), str(tmp_path / "**" / "*.png")):
        names = [os.path.relpath(reading.file, tmp_path) for reading in tenfold.read(given)]
        assert sorted(names) == sorted(expected)
        assert [name for name in names if "/" not in name] == expected[:4]


def test_documents_in_a_folder_are_not_passed_over(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    written("7").save(tmp_path / "1.png")
    (tmp_path / "2.docx").write_bytes(b"PK\x03\x04 word/document.xml")
    good, document = tenfold.read(tmp_path)
    assert (good.text, good.error) == ("7", None)
    assert document.error is not None
    assert document.error.startswith("a Word document")
    assert "print it to PDF" in document.error


def test_each_page_of_a_document_has_its_answer(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    pages = [written("7"), written("2"), written("35")]
    pages[0].save(tmp_path / "2.tif", save_all=True, append_images=pages[1:])
    written("4").save(tmp_path / "10.png")
    answers = list(tenfold.read(tmp_path))
    assert [os.path.basename(a.file) for a in answers] == ["2.tif"] * 3 + ["10.png"]
    assert [(a.page, a.pages, a.text) for a in answers] == [
        (1, 3, "7"), (2, 3, "2"), (3, 3, "35"), (1, 1, "4"),
    ]  # fmt: skip


def test_a_bad_page_does_not_stop_the_others(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    pytest.importorskip("pypdfium2", reason=NEEDS_DOCUMENTS)
    (tmp_path / "form.pdf").write_bytes(pdf_files.pdf_of(pdf_files.SEVEN, None, pdf_files.ONE))
    (tmp_path / "locked.pdf").write_bytes(pdf_files.pdf_of(pdf_files.SEVEN, locked=True))
    answers = list(tenfold.read(tmp_path))
    assert [(a.page, a.pages, a.text) for a in answers] == [
        (1, 3, "7"), (2, 3, ""), (3, 3, "1"), (None, 1, ""),
    ]  # fmt: skip
    damaged, locked = answers[1].error, answers[3].error
    assert damaged is not None
    assert damaged.startswith("is damaged (export it")
    assert locked is not None
    assert locked.startswith("a PDF that is locked with a password (save a copy without one: qpdf")


def test_without_the_extra_a_document_is_named_with_both_ways_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    (tmp_path / "absent").mkdir()
    (tmp_path / "absent" / "pypdfium2.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(tmp_path / "absent")
    (tmp_path / "1.pdf").write_bytes(pdf_files.pdf_of(pdf_files.SEVEN))
    written("4").save(tmp_path / "2.png")
    document, picture = tenfold.read([tmp_path / "1.pdf", tmp_path / "2.png"])
    assert document.error is not None
    assert "[documents]'" in document.error
    assert picture.text == "4"


def test_a_document_is_counted_again_where_costly_pictures_took_all_places() -> None:
    tries: list[int] = []

    class Busy:
        def pages_of(self, picture: bytes) -> list[bytes]:
            tries.append(1)
            if len(tries) < 3:
                raise PoolBusy
            return [picture]

    assert list(pictures._pages(Busy(), [b"a"])) == [b"a"]  # type: ignore[arg-type]
    assert len(tries) == 3
