"""The page of the API, and its content policy."""

from __future__ import annotations

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from hostile import INFER
from served import Server


def test_the_page_and_the_docs_stay_in_the_house(server: Server):
    """The content policy allows no inline script or style, and nothing from elsewhere."""
    for path in ("/", "/docs"):
        answer = server.get(path)
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        text = answer.body.decode()
        assert not any(sign in text for sign in ("<style", " style=", "onclick", "http-equiv"))
        links = text.replace("xmlns='http://www.w3.org/2000/svg'", "").replace(server.url, "")
        assert "https://" not in links
        assert "<script>" not in text


def test_docs_list_every_path(server: Server):
    paths = server.get("/openapi.json").json["paths"]
    text = server.get("/docs").body.decode()
    assert {"/predict", INFER, "/corrections", "/v2/health/live"} <= set(paths)
    assert all(path in text for path in paths)
