"""A picture with what is written on it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Case:
    """A picture (a file's bytes) and what is written on it: '' for nothing to read."""

    folder: str
    source: str
    kind: str
    name: str
    label: str
    content: bytes


def png(image: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.asarray(image)).save(file, "PNG")
    return file.getvalue()
