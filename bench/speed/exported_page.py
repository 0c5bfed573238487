"""How long the exported page takes to answer while somebody draws, in Chromium.

    python -m bench.speed.exported_page [MODEL] [--strokes 20]

An answer is drawing the sheet, framing it, running the network and showing what it says; the page
measures each itself. The first ten are left out: the browser is still compiling. Needs the dev
extra and a Chromium. Prints a table and ends in a JSON line.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tenfold.environment import describe
from tenfold.exporting import export

WARM = 10  # answers
POINTS = 40  # of a stroke


def durations_ms(page_at: str, strokes: int) -> list[float]:
    """Measure every answer while loops and lines of several sizes are drawn."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 820})
        page.goto(page_at)
        for stroke in range(strokes):
            _draw(page, size=0.15 + 0.3 * stroke / max(1, strokes - 1), bend=stroke % 3)
            page.click("#clear")
        page.wait_for_selector("#verdict[aria-busy=false]")
        script = "performance.getEntriesByName('answer').map(entry => entry.duration)"
        found: list[float] = page.evaluate(script)
        browser.close()
    return found[WARM:]


def _draw(page: Any, *, size: float, bend: int) -> None:
    """Draw a line, an arc or a loop in the middle of the paper."""
    paper = page.locator("#canvas").bounding_box()
    for i in range(POINTS + 1):
        share = i / POINTS
        turn = (0.2, 1.2, 2.0)[bend] * math.pi * share
        x, y = 0.5 + size * math.sin(turn), 0.5 - size * math.cos(turn) * (1 - 0.5 * share)
        page.mouse.move(paper["x"] + paper["width"] * x, paper["y"] + paper["height"] * y)
        if i == 0:
            page.mouse.down()
    page.mouse.up()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="pictures")
    parser.add_argument("--strokes", type=int, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        exported = export(arguments.model, Path(folder) / "page")
        page_at = (exported.folder / "index.html").resolve().as_uri()
        found = durations_ms(page_at, arguments.strokes)
    result = {
        "model": exported.model,
        "page_bytes": exported.size_bytes,
        "answers": len(found),
        "answer_ms_p50": round(float(np.percentile(found, 50)), 1),
        "answer_ms_p95": round(float(np.percentile(found, 95)), 1),
        "machine": describe(),
    }
    for name in ("answers", "answer_ms_p50", "answer_ms_p95", "page_bytes"):
        print(f"{name:>14}  {result[name]:>12,}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
