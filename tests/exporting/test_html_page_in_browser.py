"""The exported page in a real browser, from a disk: it frames as Python does (within 2 grey levels)
and computes as onnxruntime does (within 0.001)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="the export extra is not installed")
pytest.importorskip("cv2", reason="the export extra is not installed")

from browsing import STROKES, Visit, expect_a_phone_to_do
from tenfold import load
from tenfold.classifier import Classifier, find_model
from tenfold.exporting import export
from tenfold.framing import picture_of_array, tile_of
from tenfold.model_folder import ModelFolder, open_model, write_model
from tenfold.model_folder.facts import ModelFacts

SHEET, EDGE = 320, 20  # pixels of what the page reads, and of the paper around what is drawn
LEVELS, SHARES = 2, 1e-3  # how far page and Python may be apart
PENS = (1, 2.5, 5, 9, 16, 34)  # pixels, hairline to marker


@pytest.fixture(scope="module")
def page_at(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("page") / "out"
    export("pictures", folder)
    return (folder / "index.html").as_uri()


@pytest.fixture
def visit(browser, page_at: str):
    """On a desktop; at its end, no fault and no request."""
    visit = Visit(browser, page_at)
    yield visit
    assert (visit.faults, visit.elsewhere) == ([], [])
    visit.close()


def drawings() -> list[dict[str, Any]]:
    """Every digit with every pen, at sizes and places by chance; some with a speck, some faint."""
    rng = np.random.default_rng(0)
    made = []
    for digit in range(10):
        for pen in PENS:
            high = rng.uniform(0.1, 0.95)
            wide = high * rng.uniform(0.4, 1)
            left, top = rng.uniform(0, 1 - wide), rng.uniform(0, 1 - high)
            strokes = [[[left + x * wide, top + y * high] for x, y in s] for s in STROKES[digit]]
            if rng.random() < 0.3:  # a slip of the pen
                strokes.append([rng.uniform(0, 1, 2).tolist()] * 2)
            ink = "#000" if rng.random() < 0.8 else "#777"
            made.append({"strokes": strokes, "pen": pen, "ink": ink})
    return made


DRAW = """drawn => {
    const sheet = Object.assign(document.createElement('canvas'), {width: 320, height: 320});
    const pen = sheet.getContext('2d', {willReadFrequently: true});
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, 320, 320);
    pen.translate(20, 20);
    pen.beginPath();
    pen.rect(0, 0, 280, 280);
    pen.clip();
    pen.scale(280, 280);
    pen.strokeStyle = drawn.ink;
    pen.lineWidth = drawn.pen / 280;
    pen.lineCap = pen.lineJoin = 'round';
    for (const stroke of drawn.strokes) {
        pen.beginPath();
        for (const point of stroke) pen.lineTo(...point);
        pen.stroke();
    }
    const {data} = pen.getImageData(0, 0, 320, 320);
    const grey = new Uint8Array(320 * 320).map((_, i) => data[4 * i]);
    const said = tenfold.read(grey), letters = [];
    for (let i = 0; i < grey.length; i += 1024)
        letters.push(String.fromCharCode(...grey.subarray(i, i + 1024)));
    return {grey: btoa(letters.join('')), said: said && {...said, tile: [...said.tile]}};
}"""


def grey_of(answer: dict[str, Any]) -> np.ndarray:
    levels = np.frombuffer(base64.b64decode(answer["grey"]), np.uint8)
    return levels.reshape(SHEET, SHEET)


def test_it_frames_and_reads_as_python_does(visit: Visit) -> None:
    classifier = Classifier.load("pictures", threads=1)
    for drawn in drawings():
        answer = visit.page.evaluate(DRAW, drawn)
        said = answer["said"]
        expected = tile_of(picture_of_array(grey_of(answer)))
        tile = np.array(said["tile"], np.uint8).reshape(28, 28)
        assert np.abs(tile.astype(int) - expected).max() <= LEVELS, drawn
        outputs = classifier.outputs(tile[None])
        assert np.abs(outputs.probabilities[0] - said["probabilities"]).max() <= SHARES
        assert abs(outputs.is_digit[0] - said["is_digit"]) <= SHARES


def test_what_is_too_faint_or_absent_is_nothing(visit: Visit) -> None:
    empty = visit.page.evaluate(DRAW, {"strokes": [], "pen": 9, "ink": "#000"})
    assert empty["said"] is None
    assert not tile_of(picture_of_array(grey_of(empty))).any()
    faint = visit.page.evaluate(DRAW, {"strokes": STROKES[3], "pen": 9, "ink": "#fdfdfd"})
    assert faint["said"] is None
    assert not tile_of(picture_of_array(grey_of(faint))).any()


def test_drawn_digits_are_answered_as_tenfold_load_answers(visit: Visit) -> None:
    reader = load("pictures", threads=1)
    for digit in (0, 2, 4, 7):
        visit.draw(digit, 0.3, 0.1, 0.4, 0.8)
        visit.page.wait_for_selector("#verdict[data-kind=sure], #verdict[data-kind=unsure]")
        answer = visit.page.evaluate(
            """() => {
                const grey = tenfold.drawing(), said = tenfold.read(grey);
                return {grey: [...grey], said: {...said, tile: [...said.tile]}};
            }"""
        )
        grey = np.array(answer["grey"], np.uint8).reshape(SHEET, SHEET)
        (read,) = reader(grey).digits
        said = answer["said"]
        assert said["likeliest"] == read.likeliest == digit
        # the page has one reader; tenfold.load() has another one beside it, which may make it sure
        alone = reader.classifier.outputs(read.tile[None]).probabilities.max()
        assert (said["kind"] == "sure") == (alone >= reader.reject)
        assert read.reason is None or said["kind"] == "unsure"
        assert (
            np.abs(np.array(said["tile"]).reshape(28, 28) - read.tile.astype(int)).max() <= LEVELS
        )
        visit.page.click("#clear")


def test_each_digit_is_read_as_it_is_drawn(visit: Visit) -> None:
    for digit in (3, 6):
        visit.draw(digit, 0.3, 0.1, 0.4, 0.8)
        visit.expect_text(str(digit))
        assert visit.page.locator(".bar.top span").inner_text() == str(digit)
        assert visit.page.locator("#bars .bar").count() == 10
        visit.page.click("#clear")
        visit.expect_text("")


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_file_is_refused_with_the_way_out_and_the_drawing_stays(visit: Visit, kind: str) -> None:
    visit.draw(3, 0.36, 0.15, 0.28, 0.66)
    visit.expect_text("3")
    prevented = visit.page.evaluate(
        """kind => {
            const carried = new DataTransfer();
            carried.items.add(new File(["%PDF-1.7"], "form.pdf", {type: "application/pdf"}));
            const [made, carrier] = {
                drop: [DragEvent, "dataTransfer"], paste: [ClipboardEvent, "clipboardData"],
            }[kind];
            const event = new made(kind, {[carrier]: carried, bubbles: true, cancelable: true});
            document.body.dispatchEvent(event);
            return event.defaultPrevented;
        }""",
        kind,
    )
    assert prevented
    said = visit.page.locator("#aside").inner_text()
    assert said.startswith("form.pdf: this page reads what is drawn on it, and no files")
    assert "pdftoppm" in said
    assert "tenfold read" in said
    visit.expect_text("3")
    visit.draw(7, 0.7, 0.15, 0.2, 0.4)
    assert visit.page.locator("#aside").is_hidden()


def test_undo_takes_back_a_stroke_and_a_clearing(visit: Visit) -> None:
    page = visit.page
    visit.draw(3, 0.3, 0.1, 0.4, 0.8)
    visit.expect_text("3")
    page.click("#clear")
    visit.expect_text("")
    page.keyboard.press("Control+z")
    visit.expect_text("3")
    page.click("#undo")
    visit.expect_text("")
    assert page.locator("#undo").is_disabled()


def test_drawing_without_a_mouse(visit: Visit) -> None:
    page = visit.page
    page.focus("#canvas")
    page.keyboard.press("Space")
    for _ in range(18):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    visit.expect_text("1")
    page.keyboard.press("Delete")
    visit.expect_text("")


def test_a_pen_that_presses_draws_wider(visit: Visit) -> None:
    script = """pressure => {
        const canvas = document.getElementById('canvas'), edge = canvas.getBoundingClientRect();
        canvas.setPointerCapture = () => {};
        const send = (kind, y) => canvas.dispatchEvent(new PointerEvent(kind, {pointerId: 7,
            pointerType: 'pen', pressure, button: 0,
            clientX: edge.left + 200, clientY: edge.top + y}));
        send('pointerdown', 100);
        for (let y = 100; y < 300; y += 10) send('pointermove', y);
        send('pointerup', 300);
        const ink = tenfold.drawing().filter(level => level < 128).length;
        document.getElementById('undo').click();
        return ink;
    }"""
    light, heavy = (visit.page.evaluate(script, pressure) for pressure in (0.1, 0.9))
    assert heavy > 1.5 * light > 0


def changed(folder: Path, **facts: Any) -> Path:
    """The model that ships, with other facts."""
    model = open_model(Path(__file__).parents[2] / "src/tenfold/weights/pictures")
    folder.mkdir()
    write_model(folder, model.graph, ModelFacts.from_json({**model.facts.to_json(), **facts}))
    return folder


def test_answers_below_the_models_own_threshold_are_not_sure(browser, tmp_path: Path) -> None:
    export(changed(tmp_path / "shy", reject_threshold=1.5), tmp_path / "out")
    visit = Visit(browser, (tmp_path / "out" / "index.html").as_uri())
    visit.draw(3, 0.3, 0.1, 0.4, 0.8)
    visit.expect_text("3")
    assert visit.page.get_attribute("#verdict", "data-kind") == "unsure"
    assert visit.page.locator("#words").inner_text().startswith("Not sure: perhaps a 3")
    visit.close()


def test_what_is_digit_denies_is_no_digit(browser, page_at: str, tmp_path: Path) -> None:
    visit = Visit(browser, altered(page_at, tmp_path, '"digit_min":0.5', '"digit_min":2'))
    visit.draw(3, 0.3, 0.1, 0.4, 0.8)
    visit.expect_text("–")
    assert visit.page.locator("#words").inner_text() == "This is no digit"
    visit.close()


def altered(page_at: str, folder: Path, old: str, new: str) -> str:
    """The page with other data; the policy covers its scripts and styles alone."""
    text = Path(page_at.removeprefix("file://")).read_text()
    assert text.count(old) == 1
    (folder / "altered.html").write_text(text.replace(old, new))
    return (folder / "altered.html").as_uri()


def test_a_browser_that_computes_otherwise_is_reported(
    browser, page_at: str, tmp_path: Path
) -> None:
    visit = Visit(browser, altered(page_at, tmp_path, '"is_digit":0.9', '"is_digit":0.1'))
    visit.page.wait_for_selector("#line:has-text('do not trust')")
    visit.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_of_360_pixels(browser, page_at: str, scheme: str) -> None:
    expect_a_phone_to_do(browser, page_at, scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_that_axe_finds(browser, page_at: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    visit = Visit(browser, page_at, color_scheme=scheme, bypass_csp=True)
    for digit in (None, 3):
        if digit is not None:
            visit.draw(digit, 0.3, 0.1, 0.4, 0.8)
            visit.expect_text("3")
        found = axe.Axe().run(visit.page)
        assert found.violations_count == 0, found.generate_report()
    visit.close()


# ---------------------------------------------------------------- other networks


def agrees(browser, model: ModelFolder, folder: Path) -> None:
    """The page of a model computes as onnxruntime does, on tiles of noise of all strengths."""
    write_model(folder, model.graph, model.facts)
    export(folder, folder.parent / "page")
    visit = Visit(browser, (folder.parent / "page" / "index.html").as_uri())
    assert visit.page.locator("#line").is_hidden()
    script = """grey => {
        const said = tenfold.read(Uint8Array.from(grey));
        return {...said, tile: [...said.tile]};
    }"""
    classifier = Classifier.load(folder, threads=1)
    rng = np.random.default_rng(0)
    for strength in (60, 160, 255):
        grey = np.full((SHEET, SHEET), 255)
        at = rng.integers(EDGE, SHEET - EDGE - 60, 2)
        grey[at[0] : at[0] + 60, at[1] : at[1] + 40] -= rng.integers(0, strength, (60, 40))
        said = visit.page.evaluate(script, grey.ravel().tolist())
        outputs = classifier.outputs(np.array(said["tile"], np.uint8).reshape(1, 28, 28))
        assert np.abs(outputs.probabilities[0] - said["probabilities"]).max() <= SHARES
        assert abs(outputs.is_digit[0] - said["is_digit"]) <= SHARES
        assert outputs.probabilities[0].max() < 0.9999  # else nothing was compared
    visit.close()


def test_the_network_for_rows_agrees(browser, tmp_path: Path) -> None:
    model = load("mnist").classifier.model
    (tmp_path / "model").mkdir()
    agrees(browser, model, tmp_path / "model")


@pytest.mark.train
@pytest.mark.parametrize("kind", ["ensemble", "ensemble of ten", "notebook", "residual"])
def test_what_training_can_export_agrees(browser, tmp_path: Path, kind: str) -> None:
    torch = pytest.importorskip("torch")
    from torch import nn

    from tenfold.training.networks.architectures import notebook_network, stem_network
    from tenfold.training.networks.to_onnx import Deployed, onnx_graph

    class Residual(nn.Sequential):
        def forward(self, values: Any) -> Any:
            return values + super().forward(values)

    def residual() -> Any:
        block = Residual(nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        return nn.Sequential(
            nn.PixelUnshuffle(2), nn.Conv2d(4, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(),
            block, nn.BatchNorm2d(8), nn.AvgPool2d(2), nn.Conv2d(8, 16, 3, stride=2, padding=1),
            nn.ReLU(), nn.AvgPool2d(3, 2, padding=1), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
            nn.Linear(16, 11),
        )  # fmt: skip

    make: dict[str, Callable[[], list[Any]]] = {
        "ensemble": lambda: [stem_network(4, 11), stem_network(4, 11)],
        "ensemble of ten": lambda: [stem_network(4, 10) for _ in range(3)],
        "notebook": lambda: [notebook_network(10)],
        "residual": lambda: [residual(), residual()],
    }
    torch.manual_seed(0)
    members = make[kind]()
    for layer in (layer for member in members for layer in member.modules()):
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean.uniform_(-0.1, 0.1)
            layer.running_var.uniform_(0.5, 2)
    (tmp_path / "model").mkdir()
    graph = onnx_graph(Deployed(members, 0.7))
    agrees(
        browser, ModelFolder(json.dumps(kind), graph, find_model("mnist").facts), tmp_path / "model"
    )
