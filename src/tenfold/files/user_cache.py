"""The user's folder for what can be made or fetched again."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "TENFOLD_CACHE_DIR"


def cache_folder() -> Path:
    """The folder that TENFOLD_CACHE_DIR names, else `tenfold` where the system keeps caches: in
    XDG_CACHE_HOME or ~/.cache (Linux), ~/Library/Caches (macOS), LOCALAPPDATA (Windows).

    It need not exist, and may be unwritable.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    home = Path(os.path.expanduser("~"))
    if sys.platform == "win32":
        parent = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        parent = home / "Library" / "Caches"
    else:
        parent = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return parent / "tenfold"
