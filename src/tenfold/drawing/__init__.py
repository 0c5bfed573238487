"""What every page to draw on shares: its look (page.css) and its pen (pen.js).

Files alone, and a room of their own because the server's page and the exported one lie in rooms
that do not use each other.
"""

from __future__ import annotations

from importlib import resources


def drawing_file(name: str) -> bytes:
    return (resources.files("tenfold.drawing") / name).read_bytes()
