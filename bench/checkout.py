"""What a record says of the code that was measured."""

from __future__ import annotations

import subprocess
from pathlib import Path

BENCH = Path(__file__).parent


def commit() -> str | None:
    """Of the checkout, with + where its files differ from it; None outside one."""
    git = ["git", "-C", str(BENCH), "describe", "--always", "--abbrev=40", "--dirty=+"]
    try:
        return subprocess.run(git, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
