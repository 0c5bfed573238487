"""A real browser, Debian's Chromium under Playwright, and a hand that draws digits in it."""

from __future__ import annotations

import contextlib
import math
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}

Points = list[tuple[float, float]]


def arc(
    x: float, y: float, wide: float, high: float, first: float, last: float, steps: int = 16
) -> Points:
    """Of an ellipse, from one angle to another in degrees, clockwise from the right."""
    angles = [math.radians(first + (last - first) * i / steps) for i in range(steps + 1)]
    return [(x + wide * math.cos(a), y + high * math.sin(a)) for a in angles]


# strokes in a box of 1 x 1, y downwards, as a hand draws them
STROKES: dict[int, list[Points]] = {
    0: [arc(0.5, 0.5, 0.32, 0.46, -90, 275)],
    1: [[(0.35, 0.25), (0.55, 0.05), (0.55, 0.95)]],
    2: [arc(0.5, 0.28, 0.3, 0.24, -170, 40) + [(0.18, 0.93), (0.85, 0.92)]],
    3: [arc(0.47, 0.27, 0.28, 0.22, -150, 85) + arc(0.47, 0.72, 0.32, 0.24, -85, 150)],
    4: [[(0.6, 0.05), (0.15, 0.62), (0.88, 0.62)], [(0.66, 0.35), (0.64, 0.97)]],
    5: [[(0.8, 0.06), (0.3, 0.06), (0.26, 0.46), *arc(0.48, 0.68, 0.32, 0.27, -120, 140)]],
    6: [[(0.68, 0.04), (0.4, 0.3), *arc(0.5, 0.7, 0.29, 0.26, -170, 190)]],
    7: [[(0.15, 0.08), (0.85, 0.08), (0.42, 0.96)]],
    8: [arc(0.5, 0.27, 0.25, 0.22, 90, -270) + arc(0.5, 0.73, 0.3, 0.24, -90, 270)],
    9: [[*arc(0.48, 0.3, 0.27, 0.25, 0, -360), (0.75, 0.3), (0.68, 0.96)]],
}


@contextlib.contextmanager
def browsing() -> Iterator[Any]:
    """A browser; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here (apt-get install chromium)")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """A page that is open, and all that went wrong on it."""

    def __init__(self, browser: Any, url: str, **context: Any) -> None:
        self._context = browser.new_context(
            **{"viewport": {"width": 1200, "height": 820}} | context
        )
        self.page = self._context.new_page()
        self.faults: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("pageerror", lambda problem: self.faults.append(str(problem)))
        self.page.on(
            "console",
            lambda said: self.faults.append(said.text) if said.type in ("error", "warning") else 0,
        )
        self.page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((url, "blob:", "data:"))
                else self.elsewhere.append(asked.url)
            ),
        )
        self.page.goto(url)
        self.page.wait_for_selector("#bars li")

    def close(self) -> None:
        self._context.close()

    @property
    def paper(self) -> dict[str, float]:
        box: dict[str, float] = self.page.locator("#canvas").bounding_box()
        return box

    def draw(self, digit: int, left: float, top: float, width: float, height: float) -> None:
        """In a box that is given in shares of the paper."""
        paper, mouse = self.paper, self.page.mouse
        for stroke in STROKES[digit]:
            points = [
                (
                    paper["x"] + paper["width"] * (left + x * width),
                    paper["y"] + paper["height"] * (top + y * height),
                )
                for x, y in stroke
            ]
            mouse.move(*points[0])
            mouse.down()
            for point in points[1:]:
                mouse.move(*point, steps=2)
            mouse.up()

    def expect_text(self, text: str) -> None:
        """Wait until the last answer has come, and is this one."""
        script = """text => document.getElementById('text').textContent.trim() === text
            && document.getElementById('verdict').getAttribute('aria-busy') !== 'true'"""
        try:
            self.page.wait_for_function(script, arg=text, timeout=20_000)
        except Exception:
            said = self.page.locator("#verdict").inner_text()
            raise AssertionError(f"the page says {said!r}, expected {text!r}") from None


def expect_a_phone_to_do(browser: Any, url: str, scheme: str) -> None:
    """Touched, drawn on and read at 360 pixels, in a "light" or a "dark" scheme."""
    visit = Visit(browser, url, color_scheme=scheme, **PHONE)
    page = visit.page
    page.touchscreen.tap(visit.paper["x"] + 20, visit.paper["y"] + 20)
    page.click("#clear")
    visit.draw(5, 0.3, 0.15, 0.4, 0.66)
    visit.expect_text("5")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    verdict = page.locator("#verdict").bounding_box()
    assert verdict["y"] + verdict["height"] <= 740  # no scrolling to the answer
    for name in ("#undo", "#clear"):
        assert page.locator(name).bounding_box()["height"] >= 44
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(18, 19, 23)") == (scheme == "dark")
    assert (visit.faults, visit.elsewhere) == ([], [])
    visit.close()
