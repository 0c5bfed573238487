"""The page of `tenfold serve`, in a real browser."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("uvicorn", reason="the serve extra is not installed")
pytest.importorskip("cv2", reason="the photo extra is not installed")

from browsing import Visit, expect_a_phone_to_do
from conftest import NEEDS_DOCUMENTS, paint
from served import Server, png_of, serving
from tenfold.sources import open_digits


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory: pytest.TempPathFactory, kept: Path):
    with serving(tmp_path_factory.mktemp("server"), "--keep", str(kept)) as running:
        yield running


@pytest.fixture
def visit(browser, server: Server):
    """On a desktop; at its end, no fault and no request to another host."""
    visit = Visit(browser, f"{server.url}/")
    yield visit
    assert visit.faults == []
    assert visit.elsewhere == []
    visit.close()


def test_each_digit_is_read_as_it_is_drawn(visit: Visit):
    for digit in range(10):
        visit.draw(digit, 0.36, 0.15, 0.28, 0.66)
        visit.expect_text(str(digit))
        visit.page.click("#clear")
        visit.expect_text("")


def test_it_answers_while_the_pen_keeps_moving(visit: Visit):
    paper, mouse = visit.paper, visit.page.mouse
    across, down = paper["x"] + paper["width"] / 2, paper["y"] + paper["height"] / 4
    mouse.move(across, down)
    mouse.down()
    for step in range(400):
        mouse.move(across + 4 * (step % 2), down + min(step * 4, paper["height"] / 2))
        if visit.page.locator("#text").inner_text().strip():
            break
    else:
        raise AssertionError("no answer before the pen was lifted")
    mouse.up()


INK_ON_SCREEN = """() => {
    const {width, height} = canvas, pen = canvas.getContext("2d");
    const {data} = pen.getImageData(0, 0, width, height);
    let [left, right, top, bottom] = [1, 0, 1, 0];
    for (let i = 0; i < width * height; i++) {
        if (data[4 * i + 3] < 128) continue;
        const x = (i % width) / width, y = Math.floor(i / width) / height;
        [left, right] = [Math.min(left, x), Math.max(right, x)];
        [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
    return [left, right, top, bottom];
}"""


def test_a_stroke_ends_where_the_pen_was_lifted(visit: Visit):
    paper, mouse = visit.paper, visit.page.mouse
    mouse.move(paper["x"] + paper["width"] / 2, paper["y"] + paper["height"] * 0.2)
    mouse.down()
    mouse.move(paper["x"] + paper["width"] / 2, paper["y"] + paper["height"] * 0.8)
    mouse.up()
    _, _, top, bottom = visit.page.evaluate(INK_ON_SCREEN)
    assert top < 0.2
    assert bottom > 0.8
    visit.expect_text("1")


def test_what_is_sent_is_what_is_drawn(visit: Visit):
    asked: list[bytes] = []
    visit.page.on("request", lambda request: asked.append(request.post_data_buffer))
    visit.draw(1, 0.36, 0.15, 0.28, 0.66)
    visit.expect_text("1")
    sent = Image.open(io.BytesIO(asked[-1]))
    assert (sent.format, sent.mode) == ("TIFF", "L")
    grey = np.asarray(sent)
    rows, columns = np.nonzero(grey < 128)
    high, wide = grey.shape
    assert max(grey.shape) == 320
    edges = [columns.min() / wide, columns.max() / wide, rows.min() / high, rows.max() / high]
    assert edges == pytest.approx(visit.page.evaluate(INK_ON_SCREEN), abs=0.01)
    assert (grey.min(), grey.max()) == (0, 255)
    assert len(np.unique(grey)) > 20  # edges are smooth


def test_a_number_is_read_with_a_box_at_each_digit(visit: Visit):
    for place, digit in enumerate([2, 0, 4, 7]):
        visit.draw(digit, 0.06 + 0.23 * place, 0.35, 0.16, 0.34)
    visit.expect_text("2047")
    boxes = visit.page.locator(".box")
    names = [boxes.nth(i).get_attribute("aria-label") for i in range(boxes.count())]
    assert [name.removeprefix("not sure, ")[0] for name in names] == ["2", "0", "4", "7"]
    assert all(name.endswith("%") for name in names)
    boxes.nth(2).locator("span").click()
    assert visit.page.locator(".bar.top span").inner_text() == "4"


def test_the_tile_that_the_model_saw_is_shown(visit: Visit):
    visit.draw(3, 0.36, 0.15, 0.28, 0.66)
    visit.expect_text("3")
    ink = visit.page.evaluate(
        """() => [...document.getElementById('tile').getContext('2d').getImageData(0, 0, 28, 28)
        .data].filter((level, i) => i % 4 === 0 && level > 100).length"""
    )
    assert 40 < ink < 300


def test_undo_takes_back_a_stroke_and_a_clearing(visit: Visit):
    visit.draw(1, 0.2, 0.2, 0.25, 0.6)
    visit.draw(7, 0.55, 0.2, 0.25, 0.6)
    visit.expect_text("17")
    visit.page.click("#undo")
    visit.expect_text("1")
    visit.page.click("#clear")
    visit.expect_text("")
    visit.page.keyboard.press("Control+z")
    visit.expect_text("1")


def test_drawing_without_a_mouse(visit: Visit):
    """A 1, by keys alone: tab to the paper, lower the pen, go down, lift it."""
    page = visit.page
    while page.evaluate("document.activeElement.id") != "canvas":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(18):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    visit.expect_text("1")
    page.keyboard.press("Delete")
    visit.expect_text("")


def test_a_picture_is_read_with_what_was_done_to_it(visit: Visit, tmp_path: Path):
    paint("3", 200).save(tmp_path / "three.png")
    visit.page.set_input_files("#file", tmp_path / "three.png")
    visit.expect_text("3")
    assert visit.page.locator("#picture").is_visible()
    assert "inverted" in visit.page.locator("#notes").inner_text()
    visit.page.click("#clear")
    assert visit.page.locator("#picture").is_hidden()


def test_a_picture_can_be_dropped_and_pasted(visit: Visit, tmp_path: Path):
    paint("3", 200).save(tmp_path / "three.png")
    for kind, carrier in (
        ("drop", "dataTransfer"),
        ("paste", "clipboardData"),
    ):
        visit.page.evaluate(
            """([kind, carrier, bytes]) => {
                const carried = new DataTransfer();
                carried.items.add(new File([new Uint8Array(bytes)], "3.png", {type: "image/png"}));
                const made = kind === "drop" ? DragEvent : ClipboardEvent;
                document.dispatchEvent(new made(kind, {[carrier]: carried, bubbles: true}));
            }""",
            [kind, carrier, [*(tmp_path / "three.png").read_bytes()]],
        )
        visit.expect_text("3")
        visit.page.click("#clear")
        visit.expect_text("")


FORM = b"{\\rtf1 a form}"
CARRY = """([kind, files]) => {
    const carried = new DataTransfer();
    for (const [name, type, bytes] of files) {
        carried.items.add(new File([new Uint8Array(bytes)], name, {type}));
    }
    const [made, carrier] = {
        drop: [DragEvent, "dataTransfer"], paste: [ClipboardEvent, "clipboardData"],
    }[kind];
    const event = new made(kind, {[carrier]: carried, bubbles: true, cancelable: true});
    document.body.dispatchEvent(event);
    return event.defaultPrevented;
}"""


def carry(visit: Visit, kind: str, *files: tuple[str, str, bytes]) -> bool:
    """Drop or paste; whether the browser was kept from doing what it does with files."""
    listed = [[name, media_type, [*content]] for name, media_type, content in files]
    prevented: bool = visit.page.evaluate(CARRY, [kind, listed])
    return prevented


@pytest.mark.parametrize("way", ["drop", "paste", "open"])
def test_a_document_is_named_with_the_way_out(visit: Visit, tmp_path: Path, way: str):
    page, words = visit.page, visit.page.locator("#words")
    if way == "open":
        (tmp_path / "form.rtf").write_bytes(FORM)
        page.set_input_files("#file", tmp_path / "form.rtf")
    else:
        assert carry(visit, way, ("form.rtf", "application/rtf", FORM))
    page.wait_for_selector("#verdict[data-kind=none]")
    assert words.inner_text().startswith("form.rtf: an RTF document")
    assert "print it to PDF" in words.inner_text()
    assert page.locator("#unshown").inner_text() == "form.rtf"
    assert page.locator("#picture").is_hidden()
    page.click("#clear")
    visit.draw(3, 0.36, 0.15, 0.28, 0.66)
    visit.expect_text("3")
    assert page.locator("#unshown").is_hidden()
    visit.faults.clear()  # the browser itself tells the console of a 422


@pytest.mark.parametrize("name", ["scan.tif", "scan.pdf"])
def test_every_page_of_a_file_is_read(visit: Visit, tmp_path: Path, name: str):
    if name == "scan.pdf":
        pytest.importorskip("pypdfium2", reason=NEEDS_DOCUMENTS)
    paint("3", 200).save(tmp_path / name, save_all=True, append_images=[paint("4", 200)])
    visit.page.set_input_files("#file", tmp_path / name)
    visit.expect_text("3")
    visit.page.wait_for_selector("#notes >> text=page 1 of 2")
    assert table_of(visit) == [[f"{name}, page 1", "1", "3"], [f"{name}, page 2", "1", "4"]]
    assert visit.page.locator("#picture").is_visible()  # the server's picture of the page
    visit.page.locator("#lines button").nth(1).click()
    visit.expect_text("4")


def test_a_long_file_that_is_no_picture_is_recognised_by_its_first_bytes(
    visit: Visit, tmp_path: Path
):
    with (tmp_path / "long.rtf").open("wb") as file:
        file.write(FORM)
        file.truncate(100_000_000)  # more than the server takes
    visit.page.set_input_files("#file", tmp_path / "long.rtf")
    visit.page.wait_for_selector("#verdict[data-kind=none]")
    assert "long.rtf: an RTF document" in visit.page.locator("#words").inner_text()
    visit.faults.clear()


def table_of(visit: Visit) -> list[list[str]]:
    """Picture, row and number of each line, once all is read."""
    visit.page.wait_for_function(
        "() => document.getElementById('verdict').getAttribute('aria-busy') !== 'true'"
    )
    lines = visit.page.locator("#lines tr")
    return [lines.nth(i).locator("td").all_inner_texts()[:3] for i in range(lines.count())]


def test_nothing_that_is_dropped_or_pasted_is_passed_over_in_silence(visit: Visit):
    beside = visit.page.locator("#aside")
    for kind, said in (("drop", "dropped is no file"), ("paste", "pasted is no picture")):
        carry(visit, kind)
        assert said in beside.inner_text()
    three, four = png_of(paint("3", 200)), png_of(paint("4", 200))
    files = [("3.png", "image/png", three), ("a.rtf", "application/rtf", FORM), ("4.png", "", four)]
    assert carry(visit, "drop", *files)
    visit.expect_text("3")
    assert table_of(visit) == [["3.png", "1", "3"], ["a.rtf", "", ""], ["4.png", "1", "4"]]
    assert "an RTF document" in visit.page.locator("#lines tr").nth(1).inner_text()
    carry(visit, "drop", files[2])  # of no type that the browser knows
    visit.expect_text("4")
    assert visit.page.locator("#day").is_hidden()
    visit.faults.clear()  # the browser itself tells the console of a 422


def test_what_is_not_sure_and_what_is_no_picture_look_like_answers(visit: Visit, tmp_path: Path):
    page = visit.page
    visit.draw(3, 0.36, 0.15, 0.28, 0.66)
    visit.expect_text("3")
    assert page.get_attribute("#verdict", "data-kind") == "sure"
    page.locator("#reject").fill(page.get_attribute("#reject", "max") or "")
    page.locator("#reject").fill("0")
    assert page.get_attribute("#verdict", "data-kind") == "sure"
    page.click("#clear")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    page.set_input_files("#file", tmp_path / "broken.png")
    page.wait_for_selector("#verdict[data-kind=none]")
    said = page.locator("#words").inner_text()
    assert "not a picture" in said
    assert "open it in a picture program" in said  # what to do about it
    visit.faults.clear()  # the browser itself tells the console of a 422


def test_the_threshold_makes_answers_unsure(visit: Visit):
    page = visit.page
    page.mouse.move(visit.paper["x"] + 300, visit.paper["y"] + 200)
    page.mouse.down()
    for i in range(24):  # a scribble
        x, y = (i * 7) % 10, (i * 3) % 10
        page.mouse.move(visit.paper["x"] + 300 + 20 * x, visit.paper["y"] + 180 + 18 * y)
    page.mouse.up()
    strictest = int(page.get_attribute("#reject", "max") or 0)
    page.locator("#reject").fill(str(strictest))
    # that of the whole scribble: its beginning, answered while the pen moves, is a sure 7
    page.wait_for_selector("#verdict:not([data-kind=idle]):not([data-kind=sure])")
    kinds = set()
    for value in range(strictest + 1):
        page.locator("#reject").fill(str(value))
        kinds.add(page.get_attribute("#verdict", "data-kind"))
    assert kinds <= {"sure", "unsure", "none"}
    assert kinds != {"sure"}


def test_a_correction_is_kept(visit: Visit, kept: Path):
    visit.draw(3, 0.36, 0.15, 0.28, 0.66)
    visit.expect_text("3")
    visit.page.locator("#bars button").nth(8).click()
    visit.page.wait_for_selector("#correct:has-text('Kept as 8')")
    digits = open_digits(kept).train
    assert digits is not None
    assert digits.labelled().tolist() == [8]


def test_a_corrected_digit_is_shown_as_it_was_corrected(visit: Visit):
    page, words = visit.page, visit.page.locator("#words")
    page.locator("#reject").fill("0")
    visit.draw(3, 0.1, 0.15, 0.28, 0.66)
    visit.expect_text("3")
    page.locator("#bars button").nth(8).click()
    visit.expect_text("8")
    assert words.inner_text() == "Corrected by you: it was read as a 3"
    assert page.get_attribute("#verdict", "data-kind") == "corrected"
    assert page.locator("#text .mended").inner_text() == "8"
    box = page.locator("#boxes button")
    assert box.get_attribute("aria-label") == "8, corrected by you"
    assert "8" in box.inner_text()
    assert "3" not in box.inner_text()
    visit.draw(7, 0.6, 0.15, 0.28, 0.66)
    visit.expect_text("87")  # the same tile again: the correction stays
    assert words.inner_text().startswith("1 corrected by you; ")
    assert words.inner_text().endswith("that the other is right")
    page.locator("#reject").fill("1")
    assert page.locator("#text").inner_text().strip() == "87"
    page.locator("#boxes button").first.focus()
    page.keyboard.press("Enter")
    page.locator("#bars button").nth(3).click()
    visit.expect_text("37")
    assert words.inner_text().startswith("1 confirmed by you; ")
    page.locator("#boxes button").nth(1).focus()
    page.keyboard.press("Enter")
    page.locator("#bars button").nth(1).click()
    visit.expect_text("31")
    assert words.inner_text() == "1 corrected by you; 1 confirmed by you"
    page.click("#clear")
    visit.expect_text("")


def test_a_correction_that_is_not_kept_changes_nothing(visit: Visit):
    visit.draw(3, 0.36, 0.15, 0.28, 0.7)
    visit.expect_text("3")
    visit.page.route("**/corrections", lambda route: route.abort())
    visit.page.locator("#bars button").nth(8).click()
    visit.page.wait_for_selector("#correct:has-text('Not kept')")
    visit.expect_text("3")
    visit.faults.clear()  # of the request that was stopped


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_of_360_pixels(browser, server: Server, scheme: str):
    expect_a_phone_to_do(browser, f"{server.url}/", scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_that_axe_finds(browser, server: Server, scheme: str):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    visit = Visit(browser, f"{server.url}/", color_scheme=scheme, bypass_csp=True)
    visit.draw(1, 0.2, 0.2, 0.25, 0.6)
    visit.draw(7, 0.55, 0.2, 0.25, 0.6)
    visit.expect_text("17")
    for corrected in (False, True):
        if corrected:
            visit.page.locator("#bars button").nth(8).click()
            visit.expect_text("87")
            carry(visit, "drop")
        found = axe.Axe().run(visit.page)
        assert found.violations_count == 0, found.generate_report()
    visit.page.goto(f"{server.url}/docs")
    found = axe.Axe().run(visit.page)
    assert found.violations_count == 0, found.generate_report()
    visit.close()


def test_the_page_outlives_the_server(browser, tmp_path: Path):
    with serving(tmp_path) as server:
        visit = Visit(browser, f"{server.url}/")
        visit.draw(3, 0.36, 0.15, 0.28, 0.66)
        visit.expect_text("3")
    visit.draw(1, 0.05, 0.15, 0.2, 0.66)
    visit.page.wait_for_selector("#line:has-text('cannot be reached')")
    assert visit.page.locator("#undo").is_enabled()
    visit.close()


def test_a_token_is_asked_for_and_kept_for_the_session(browser, tmp_path: Path):
    with serving(tmp_path, TENFOLD_TOKEN="sesame") as server:
        visit = Visit(browser, f"{server.url}/")
        visit.draw(3, 0.36, 0.15, 0.28, 0.66)
        visit.page.fill("#token", "sesame")
        visit.page.click("#ask button")
        visit.expect_text("3")
        visit.close()


LEVELS = itertools.count()


def page_of(*answers: dict) -> Callable[[Any], None]:
    """Answers of a server, one for each request, in the place of the real one's."""
    left = iter(answers)
    return lambda route: route.fulfill(json=next(left))


def answered(*numbers: tuple[str, str | None], marks: Sequence[dict] = ()) -> dict:
    """What the server answers to a picture of 1,000 x 250 pixels with one row of numbers, each a
    text and the reason why it is not sure. Digits are 24 pixels wide and 36 apart."""
    row, left = [], 20
    for text, reason in numbers:
        digits = []
        for letter in text:
            digits.append(
                {
                    "digit": None if reason else int(letter),
                    "likeliest": int(letter),
                    "probability": 0.98,
                    "probabilities": [0.98 if i == int(letter) else 0.002 for i in range(10)],
                    "is_digit": 1.0,
                    "box": [left, 100, left + 24, 140],
                    "reason": reason,
                    "notes": [],
                    "tile": [[next(LEVELS) % 256] * 28] * 28,  # no two alike
                }
            )
            left += 36
        shown = "?" * len(text) if reason else text
        written = f"{shown[:2]}.{shown[2:]}" if marks else shown
        row.append(
            {
                "text": shown, "written": written, "likeliest": text, "probability": 0.9,
                "alternatives": [{"text": f"9{text[1:]}", "probability": 0.06}],
                "reason": reason, "box": [digits[0]["box"][0], 100, left - 12, 140],
                "digits": digits, "marks": list(marks),
            }
        )  # fmt: skip
        left += 40
    return {
        "file": "picture", "page": 1, "pages": 1, "text": "", "rows": [row], "reason": None,
        "turn": 0, "cells": [], "notes": [], "error": None, "width": 1000, "height": 250,
    }  # fmt: skip


def give(visit: Visit, *answers: dict) -> None:
    """Open as many pictures, with these answers."""
    visit.page.route("**/predict?*", page_of(*answers))
    picture = {"mimeType": "image/png", "buffer": png_of(paint("3", 200))}
    visit.page.set_input_files(
        "#file", [{**picture, "name": f"{i + 1}.png"} for i in range(len(answers))]
    )
    visit.page.wait_for_selector(f"#lines tr:nth-child({len(answers)})", state="attached")


def numbers_of(visit: Visit) -> list[str]:
    return [number for _, _, number in table_of(visit)]


def test_the_doubtful_numbers_of_a_day_are_walked_through_by_keyboard(visit: Visit):
    doubtful = [answered(("1250", "low_confidence")) for _ in range(4)]
    give(visit, doubtful[0], answered(("77", None)), *doubtful[1:])
    page, keys = visit.page, visit.page.keyboard
    assert numbers_of(visit) == ["????", "77", "????", "????", "????"]
    assert "4 not sure" in page.locator("#count").inner_text()
    page.locator("#walk").focus()
    keys.press("Enter")
    assert page.locator("#where").inner_text() == "1.png, row 1"
    keys.press("Enter")  # the best guess
    assert page.locator("#where").inner_text() == "3.png, row 1"
    keys.press("b")  # the second one
    keys.type("4711")
    keys.press("Enter")
    keys.press("x")
    assert numbers_of(visit) == ["1250", "77", "9250", "4711", "–"]
    assert page.locator("#look").is_hidden()
    assert "all sure or looked at" in page.locator("#count").inner_text()
    page.locator("#lines button").nth(3).click()
    for expected in ("????", "????"):
        keys.press("u")
        assert expected in numbers_of(visit)
    assert numbers_of(visit) == ["1250", "77", "9250", "????", "????"]
    keys.press("Control+z")
    assert numbers_of(visit)[2] == "????"
    keys.press("Escape")
    assert page.locator("#look").is_hidden()


def test_a_correction_changes_the_number_that_is_shown(visit: Visit):
    give(visit, answered(("1250", "low_confidence")), answered(("77", None)))
    page = visit.page
    page.click("#walk")
    page.keyboard.type("1258")
    page.keyboard.press("Enter")
    visit.expect_text("1258")
    assert page.locator("#text .mended").inner_text() == "1258"
    box = page.locator("#boxes button").nth(3)
    assert box.get_attribute("aria-label") == "8, corrected by you"
    page.locator("#lines button").first.click()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    assert numbers_of(visit) == ["12", "77"]


def test_letters_are_no_correction(visit: Visit):
    give(visit, answered(("1250", "low_confidence")), answered(("77", None)))
    visit.page.click("#walk")
    visit.page.fill("#typed", "12 o'clock")
    visit.page.keyboard.press("Enter")
    assert "Digits and the marks" in visit.page.locator("#why").inner_text()
    assert numbers_of(visit) == ["????", "77"]


def test_the_table_is_copied_and_saved(browser, server: Server):
    visit = Visit(browser, f"{server.url}/", permissions=["clipboard-read", "clipboard-write"])
    give(visit, answered(("0042", None)), answered(("77", "cut_off")))
    visit.page.click("#copy")
    visit.page.wait_for_selector("#told:has-text('copied')")
    copied = visit.page.evaluate("() => navigator.clipboard.readText()").split("\n")
    assert copied[0].split("\t")[:4] == ["file", "page", "row", "text"]
    assert copied[1].split("\t")[:4] == ["1.png", "1", "1", "0042"]
    with visit.page.expect_download() as saving:
        visit.page.click("#download")
    with Path(saving.value.path()).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == ["0042", "??"]
    assert rows[1]["reason"] == "cut off by the picture's edge"
    assert visit.faults == []
    visit.close()


def test_marks_are_shown_where_they_are_asked_for(visit: Visit):
    mark = {"mark": ".", "after": 2, "box": [86, 130, 92, 140]}
    give(visit, answered(("1250", None), marks=[mark]), answered(("77", None)))
    page = visit.page
    visit.expect_text("1250")
    assert page.locator(".mark").is_hidden()
    page.check("#marks")
    visit.expect_text("12.50")
    assert numbers_of(visit) == ["12.50", "77"]
    assert page.locator(".mark").is_visible()


OVERLAPS = """() => {
    const place = (element) => element.getBoundingClientRect();
    const places = (name) => [...document.querySelectorAll(name)].map(place);
    const [boxes, labels] = [places(".box"), places(".box span")];
    const cross = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
        && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    const hiding = labels.filter((label) => boxes.some((box) => cross(label, box)));
    return [boxes.length, labels.length, hiding.length];
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_no_label_hides_one_of_24_digits(browser, server: Server, width: int):
    visit = Visit(browser, f"{server.url}/", viewport={"width": width, "height": 800})
    give(visit, answered(("314159265358", None), ("979323846264", "low_confidence")), answered())
    visit.page.wait_for_selector(".box")
    boxes, labels, hiding = visit.page.evaluate(OVERLAPS)
    assert (boxes, hiding) == (24, 0)
    assert labels > 0
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit.page.click("#walk")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit.close()


def test_boxes_and_what_was_left_out_are_said(visit: Visit):
    some = answered(("42", None))
    some["cells"] = [
        {
            "grid": 0,
            "row": 0,
            "column": i,
            "box": [20 + 60 * i, 90, 70 + 60 * i, 150],
            "empty": i > 1,
        }
        for i in range(4)
    ]
    some["rows"][0][0]["digits"][1] |= {"digit": None, "reason": "not_a_digit"}
    give(visit, some, answered(("77", None)))
    assert visit.page.locator(".cell").count() == 4
    assert visit.page.locator(".cell.empty").count() == 2
    notes = visit.page.locator("#notes").inner_text()
    assert "4 boxes or cells, 2 of them empty" in notes
    assert "left out: 1 piece of ink that is no digit" in notes


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_in_the_table(browser, server: Server, scheme: str):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    visit = Visit(browser, f"{server.url}/", color_scheme=scheme, bypass_csp=True)
    give(visit, answered(("1250", "low_confidence")), answered(("77", None)))
    visit.page.click("#walk")
    found = axe.Axe().run(visit.page)
    assert found.violations_count == 0, found.generate_report()
    visit.close()
