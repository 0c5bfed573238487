"""Static files of the page, served from memory, with ETags so that browsers can cache them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response

from tenfold.drawing import drawing_file

PAGE = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/table.js": ("table.js", "text/javascript; charset=utf-8"),
}
SHARED = {  # files that the exported page uses too
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/pen.js": ("pen.js", "text/javascript; charset=utf-8"),
}


@dataclass(frozen=True)
class StaticFile:
    """Content of a file, and the handler that sends it."""

    content: bytes
    media_type: str
    tag: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tag", f'"{hashlib.sha256(self.content).hexdigest()[:16]}"')

    async def answer(self, request: Request) -> Response:
        headers = {"etag": self.tag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == self.tag:
            return Response(status_code=304, headers=headers)
        return Response(self.content, media_type=self.media_type, headers=headers)


def page_files() -> dict[str, StaticFile]:
    """Files of the page, by path."""
    folder = resources.files("tenfold.serving") / "static"
    files = {path: ((folder / name).read_bytes(), kind) for path, (name, kind) in PAGE.items()}
    files |= {path: (drawing_file(name), kind) for path, (name, kind) in SHARED.items()}
    return {path: StaticFile(content, kind) for path, (content, kind) in files.items()}
