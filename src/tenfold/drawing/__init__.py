"""Look and pen of both pages to draw on: the server's and the exported one.

In: the name of a file, page.css or pen.js.
Out: its bytes. A room of its own, because serving and exporting do not use each other.
"""

from __future__ import annotations

from importlib import resources


def drawing_file(name: str) -> bytes:
    """The bytes of a file of this folder."""
    return (resources.files("tenfold.drawing") / name).read_bytes()
