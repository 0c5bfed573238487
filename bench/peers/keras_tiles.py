"""What the notebook's network says of tiles, in the environment of the peers in Keras.

    .venv-keras/bin/python bench/peers/keras_tiles.py CHECKPOINT TILES.npy

CHECKPOINT is what train_peer.py leaves of keras_notebook; TILES are uint8 [n, 28, 28]. Prints the
likeliest digit of each, as one JSON list.
"""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up notes

import numpy as np

from keras_notebook import network


def main(checkpoint: str, tiles: str) -> None:
    model = network()
    with np.load(checkpoint, allow_pickle=False) as arrays:
        for i, variable in enumerate(model.variables):
            variable.assign(arrays[str(i)])
    images = np.load(tiles, allow_pickle=False)[..., None].astype(np.float32) / np.float32(255)
    print(json.dumps(model.predict(images, verbose=0).argmax(axis=1).tolist()))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python bench/peers/keras_tiles.py CHECKPOINT TILES.npy")
    main(*sys.argv[1:])
