"""tenfold: from labelled images of handwritten digits to a recogniser that you can trust.

Importing it loads nothing heavy; each name below is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenfold.classifier import Classifier
    from tenfold.digits import Digits
    from tenfold.reading.pictures import read
    from tenfold.reading.reader import Reader, load
    from tenfold.recipes import RECIPES, Recipe
    from tenfold.sources import open_digits

__version__ = "0.1.0"

__all__ = [
    "RECIPES",
    "Classifier",
    "Digits",
    "Reader",
    "Recipe",
    "__version__",
    "load",
    "open_digits",
    "read",
]

_HOMES = {
    "Classifier": "tenfold.classifier",
    "Digits": "tenfold.digits",
    "RECIPES": "tenfold.recipes",
    "Reader": "tenfold.reading.reader",
    "Recipe": "tenfold.recipes",
    "load": "tenfold.reading.reader",
    "open_digits": "tenfold.sources",
    "read": "tenfold.reading.pictures",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'tenfold' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)
