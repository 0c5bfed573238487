"""Requests that must be refused, and with which status, under the limits of LIMITS."""

from __future__ import annotations

import json

from picture_files import BOMB
from served import bar, form_of, three

INFER = "/v2/models/tenfold/infer"
TILE = bar(16).tolist()
LIMITS = (
    *("--body-mb-max", "0.2", "--json-mb-max", "0.1", "--tiles-max", "20", "--header-kb-max", "8"),
    *("--header-seconds", "1", "--body-seconds", "1", "--send-seconds", "1"),
)


IMAGES = {"name": "images", "shape": [1, 28, 28], "datatype": "UINT8", "data": [0] * 784}


def infer(**changes: object) -> bytes:
    return asking(inputs=[IMAGES | changes])


def asking(**changes: object) -> bytes:
    return json.dumps({"inputs": [IMAGES], **changes}).encode()


def images(value: object) -> bytes:
    return json.dumps({"images": value}).encode()


DEEP = b"[" * 20_000
J, P = "application/json", "image/png"
FORM = "multipart/form-data; boundary=edge"

CASES: list[tuple[str, str, bytes, int]] = [
    ("/predict", J, b"", 400),
    ("/predict", J, b"{", 400),
    ("/predict", J, b"\xff\xfe", 400),
    ("/predict", J, b'{"images": ' + DEEP, 422),
    ("/predict", J, DEEP, 422),
    ("/predict", J, b'{"images": [], "images": []}', 422),
    ("/predict", J, b"null", 422),
    ("/predict", J, b'{"image": []}', 422),
    ("/predict", J, images([TILE[:27]]), 422),
    ("/predict", J, images([[row + [0] for row in TILE]]), 422),
    ("/predict", J, images([[[256] * 28] * 28]), 422),
    ("/predict", J, images([[[-1] * 28] * 28]), 422),
    ("/predict", J, images([[[0.5] * 28] * 28]), 422),
    ("/predict", J, images([[["0"] * 28] * 28]), 422),
    ("/predict", J, images([[[True] * 28] * 28]), 422),
    ("/predict", J, b'{"images": [[[1e400]]]}', 422),
    ("/predict", J, b'{"images": [[[' + b"9" * 5000 + b"]]]}", 422),
    ("/predict", J, b'{"images": [[[NaN]]]}', 400),
    ("/predict", J, images([TILE] * 21), 413),
    ("/predict", J, b'{"images": [[[' + b"0," * 60_000, 413),
    ("/predict", P, b"", 422),
    ("/predict", P, b"not a picture", 422),
    ("/predict", P, three()[:200], 422),
    ("/predict", P, BOMB, 422),
    ("/predict", P, b"GIF89a\xff\xff\xff\xff\xf0\x00\x00", 422),
    ("/predict", P, b"%!PS-Adobe-3.0 EPSF-3.0\n", 422),
    ("/predict", P, b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422),
    ("/predict", P, b"x" * 300_000, 413),
    ("/predict", "text/plain", b"3", 415),
    ("/predict", "application/x-www-form-urlencoded", b"file=3", 415),
    ("/predict", "multipart/form-data", b"--edge--", 400),
    ("/predict", FORM, b"", 400),
    ("/predict", FORM, b"--edge--\r\n", 400),
    ("/predict", FORM, b"--edge\r\n\r\n" * 1000, 400),
    ("/predict", FORM, form_of(b"no picture")[0], 422),
    ("/predict", FORM, form_of(three())[0].replace(b"--edge--", b"--edge") + b"\r\n\r\n", 400),
    ("/predict", f"{FORM}; charset=unicode_escape", form_of(b"?", r"\ud800.png")[0], 422),
    ("/predict", f"{FORM}; charset=utf-7", form_of(b"?", "+2AA-.png")[0], 422),
    ("/predict", f"{FORM}; charset=zlib", form_of(b"?", "\x1b[2J\u202e.png")[0], 422),
    ("/predict", "multipart/form-data; boundary=" + "x" * 80, b"--" + b"x" * 80, 400),
    (INFER, J, b"[]", 422),
    (INFER, J, b'{"inputs": []}', 422),
    (INFER, J, infer(name="tiles"), 400),
    (INFER, J, infer(datatype="FP32"), 400),
    (INFER, J, infer(shape=[1, 784]), 422),
    (INFER, J, infer(shape=[]), 422),
    (INFER, J, infer(shape=[0, 28, 28], data=[]), 400),
    (INFER, J, infer(shape=[2, 28, 28]), 400),
    (INFER, J, infer(shape=[1 << 39, 28, 28]), 413),
    (INFER, J, infer(shape=[10**30, 28, 28]), 422),
    (INFER, J, infer(shape=[1] * 20_000), 422),
    (INFER, J, infer(shape=[21, 28, 28]), 413),
    (INFER, J, infer(data=[0] * 783), 400),
    (INFER, J, infer(data=[0] * 20_000), 400),
    (INFER, J, infer(data=[0.1] * 784), 422),
    (INFER, J, infer(data=[[0] * 784]), 422),
    (INFER, J, infer(data=None), 422),
    (INFER, J, infer(parameters={"binary_data_size": 784}), 400),
    (INFER, J, asking(inputs=[IMAGES] * 2), 422),
    (INFER, J, asking(inputs=[{}] * 20_000), 422),
    (INFER, J, asking(outputs=[{"name": "is_digit"}] * 2), 400),
    (INFER, J, asking(outputs=[{"name": "is_digit"}] * 3_000), 400),
    (INFER, J, asking(outputs=[{"name": "x" * 90_000}]), 400),
    (INFER, J, asking(outputs={}), 422),
    (INFER, J, asking(id="x" * 90_000), 422),
    (INFER, J, asking(id=7), 422),
    (INFER, J, b'{"inputs": [{"x": ' + DEEP, 400),
    ("/corrections", J, json.dumps({"tile": TILE, "label": 10}).encode(), 422),
    ("/corrections", J, json.dumps({"tile": TILE}).encode(), 422),
    ("/corrections", J, b'{"tile": [' + b"0," * 40_000, 413),
]
