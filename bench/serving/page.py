"""From the end of a stroke to its answer on the page of `tenfold serve`, in Chromium.

    python -m bench.serving.page [--drawings 200] [--workers 1]

The clock starts at the event that lifts the pen and stops after the frame that shows the answer.
Ends in a JSON line.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from bench.serving.server import started
from tenfold.environment import describe

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
browsing: Any = import_module("browsing")

WARM_DRAWINGS = 10  # the first compile the page's script and open its connection

WATCH = """() => {
    window.tookMs = [];
    let lifted = null;
    const verdict = document.getElementById("verdict");
    const look = () => {
        if (lifted === null || verdict.getAttribute("aria-busy") === "true") return;
        const start = lifted;
        lifted = null;
        requestAnimationFrame(() => setTimeout(() => tookMs.push(performance.now() - start)));
    };
    document.addEventListener("pointerup", event => {
        if (event.target.id !== "canvas") return;
        lifted = event.timeStamp;
        look();  // what was drawn may be answered already
    });
    new MutationObserver(look).observe(verdict, {attributes: true, attributeFilter: ["aria-busy"]});
}"""

POLLING_MS = 10  # by the clock: to look at every frame makes the page draw them all


def drawings(visit: Any, count: int) -> list[float]:
    """Draw digits of one stroke on an empty paper; return the milliseconds of each answer."""
    page = visit.page
    page.evaluate(WATCH)
    digits = [digit for digit, strokes in browsing.STROKES.items() if len(strokes) == 1]
    for number in range(WARM_DRAWINGS + count):
        visit.draw(digits[number % len(digits)], 0.36, 0.15, 0.28, 0.66)
        page.wait_for_function(
            "count => tookMs.length >= count", arg=number + 1, polling=POLLING_MS
        )
        page.click("#clear")
        page.wait_for_function(
            "document.getElementById('text').textContent.trim() === ''", polling=POLLING_MS
        )
    took: list[float] = page.evaluate("tookMs")
    return took[WARM_DRAWINGS:]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--drawings", type=int, default=200)
    arguments.add_argument("--workers", type=int, default=1)
    given = arguments.parse_args()
    command = [sys.executable, "-m", "tenfold", "serve", "--port", "0", "--json", "--quiet"]
    command += ["--workers", str(given.workers)]
    with started(command) as server, browsing.browsing() as browser:
        visit = browsing.Visit(browser, "http://{}:{}/".format(*server.address))
        took = drawings(visit, given.drawings)
        assert visit.faults == [], visit.faults
        visit.close()
    p50, p95, p99 = np.percentile(took, [50, 95, 99]).round(1).tolist()
    results = {"drawings": len(took), "ms_p50": p50, "ms_p95": p95, "ms_p99": p99}
    print(results)
    print(json.dumps({"bench": "page", **results, "environment": describe()}))


if __name__ == "__main__":
    main()
