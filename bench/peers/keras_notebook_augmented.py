"""The notebook as its author trained it: rotated by up to 10 degrees, zoomed and shifted by 0.1."""

from __future__ import annotations

from image_generator import augment
from keras_notebook import keras_peer

PEER = keras_peer("the notebook in Keras, augmented", augment)
