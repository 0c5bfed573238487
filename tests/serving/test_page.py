"""The page of `tenfold serve`, in a real browser."""

from __future__ import annotations

import io
from pathlib import Path

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
    assert "pdftoppm" in words.inner_text()
    assert page.locator("#unshown").inner_text() == "form.rtf"
    assert page.locator("#picture").is_hidden()
    page.click("#clear")
    visit.draw(3, 0.36, 0.15, 0.28, 0.66)
    visit.expect_text("3")
    assert page.locator("#unshown").is_hidden()
    visit.faults.clear()  # the browser itself tells the console of a 422


def test_of_a_file_of_pages_the_first_is_read_and_the_others_are_said(visit: Visit, tmp_path: Path):
    first, second = paint("3", 200), paint("4", 200)
    first.save(tmp_path / "scan.tif", save_all=True, append_images=[second])
    first.save(tmp_path / "scan.pdf", save_all=True, append_images=[second])
    for name in ("scan.tif", "scan.pdf"):
        if name == "scan.pdf":
            pytest.importorskip("pypdfium2", reason=NEEDS_DOCUMENTS)
        visit.page.set_input_files("#file", tmp_path / name)
        visit.expect_text("3")
        visit.page.wait_for_selector("#notes >> text=page 1 of 2")
        visit.page.click("#clear")


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


def test_nothing_that_is_dropped_or_pasted_is_passed_over_in_silence(visit: Visit):
    beside = visit.page.locator("#aside")
    for kind, said in (("drop", "dropped is no file"), ("paste", "pasted is no picture")):
        carry(visit, kind)
        assert said in beside.inner_text()
    three, four = png_of(paint("3", 200)), png_of(paint("4", 200))
    files = [("a.rtf", "application/rtf", FORM), ("3.png", "image/png", three), ("4.png", "", four)]
    assert carry(visit, "drop", *files)
    visit.expect_text("3")
    assert beside.inner_text().startswith("3.png alone is read, of 3 files")
    carry(visit, "drop", files[2])  # of no type that the browser knows
    visit.expect_text("4")
    assert beside.is_hidden()


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
    page.wait_for_selector("#verdict:not([data-kind=idle])")
    kinds = set()
    for value in range(int(page.get_attribute("#reject", "max") or 0) + 1):
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
