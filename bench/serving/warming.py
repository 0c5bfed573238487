"""Good requests of every kind, so that a server has made all that it keeps."""

from __future__ import annotations

import json

from bench.serving.from_tests import hostile, served
from bench.serving.load import load, post
from bench.serving.overload import photo
from bench.serving.requests import canvas_requests, tile_requests

CONNECTIONS = 32  # enough to start every process that opens pictures
SECONDS = 3.0
GETS = ("/", "/docs", "/openapi.json", "/settings", "/metrics", "/v2", "/v2/models/tenfold")


def every_kind() -> list[bytes]:
    """Make requests as bytes on the wire."""
    form, form_kind = served.form_of(served.three())
    correction = json.dumps({"tile": hostile.TILE, "label": 7}).encode()
    return [
        *tile_requests(20),
        *canvas_requests(),
        *(post("/predict", photo(800, 600, seed), "image/jpeg") for seed in range(4)),
        post("/predict", form, form_kind),
        post("/predict?tiles=true&expect=%5B0-9%5D", served.three(), "image/png"),
        post("/predict", hostile.images([hostile.TILE] * 20), "application/json"),
        post(hostile.INFER, hostile.infer(), "application/json"),
        post("/corrections", correction, "application/json"),
        *(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for path in GETS),
    ]


def warm(address: tuple[str, int]) -> None:
    """Send all of them over many connections, again and again."""
    load(address, every_kind(), connections=CONNECTIONS, seconds=SECONDS)
