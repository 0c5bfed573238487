"""Parameters of a request, in the query and in the form."""

from __future__ import annotations

from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from conftest import paint
from hostile import INFER
from served import Server, form_of, png_of, three


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
        ("page=1&page=2", "page is given 2 times"),
        ("turn=90&turn=90", "turn is given 2 times"),
        ("tiles=true&tiles=false&tiles=", "tiles is given 3 times"),
        ("marks=true&marks=true", "marks is given 2 times"),
        ("picture=true&picture=true", "picture is given 2 times"),
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


def test_a_parameter_in_query_and_form_is_refused(server: Server):
    answer = server.post("/predict?page=1", *fields_of(b"", ("page", "1")))
    assert answer.status == 422
    assert answer.json["error"] == "page is given 2 times"


def test_an_unknown_parameter_gets_the_nearest_name(server: Server, tiles: np.ndarray):
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
