"""The notebook's network behind FastAPI, as tutorials serve it: one `model.predict` a request.

POST /predict takes {"images": [28x28 ...]} as tenfold does. Prints {"url": ...} when it answers.
The weights are untrained, which costs the same.
"""

from __future__ import annotations

import json
import os
import socket

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up notes

import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from keras_notebook import network

SIDE = 28


class Tiles(BaseModel):  # type: ignore[misc]
    images: list[list[list[int]]]


def main() -> None:
    app, model = FastAPI(), network()
    model.predict(np.zeros((1, SIDE, SIDE, 1), np.float32), verbose=0)

    @app.post("/predict")  # type: ignore[untyped-decorator]
    def predict(tiles: Tiles) -> dict[str, object]:
        images = np.array(tiles.images, np.float32).reshape(-1, SIDE, SIDE, 1) / 255
        probabilities = model.predict(images, verbose=0)
        return {
            "digits": probabilities.argmax(axis=1).tolist(),
            "probabilities": probabilities.tolist(),
        }

    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(json.dumps({"url": f"http://127.0.0.1:{listening.getsockname()[1]}/"}), flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run([listening])


if __name__ == "__main__":
    main()
