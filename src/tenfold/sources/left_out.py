"""Files that are no data of the user: hidden ones, and what programs put beside the data."""

from __future__ import annotations

LEFT_OUT = frozenset(("__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db", "$recycle.bin"))


def is_left_out(path: str) -> bool:
    """Whether a file, or a folder that it is in, is hidden (.DS_Store, ._7.png,
    .ipynb_checkpoints) or written by a system (Thumbs.db, __MACOSX). Parts are parted by /."""
    return any(part.startswith(".") or part.lower() in LEFT_OUT for part in path.split("/"))
