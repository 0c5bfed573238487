"""What each route answers, from outside."""

from __future__ import annotations

import base64
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from conftest import paint
from served import Server, bar, form_of, three
from tenfold.reading.reader import load
from tenfold.sources import open_digits


def encoded(*pictures: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    pictures[0].save(buffer, kind, save_all=len(pictures) > 1, append_images=pictures[1:])
    return buffer.getvalue()


def test_tiles_are_taken_as_they_are(server: Server, tiles: np.ndarray, expected: np.ndarray):
    answer = server.post("/predict", {"images": tiles.tolist()})
    assert answer.status == 200
    digits = answer.json["digits"]
    read = [digit["probabilities"] for digit in digits]
    np.testing.assert_allclose(read, expected, atol=1e-5)
    names = {"digit", "probability", "probabilities", "box", "reason", "notes"}
    assert set(digits[0]) == names


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


@pytest.mark.parametrize(
    ("content", "kind", "status", "said", "hint"),
    [
        (b"", "application/epub+zip", 415, "an EPUB book", "print it to PDF"),
        (b"{\\rtf1", "image/png", 422, "picture: an RTF document", "print it to PDF"),
        (b"", "application/msword", 415, "an Office document", "print it to PDF"),
        (b"<svg/>", "image/svg+xml", 422, "an SVG drawing", "save it as PNG"),
        (
            encoded(paint("1"), paint("2"), kind="GIF"),
            "image/gif",
            422,
            "a GIF picture, which is not opened here",
            "PNG",
        ),
    ],
)
def test_documents_and_moving_pictures_are_named_with_the_way_out(
    server: Server, content: bytes, kind: str, status: int, said: str, hint: str
):
    answer = server.post("/predict", content, kind)
    assert answer.status == status
    assert said in answer.json["error"]
    assert hint in answer.json["hint"]


def test_the_tile_that_the_model_saw_comes_when_asked_for(server: Server, tiles: np.ndarray):
    answer = server.post("/predict?tiles=true", {"images": tiles[:1].tolist()})
    (digit,) = answer.json["digits"]
    assert digit["tile"] == tiles[0].tolist()
    assert digit["likeliest"] == np.argmax(digit["probabilities"])
    assert server.post("/predict?tiles=maybe", {"images": tiles[:1].tolist()}).status == 422


def test_the_picture_comes_small_when_asked_for(server: Server):
    content = encoded(paint("3", 3000), kind="PNG")
    answer = server.post("/predict?picture=true", content, "image/png").json
    small = Image.open(io.BytesIO(base64.b64decode(answer["picture"])))
    assert (small.format, max(small.size)) == ("JPEG", 1400)
    assert "picture" not in server.post("/predict", content, "image/png").json


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "BREW"])
def test_other_methods_are_refused_with_the_ones_that_work(limited: Server, method: str):
    answer = limited.ask(method, "/predict")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


def test_an_unknown_path_says_where_the_list_is(limited: Server):
    answer = limited.get("/../../etc/passwd")
    assert (answer.status, answer.json["hint"]) == (404, "/docs lists what there is")


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
