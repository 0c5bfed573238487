"""Places of rows and probabilities of digits, as lists for people show them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

FOLDER_OR_ARCHIVE = re.compile(r".*(?:[/\\]|: )", re.DOTALL)


def without_common_folder(places: Sequence[str]) -> tuple[str, list[str]]:
    """Split off the folder or archive that all places share (empty if none)."""
    # letter by letter is meant: it is cut back to a whole folder
    common = FOLDER_OR_ARCHIVE.match(os.path.commonprefix(list(places)))  # noqa: RUF071
    start = common.end() if common else 0
    folder = places[0][:start] if places else ""
    return folder.removesuffix(": ").rstrip("/\\") or folder, [place[start:] for place in places]


def per_cent(probability: float) -> str:
    """Format a probability: `99.2%`, and `<0.1%` or `>99.9%` at the ends."""
    if probability < 0.0005:
        return "<0.1%"
    return ">99.9%" if probability >= 0.9995 else f"{probability:.1%}"
