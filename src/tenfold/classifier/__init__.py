"""Classification, the only room that imports an inference runtime.

In: a model by folder, run or name, and tiles uint8 [n, 28, 28]; or a string reader and strips.
Out: `Outputs`: probabilities float32 [n, 10], and whether each tile shows a digit; `StripOutputs`.
"""

from tenfold.classifier.classifier import READY_MADE, WEIGHTS, Classifier, find_model
from tenfold.classifier.columns import ColumnsClassifier
from tenfold.classifier.engines import Engine
from tenfold.classifier.outputs import Outputs, Probabilities

__all__ = [
    "READY_MADE",
    "WEIGHTS",
    "Classifier",
    "ColumnsClassifier",
    "Engine",
    "Outputs",
    "Probabilities",
    "find_model",
]
