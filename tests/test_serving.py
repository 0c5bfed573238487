"""The server, from outside: what each route answers."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from conftest import drawn_digits, paint
from served import Server, bar, form_of, png_of, serving, three
from tenfold.reading.reader import load
from tenfold.sources import open_digits

INFER = "/v2/models/tenfold/infer"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, kept: Path):
    with serving(tmp_path_factory.mktemp("server"), "--keep", str(kept)) as running:
        yield running


@pytest.fixture(scope="module")
def tiles() -> np.ndarray:
    return drawn_digits(12).images


@pytest.fixture(scope="module")
def expected(tiles: np.ndarray) -> np.ndarray:
    return load().classifier.probabilities(tiles)


def infer_request(tiles: np.ndarray, **more: object) -> dict[str, object]:
    images = {"name": "images", "shape": list(tiles.shape), "datatype": "UINT8"}
    return {"inputs": [images | {"data": tiles.ravel().tolist()}], **more}


def test_tiles_are_taken_as_they_are(server: Server, tiles: np.ndarray, expected: np.ndarray):
    answer = server.post("/predict", {"images": tiles.tolist()})
    assert answer.status == 200
    digits = answer.json["digits"]
    read = [digit["probabilities"] for digit in digits]
    np.testing.assert_allclose(read, expected, atol=1e-5)
    assert set(digits[0]) == {"digit", "probability", "probabilities", "box", "reason"}


def test_a_picture_is_answered_as_tenfold_read_answers(server: Server):
    pytest.importorskip("cv2", reason="the photo extra is not installed")
    content = three()
    alone = server.post("/predict", content, "image/png")
    body, kind = form_of(content, "three.png")
    in_form = server.post("/predict", body, kind)
    reading = load().find(content, file="picture")
    wanted = load().answer(reading, load().classifier.outputs(reading.tiles)).to_json()
    assert alone.json == wanted
    assert in_form.json == wanted | {"file": "three.png"}


def encoded(*pictures: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    pictures[0].save(buffer, kind, save_all=len(pictures) > 1, append_images=pictures[1:])
    return buffer.getvalue()


PDF = b"%PDF-1.7\n"


@pytest.mark.parametrize(
    ("content", "kind", "status", "said", "hint"),
    [
        (PDF, "application/pdf", 415, "application/pdf: a PDF document", "pdftoppm"),
        (PDF, "image/png", 422, "picture: a PDF document", "pdftoppm"),
        (PDF, "application/octet-stream", 422, "picture: a PDF document", "pdftoppm"),
        (b"", "application/msword", 415, "an Office document", "print it to PDF"),
        (b"<svg/>", "image/svg+xml", 422, "an SVG drawing", "save it as PNG"),
        (
            encoded(paint("1"), paint("2"), kind="TIFF"),
            "image/tiff",
            422,
            "holds 2 pages",
            "magick",
        ),
        (
            encoded(paint("1"), paint("2"), kind="GIF"),
            "image/gif",
            422,
            "a GIF picture, which is not opened here",
            "PNG",
        ),
    ],
)
def test_documents_and_files_of_pages_are_named_with_the_way_out(
    server: Server, content: bytes, kind: str, status: int, said: str, hint: str
):
    answer = server.post("/predict", content, kind)
    assert answer.status == status
    assert said in answer.json["error"]
    assert hint in answer.json["hint"]


def fields_of(picture: bytes, *fields: tuple[str, str]) -> tuple[bytes, str]:
    """A form of a picture and further fields."""
    form, kind = form_of(picture)
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    return b"".join(parts) + form, kind


def test_what_is_expected_is_heeded_in_the_query_and_in_the_form(server: Server):
    pytest.importorskip("cv2", reason="the photo extra is not installed")
    picture = three()

    def text(path: str, *fields: tuple[str, str]) -> str:
        answer = server.post(path, *fields_of(picture, *fields))
        assert answer.status == 200, answer.body
        (number,) = [number for row in answer.json["rows"] for number in row]
        return number["text"] + "".join(answer.json["notes"][-1:])

    assert text("/predict").startswith("3")
    for expect in ("[0-9]", "3..9", "luhn|3"):
        assert text(f"/predict?expect={quote(expect)}").startswith("3")
        assert text("/predict", ("expect", expect)).startswith("3")
    missed = "nothing that 3 may be matches what is expected"
    for expect in ("[0-9]{2}", "11..30", "luhn"):
        assert missed in text(f"/predict?expect={quote(expect)}")
        assert missed in text("/predict", ("expect", expect))
    assert missed in text("/predict?expect=3", ("expect", "[0-9]{2}"))  # all must hold
    tiled = server.post("/predict", *fields_of(picture, ("tiles", "true")))
    assert "tile" in tiled.json["rows"][0][0]["digits"][0]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("expct=3", "no parameter is called 'expct'"),
        ("tiles=true&lang=en", "no parameter is called 'lang'"),
        ("expect=(", "expect: '(' is no regular expression: missing )"),
        ("expect=(%3F=3)3", "is no regular expression"),
        ("expect=" + "3" * 201, "longer than 200 characters"),
        ("&".join(["expect=3"] * 9), "expect: more than 8"),
        ("expect=1.." + "9" * 150 + "&expect=" + "9" * 190 + "..1&tiles=no", "tiles is 'no'"),
    ],
)
def test_a_parameter_is_heeded_or_refused(server: Server, query: str, said: str):
    answer = server.post(f"/predict?{query}", three(), "image/png")
    assert answer.status == 422
    assert said in answer.json["error"]
    assert answer.json["hint"]


def test_an_unknown_parameter_is_told_its_nearest(server: Server, tiles: np.ndarray):
    answer = server.post("/predict", *fields_of(three(), ("expects", "3")))
    assert (answer.status, answer.json["hint"]) == (422, "did you mean expect?")
    for path in (f"{INFER}?expect=3", "/corrections?expect=3"):
        assert server.post(path, {}).json["error"] == "no parameter is called 'expect'"
    answer = server.post("/predict?expect=3", {"images": tiles[:1].tolist()})
    assert (answer.status, answer.json["error"]) == (422, "expect is for pictures")


def test_a_hostile_expression_costs_no_more_than_another(server: Server):
    pytest.importorskip("cv2", reason="the photo extra is not installed")
    row = np.concatenate([np.asarray(paint("3", 80))] * 24, axis=1)
    for pattern in ("([0-9]+)+x", "([0-9]*)*([0-9]*)*([0-9]*)*x", "(3|33)*y"):
        picture = png_of(Image.fromarray(row))
        assert server.post(f"/predict?expect={quote(pattern)}", picture, "image/png").status in (
            200, 422,
        )  # fmt: skip


def test_the_tile_that_the_model_saw_comes_when_asked_for(server: Server, tiles: np.ndarray):
    answer = server.post("/predict?tiles=true", {"images": tiles[:1].tolist()})
    (digit,) = answer.json["digits"]
    assert digit["tile"] == tiles[0].tolist()
    assert digit["likeliest"] == np.argmax(digit["probabilities"])
    assert server.post("/predict?tiles=maybe", {"images": tiles[:1].tolist()}).status == 422


def test_neighbours_in_a_batch_change_no_answer(
    server: Server, tiles: np.ndarray, expected: np.ndarray
):
    def ask(i: int) -> list[float]:
        answer = server.post("/predict", {"images": tiles[i % 12 : i % 12 + 1].tolist()})
        return answer.json["digits"][0]["probabilities"]

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(ask, range(60)))
    np.testing.assert_allclose(answers, expected[np.arange(60) % 12], atol=1e-5)
    assert [int(np.argmax(a)) for a in answers] == expected.argmax(axis=1)[
        np.arange(60) % 12
    ].tolist()


def test_the_inference_protocol_describes_the_model(server: Server):
    model = server.get("/v2/models/tenfold").json
    assert model["inputs"] == [{"name": "images", "datatype": "UINT8", "shape": [-1, 28, 28]}]
    assert [output["name"] for output in model["outputs"]] == ["probabilities", "is_digit"]
    (version,) = model["versions"]
    for path in ("/v2/health/live", "/v2/health/ready", "/v2/models/tenfold/ready", "/v2"):
        assert server.get(path).status == 200
    assert server.get(f"/v2/models/tenfold/versions/{version}/ready").status == 200


@pytest.mark.parametrize("nested", [False, True])
def test_the_inference_protocol_answers(
    server: Server, tiles: np.ndarray, expected: np.ndarray, nested: bool
):
    request = infer_request(tiles, id="mine")
    if nested:
        request["inputs"][0]["data"] = tiles.tolist()
    answer = server.post(INFER, request).json
    assert (answer["model_name"], answer["id"]) == ("tenfold", "mine")
    probabilities, is_digit = answer["outputs"]
    assert (probabilities["shape"], is_digit["shape"]) == ([12, 10], [12])
    read = np.reshape(probabilities["data"], (12, 10))
    np.testing.assert_allclose(read, expected, atol=1e-5)


def test_only_the_outputs_that_were_asked_for_come(server: Server, tiles: np.ndarray):
    answer = server.post(INFER, infer_request(tiles, outputs=[{"name": "is_digit"}]))
    assert [output["name"] for output in answer.json["outputs"]] == ["is_digit"]


def test_tensors_may_travel_as_bytes(server: Server, tiles: np.ndarray, expected: np.ndarray):
    """As Triton's clients send them."""
    request = infer_request(tiles, parameters={"binary_data_output": True})
    del request["inputs"][0]["data"]
    request["inputs"][0]["parameters"] = {"binary_data_size": tiles.size}
    head = json.dumps(request).encode()
    answer = server.post(
        INFER,
        head + tiles.tobytes(),
        "application/octet-stream",
        Inference_Header_Content_Length=str(len(head)),
    )
    length = int(answer.headers["Inference-Header-Content-Length"])
    described = json.loads(answer.body[:length])["outputs"]
    assert [one["parameters"]["binary_data_size"] for one in described] == [480, 48]
    read = np.frombuffer(answer.body[length : length + 480], "<f4").reshape(12, 10)
    np.testing.assert_allclose(read, expected, atol=1e-5)


def test_corrections_become_a_folder_that_can_be_trained_on(server: Server, kept: Path):
    tiles = [bar(16), bar(12)]
    for label in (7, 3):  # the second takes the first back
        answer = server.post("/corrections", {"tile": tiles[0].tolist(), "label": label})
        assert (answer.status, answer.json) == (201, {"label": label, "kept": 1})
    assert server.post("/corrections", {"tile": tiles[1].tolist(), "label": 4}).json["kept"] == 2
    digits = open_digits(kept).train
    assert digits is not None
    assert digits.labelled().tolist() == [3, 4]
    np.testing.assert_array_equal(digits.images, tiles)


def test_metrics_are_what_prometheus_reads(server: Server, tiles: np.ndarray):
    server.post("/predict", {"images": tiles.tolist()})
    text = server.get("/metrics").body.decode()
    assert 'tenfold_requests_total{route="/predict",status="200"}' in text
    assert "tenfold_batch_tiles_bucket" in text


def test_the_page_and_the_docs_stay_in_the_house(server: Server):
    """The content policy allows no inline script or style, and nothing from elsewhere."""
    for path in ("/", "/docs"):
        answer = server.get(path)
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        text = answer.body.decode()
        assert not any(sign in text for sign in ("<style", " style=", "onclick", "http-equiv"))
        links = text.replace("xmlns='http://www.w3.org/2000/svg'", "").replace(server.url, "")
        assert "https://" not in links
        assert "<script>" not in text


def test_a_browser_keeps_what_has_not_changed(server: Server):
    tag = server.get("/page.js").headers["ETag"]
    assert server.get("/page.js", If_None_Match=tag).status == 304


def test_every_answer_has_the_security_headers(server: Server):
    for path in ("/", "/settings", "/nothing", "/predict", "/metrics"):
        headers = server.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Access-Control-Allow-Origin"] is None


def test_docs_list_every_path(server: Server):
    paths = server.get("/openapi.json").json["paths"]
    text = server.get("/docs").body.decode()
    assert {"/predict", INFER, "/corrections", "/v2/health/live"} <= set(paths)
    assert all(path in text for path in paths)


def test_the_log_is_one_json_object_a_request(server: Server):
    server.get("/nothing-here?secret=1")
    line = server.event(event="request", path="/nothing-here")
    assert (line["level"], line["method"], line["status"]) == ("info", "GET", 404)
    assert "secret" not in server.log.read_text()
