"""The page's three files, from memory, with a tag so that a browser keeps what it has."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response

PAGE = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}


@dataclass(frozen=True)
class StaticFile:
    """A file, and the handler that answers with it."""

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
    """By path."""
    folder = resources.files("tenfold.serving") / "static"
    return {
        path: StaticFile((folder / name).read_bytes(), media_type)
        for path, (name, media_type) in PAGE.items()
    }
