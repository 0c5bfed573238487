"""Good requests to `POST /predict`, as bytes on the wire: tiles as JSON, drawings as PNG."""

from __future__ import annotations

import io
import json

import numpy as np
from PIL import Image, ImageDraw

from bench.serving.load import post
from tenfold.digits import SIDE


def tile_requests(count: int = 64) -> list[bytes]:
    """Make requests of one tile each: strokes on 0, as sparse as digits are."""
    random = np.random.default_rng(0)
    requests = []
    for _ in range(count):
        image = Image.new("L", (SIDE, SIDE))
        points = [tuple(random.integers(5, 23, 2).tolist()) for _ in range(4)]
        ImageDraw.Draw(image).line(points, fill=255, width=2)
        tile = np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BILINEAR))
        content = json.dumps({"images": [tile.tolist()]}).encode()
        requests.append(post("/predict", content, "application/json"))
    return requests


def canvas_requests() -> list[bytes]:
    requests = []
    for digit in "0123456789":
        image = Image.new("L", (280, 280), 255)
        ImageDraw.Draw(image).text((90, 20), digit, fill=0, font_size=200)
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        requests.append(post("/predict", buffer.getvalue(), "image/png"))
    return requests
