"""What a server's log must not hold: faults, tracebacks, and lines that are no JSON."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

TALK = ("model: ", "serving http", "stopped")  # what a person at a terminal is told
CUT_SHORT = "Cancel "  # begins uvicorn's line on what was not done when the time to stop was over
SHOWN = 5


def log_faults(log: Path) -> tuple[dict[str, int], list[str]]:
    """Return counts, and lines of what is wrong."""
    counts: Counter[str] = Counter()
    faults: list[str] = []
    for line in log.read_text(errors="replace").splitlines():
        counts["lines"] += 1
        kind = _wrong(line)
        if kind:
            counts[kind] += 1
            if counts[kind] <= SHOWN:
                faults.append(f"log, {kind}: {line[:2000]}")
    return {kind: counts[kind] for kind in ("lines", "no JSON", "traceback", "error")}, faults


def _wrong(line: str) -> str | None:
    if "Traceback" in line:
        return "traceback"
    try:
        event = json.loads(line)
    except ValueError:
        return None if line.startswith(TALK) else "no JSON"
    if event["level"] not in ("error", "critical") or event["event"].startswith(CUT_SHORT):
        return None
    return "error"
