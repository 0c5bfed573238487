"""The page's files and a browser's cache."""

from __future__ import annotations

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from served import Server


def test_a_browser_keeps_what_has_not_changed(server: Server):
    tag = server.get("/page.js").headers["ETag"]
    assert server.get("/page.js", If_None_Match=tag).status == 304
