"""tenfold: from labelled images of handwritten digits to a recogniser that you can trust.

Importing it loads nothing heavy; each name below is imported when it is first used. The functions
have the names and the arguments of the verbs of the command line. `__init__.pyi` has their types.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

__all__ = [
    "RECIPES",
    "Callback",
    "Classifier",
    "DigitClassifier",
    "Digits",
    "Progress",
    "Reader",
    "Recipe",
    "Report",
    "Scorer",
    "__version__",
    "audit",
    "check",
    "compare",
    "evaluate",
    "export",
    "from_torch",
    "load",
    "open_digits",
    "predict",
    "read",
    "resume",
    "run",
    "score",
    "submit",
    "to_torch",
    "tracker",
    "train",
    "tune",
]

# No module below is called as a function here: importing it would put it in the function's place.
_HOMES = {
    "tracker": "tenfold.interop.tracking",
    "to_torch": "tenfold.interop.torch_modules",
    "from_torch": "tenfold.interop.torch_modules",
    "DigitClassifier": "tenfold.interop.estimator",
    "Callback": "tenfold.callbacks",
    "Classifier": "tenfold.classifier",
    "Digits": "tenfold.digits",
    "Progress": "tenfold.progress",
    "RECIPES": "tenfold.recipes",
    "Reader": "tenfold.reading.reader",
    "Recipe": "tenfold.recipes",
    "Report": "tenfold.evaluation.report",
    "audit": "tenfold.evaluation.audit",
    "check": "tenfold.checks.check",
    "compare": "tenfold.evaluation.compare",
    "evaluate": "tenfold.evaluation.measure",
    "export": "tenfold.exporting.export",
    "load": "tenfold.reading.reader",
    "open_digits": "tenfold.sources",
    "predict": "tenfold.predictions",
    "read": "tenfold.reading.pictures",
    "resume": "tenfold.main_job",
    "run": "tenfold.main_job",
    "score": "tenfold.scale",
    "Scorer": "tenfold.scale",
    "submit": "tenfold.interop.kaggle.upload",
    "train": "tenfold.main_job",
    "tune": "tenfold.interop.tuning.search",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'tenfold' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
