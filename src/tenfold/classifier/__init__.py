"""Tiles in, probabilities out. The only room that imports an inference runtime."""

from tenfold.classifier.classifier import READY_MADE, WEIGHTS, Classifier, find_model
from tenfold.classifier.engines import Engine
from tenfold.classifier.outputs import Outputs, Probabilities

__all__ = [
    "READY_MADE",
    "WEIGHTS",
    "Classifier",
    "Engine",
    "Outputs",
    "Probabilities",
    "find_model",
]
